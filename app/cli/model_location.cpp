// SPDX-License-Identifier: Apache-2.0
#include "app/cli/model_location.h"

#include <array>
#include <string_view>

#include "app/cli/request_builder.h"

namespace faststar::cli
{

namespace fs = std::filesystem;

namespace
{

constexpr int kMostThreads = 1024;
constexpr std::array<std::string_view, 7> kProfiles{"cpu-f32",  "bf16",          "bf16-lean", "fp8",
                                                    "fp8-lean", "fp8-attention", "stream"};

bool isModel(const fs::path &folder)
{
    std::error_code error;
    return fs::is_regular_file(folder / "model.json", error);
}

} // namespace

Result<fs::path> findDemoModel(const fs::path &executable)
{
    const auto folder = executable.parent_path();
    if (auto installed = (folder / ".." / "share" / "faststar" / "demo_model").lexically_normal();
        isModel(installed))
        return installed;
    for (auto up = folder; up.has_relative_path(); up = up.parent_path()) {
        if (auto inTree = up / "resources" / "demo_model"; isModel(inTree))
            return inTree;
    }
    return failure(ErrorCode::NotFound,
                   "the demo model is not beside the program (looked for share/faststar/demo_model "
                   "and resources/demo_model around " +
                       folder.string() + "); name a model with --model DIR");
}

Result<fs::path> findModel(const std::string &wanted, const Environment &environment)
{
    if (!wanted.empty())
        return fs::path(wanted);
    if (const auto variable = environment.variable("FASTSTAR_MODEL"); variable && !variable->empty())
        return fs::path(*variable);
    return findDemoModel(environment.executable);
}

Result<LoadSettings> loadSettings(const CommonOptions &common, const fs::path &model)
{
    LoadSettings settings;
    settings.modelPath = model.string();
    settings.device = common.device;
    const auto threads = flagNumber(
        "threads", common.threads.empty() ? std::nullopt : std::optional(common.threads), 0, 0, kMostThreads);
    if (!threads)
        return tl::unexpected(threads.error());
    settings.threads = *threads;
    if (!common.profile.empty() && common.profile != "cpu-f32") {
        for (const auto name : kProfiles) {
            if (common.profile == name)
                return failure(ErrorCode::Unsupported, "profile " + common.profile + " is not built yet");
        }
        return failure(ErrorCode::InvalidRequest,
                       "profile: '" + common.profile + "' is unknown; this build has cpu-f32");
    }
    return settings;
}

Status checkDevice(const LoadSettings &settings)
{
    if (settings.device == "cpu" || settings.device == "auto")
        return {};
    return failure(ErrorCode::Unsupported,
                   "device \"" + settings.device + "\": this build computes on the CPU only");
}

} // namespace faststar::cli
