// SPDX-License-Identifier: Apache-2.0
#include "app/cli/clip_writer.h"

#include "app/cli/exports.h"
#include "core/files/png.h"
#include "gpu/machine.h"

namespace faststar::cli
{

namespace
{

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
    if (!job.metadata)
        return {};
    const auto recipe = jobs::recipeOf(job.request, facts, {{"torch", gpu::torchVersion()}}, result.keptAt);
    const auto &picture = result.frames->front();
    return jobs::metadataOf(recipe, picture.width, picture.height);
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
