// SPDX-License-Identifier: Apache-2.0
#include "app/cli/job_checks.h"

#include <algorithm>

#include "core/domain/reduction_plan.h"
#include "core/domain/resample.h"

namespace faststar::cli
{

namespace
{

tl::unexpected<Error> usage(std::string detail)
{
    return failure(ErrorCode::InvalidRequest, std::move(detail));
}

Result<std::vector<Image>> readPicture(const std::string &path, int width, int height, const MediaPort &media)
{
    const auto image = media.readImage(path);
    if (!image)
        return tl::unexpected(image.error());
    auto fitted = coverAndCrop(*image, width, height);
    if (!fitted)
        return tl::unexpected(fitted.error());
    return std::vector<Image>{std::move(*fitted)};
}

} // namespace

Result<std::vector<Image>> readCondition(const GenerationRequest &request, const ModelConfig &model,
                                         int width, int height, const MediaPort &media)
{
    if (request.condition == ConditionKind::Image)
        return readPicture(request.conditionPath, width, height, media);
    const int most = std::min(model.schedule.framesPerClip, (request.frames - 1) / 4 - 1);
    if (most < 1)
        return usage("frames: at least 9 are needed to continue a video");
    auto tail = media.readTail(request.conditionPath, {1 + 4 * most, model.schedule.fps, width, height});
    if (!tail)
        return tl::unexpected(tail.error());
    if (tail->size() < 5)
        return usage("video: " + request.conditionPath + " has " + std::to_string(tail->size()) +
                     " usable frames; at least 5 are needed");
    return std::move(*tail);
}

Status checkPruned(const Job &job, const ModelConfig &model)
{
    const auto &outputs = job.outputs;
    if (outputs.masks.empty() && outputs.scores.empty() && outputs.overlay.empty())
        return {};
    const auto schedule = scheduleOf(job.request, model);
    if (!schedule)
        return tl::unexpected(schedule.error());
    const auto steps = planSteps(job.request, model, *schedule);
    if (std::any_of(steps.begin(), steps.end(), [](const auto &step) { return step.ratioPermille > 0; }))
        return {};
    return usage("masks, scores, overlay: there are none, because this request prunes nothing");
}

Status checkClipName(const Job &job, const MediaPort &media)
{
    const auto &clip = job.outputs.clip;
    if (clip == "-")
        return usage("output: a clip cannot go to standard output, because its index is written last");
    if (!media.hasVideo()) {
        if (!job.outputs.overlay.empty())
            return failure(ErrorCode::Unsupported, "--overlay needs the build with FFmpeg");
        return {};
    }
    if (clip.empty() || clip.extension() == ".mp4" || (clip.extension() == ".png" && job.request.frames == 1))
        return {};
    return usage("output: " + clip.string() + " must end in .mp4 (or .png for a single frame)");
}

} // namespace faststar::cli
