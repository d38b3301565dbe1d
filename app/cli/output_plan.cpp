// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output_plan.h"

#include <map>
#include <system_error>

#include <unistd.h>

#include "core/files/output_file.h"

namespace faststar::cli
{

namespace fs = std::filesystem;

namespace
{

tl::unexpected<Error> refuse(std::string detail)
{
    return failure(ErrorCode::InvalidRequest, std::move(detail));
}

fs::path folderOf(const fs::path &target)
{
    const auto parent = target.parent_path();
    return parent.empty() ? fs::path(".") : parent;
}

bool leadsNowhere(const fs::path &target)
{
    std::error_code error;
    return fs::is_symlink(fs::symlink_status(target, error)) && !fs::exists(target, error);
}

Status checkFile(const fs::path &target, bool overwrite)
{
    std::error_code error;
    if (!target.has_filename())
        return refuse(target.string() + " names a folder, not a file");
    const auto status = fs::status(target, error);
    if (leadsNowhere(target))
        return refuse(target.string() + " is a link that leads nowhere");
    if (fs::is_directory(status))
        return refuse(target.string() + " is a folder");
    if (fs::exists(status) && !fs::is_regular_file(status))
        return refuse(target.string() + " is no regular file");
    if (fs::exists(status) && !overwrite)
        return failure(ErrorCode::AlreadyExists, target.string());
    return checkFolder(folderOf(target));
}

Status checkTargetFolder(const fs::path &target, bool overwrite)
{
    std::error_code error;
    const auto clean = target.has_filename() ? target : target.parent_path(); // "masks/"
    const auto status = fs::status(clean, error);
    if (leadsNowhere(clean))
        return refuse(target.string() + " is a link that leads nowhere");
    if (!fs::exists(status))
        return checkFolder(folderOf(clean));
    if (!fs::is_directory(status))
        return refuse(target.string() + " is no folder");
    if (!overwrite && !fs::is_empty(clean, error))
        return failure(ErrorCode::AlreadyExists, "the folder " + target.string() + " is not empty");
    return checkFolder(clean);
}

struct Target {
    const char *flag;
    const fs::path *path;
    bool folder;
};

std::vector<Target> targetsOf(const OutputPlan &plan)
{
    std::vector<Target> all{{"--output", &plan.clip, plan.clipIsFolder}, {"--masks", &plan.masks, true},
                            {"--scores", &plan.scores, false},           {"--overlay", &plan.overlay, false},
                            {"--save-frames", &plan.frames, true},       {"--trace", &plan.trace, false},
                            {"--preview-path", &plan.preview, false}};
    std::erase_if(all, [](const Target &target) { return target.path->empty(); });
    return all;
}

// One spelling for one place, whether it exists or not.
std::string placeOf(const fs::path &path)
{
    std::error_code error;
    auto place = fs::weakly_canonical(fs::absolute(path, error), error).lexically_normal();
    if (!place.has_filename())
        place = place.parent_path();
    return place.string();
}

} // namespace

Status checkFolder(const fs::path &folder)
{
    std::error_code error;
    if (!fs::exists(folder, error))
        return refuse("the folder " + folder.string() + " does not exist");
    if (!fs::is_directory(folder, error))
        return refuse(folder.string() + " is no folder");
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        return refuse("the folder " + folder.string() + " may not be written to");
    // Some places refuse whatever their rights say; only trying tells. The trial is gone at once.
    const auto trial = files::OutputFile::create(folder / "trial", files::Existing::Replace);
    if (!trial)
        return refuse("the folder " + folder.string() + " cannot be written to: " + trial.error().detail);
    return {};
}

OutputPlan planOutputs(const OutputOptions &options, const std::string &output, const std::string &stem,
                       bool hasVideo)
{
    OutputPlan plan;
    plan.clip = output;
    plan.directory = options.directory.empty() ? fs::path(".") : fs::path(options.directory);
    plan.stem = stem;
    plan.clipIsFolder = !hasVideo;
    plan.masks = options.masks;
    plan.scores = options.scores;
    plan.overlay = options.overlay;
    plan.frames = options.saveFrames;
    plan.trace = options.trace;
    if (options.preview || !options.previewPath.empty())
        plan.preview =
            options.previewPath.empty() ? plan.directory / "preview.png" : fs::path(options.previewPath);
    plan.overwrite = options.overwrite;
    return plan;
}

Status checkOutputs(const std::vector<OutputPlan> &plans, const std::vector<std::string> &inputs)
{
    std::map<std::string, std::string> taken; // place -> what it is
    for (const auto &input : inputs)
        taken[placeOf(input)] = "an input";
    for (const auto &plan : plans) {
        for (const auto &target : targetsOf(plan)) {
            const auto [entry, isNew] = taken.emplace(placeOf(*target.path), target.flag);
            if (!isNew)
                return refuse(std::string(target.flag) + " " + target.path->string() + " is also " +
                              entry->second);
            if (auto status = target.folder ? checkTargetFolder(*target.path, plan.overwrite)
                                            : checkFile(*target.path, plan.overwrite);
                !status)
                return status;
        }
        if (plan.clip.empty()) {
            if (auto status = checkFolder(plan.directory); !status)
                return status;
        }
    }
    return {};
}

fs::path freeName(const OutputPlan &plan, int &number)
{
    for (;; ++number) {
        auto name = plan.stem;
        if (number > 1) {
            name += '-';
            name += std::to_string(number);
        }
        if (!plan.clipIsFolder)
            name += ".mp4";
        auto path = plan.directory == "." ? fs::path(name) : plan.directory / name;
        std::error_code error;
        if (!fs::exists(fs::symlink_status(path, error)))
            return path;
    }
}

} // namespace faststar::cli
