// SPDX-License-Identifier: Apache-2.0
#include "app/cli/clip_writer.h"

#include "app/cli/exports.h"
#include "app/version/version.h"
#include "core/domain/option_names.h"
#include "core/files/png.h"
#include "core/store/recipe.h"
#include "gpu/machine.h"

namespace faststar::cli
{

namespace
{

std::string versionText()
{
    std::string all(version());
    if (!commit().empty()) {
        all += '+';
        all += commit();
    }
    return all;
}

std::string methodText(const GenerationRequest &request)
{
    std::string method(optionName(request.method));
    if (request.method != Method::None) {
        method += " ";
        method += formatRatios(request.ratiosPermille);
        method += " p ";
        method += formatNumber(request.p);
    }
    return method;
}

// What the options leave open: the reference of the temporal similarity goes by the clip.
std::map<std::string, std::string> effectiveOptions(const GenerationRequest &request,
                                                    const ModelConfig &model)
{
    const auto schedule = scheduleOf(request, model);
    if (request.method == Method::None || !schedule)
        return {};
    std::string references;
    for (std::size_t clip = 1; clip < schedule->clips.size(); ++clip) {
        const auto byDefault = clip == 1 ? TemporalRef::FirstClipFinal : TemporalRef::PrevClipLastFrame;
        references += references.empty() ? "" : ",";
        references += optionName(request.pruning.temporalRef.value_or(byDefault));
    }
    return {{"stale", "literal"}, {"temporal_ref", references}};
}

// The clip under its final name; true when it is there, false when the user gave up.
Result<bool> writeClip(const std::filesystem::path &path, const Job &job, const Metadata &metadata,
                       const Frames &frames, Progress &progress, Environment &environment)
{
    const bool replace = job.outputs.overwrite && !job.outputs.clip.empty();
    const auto goOn = [&](double done) {
        progress.write(done);
        return !environment.stops->nowToken().stop_requested();
    };
    if (job.outputs.clipIsFolder) {
        const auto written = writeFrames(path, frames, metadata.picture, replace);
        return written ? Result<bool>(true) : tl::unexpected(written.error());
    }
    if (path.extension() == ".png") {
        const auto written = files::writePng(path, frames.front(), metadata.picture,
                                             replace ? files::Existing::Replace : files::Existing::Refuse);
        return written ? Result<bool>(true) : tl::unexpected(written.error());
    }
    return environment.media->writeVideo(path, frames, {job.fps, metadata.video, replace}, goOn);
}

Status writeNamedClip(const Job &job, const Metadata &metadata, const Frames &frames, Progress &progress,
                      Environment &environment, WrittenFiles &files)
{
    const auto &outputs = job.outputs;
    for (int number = 1;; ++number) {
        const auto path = outputs.clip.empty() ? freeName(outputs, number) : outputs.clip;
        const auto written = writeClip(path, job, metadata, frames, progress, environment);
        if (written && *written)
            files.clip = path;
        if (written)
            return {};
        // Somebody took the name while we were writing: the next one.
        if (written.error().code != ErrorCode::AlreadyExists || !outputs.clip.empty())
            return tl::unexpected(written.error());
    }
}

} // namespace

Metadata metadataOf(const Job &job, const ModelFacts &facts, const RunResult &result)
{
    Metadata metadata;
    if (!job.metadata)
        return metadata;
    const auto &request = job.request;
    store::Recipe recipe;
    recipe.version = versionText();
    recipe.model = {facts.config.name, facts.hash};
    recipe.request = request;
    recipe.device = facts.device;
    recipe.profile = facts.profile;
    recipe.effective = effectiveOptions(request, facts.config);
    recipe.versions["torch"] = gpu::torchVersion();
    if (result.keptAt)
        recipe.stoppedAfterSteps = result.keptAt->step + 1;
    const auto json = store::recipeToJson(recipe);

    auto comment = request.prompt + " (seed " + std::to_string(request.seed);
    comment += ", " + methodText(request);
    comment += ", FastSTAR " + std::string(version());
    comment += ")";
    metadata.video = {{store::kRecipeKey, json}, {"comment", comment}};

    const auto &picture = result.frames->front();
    auto parameters = request.prompt;
    if (!request.negativePrompt.empty())
        parameters += "\nNegative prompt: " + request.negativePrompt;
    parameters += "\nSeed: " + std::to_string(request.seed);
    parameters += ", Size: " + std::to_string(picture.width) + "x" + std::to_string(picture.height);
    parameters += ", Model: " + facts.config.name;
    parameters += ", Model hash: " + facts.hash;
    metadata.picture = {{store::kRecipeKey, json}, {"parameters", parameters}};
    return metadata;
}

Status writeResults(const Job &job, const Metadata &metadata, const RunResult &result,
                    const RunWatcher &watcher, Progress &progress, Environment &environment,
                    WrittenFiles &files)
{
    const auto &outputs = job.outputs;
    const auto &frames = *result.frames;
    const double start = environment.seconds();
    if (auto written = writeNamedClip(job, metadata, frames, progress, environment, files); !written)
        return written;
    files.encodeSeconds = environment.seconds() - start;
    if (files.clip.empty())
        return {};
    progress.write(1.0);

    const auto &steps = watcher.prunedSteps();
    const auto &media = *environment.media;
    const auto extra = [&](const char *name, const std::filesystem::path &path, const auto &write) -> Status {
        if (path.empty())
            return {};
        auto written = write(path);
        if (written)
            files.extras[name] = path.string();
        return written;
    };
    const bool replace = outputs.overwrite;
    // Without the recipe, which the clip carries: equal pictures are to be equal files.
    if (auto done = extra("frames", outputs.frames,
                          [&](const auto &to) { return writeFrames(to, frames, {}, replace); });
        !done)
        return done;
    if (steps.empty()) { // stopped before anything was pruned
        files.nothingPruned = !outputs.scores.empty() || !outputs.masks.empty() || !outputs.overlay.empty();
        return {};
    }
    if (auto done =
            extra("scores", outputs.scores, [&](const auto &to) { return writeScores(to, steps, replace); });
        !done)
        return done;
    if (auto done = extra("masks", outputs.masks,
                          [&](const auto &to) { return writeMasks(to, steps, media, job.fps, replace); });
        !done)
        return done;
    return extra("overlay", outputs.overlay, [&](const auto &to) {
        return writeOverlay(to, frames, steps, watcher.plan().schedule, media, job.fps, replace);
    });
}

} // namespace faststar::cli
