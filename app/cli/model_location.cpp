// SPDX-License-Identifier: Apache-2.0
#include "app/cli/model_location.h"

#include <array>
#include <string_view>

#include "app/cli/request_builder.h"
#include "core/pipeline/placement_check.h"

namespace faststar::cli
{

namespace fs = std::filesystem;

namespace
{

constexpr int kMostThreads = 1024;

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
    settings.profile = common.profile;
    // Before anything is written or loaded.
    if (const auto able = pipeline::checkPlacement(settings.device, settings.profile); !able)
        return tl::unexpected(able.error());
    return settings;
}

} // namespace faststar::cli
