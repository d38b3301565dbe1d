// SPDX-License-Identifier: Apache-2.0
#include "app/cli/exports.h"

#include <algorithm>

#include "app/cli/output_folder.h"
#include "core/domain/overlay.h"
#include "core/files/npz.h"
#include "core/files/png.h"

namespace faststar::cli
{

namespace
{

std::string numbered(const char *before, int number, int digits, const char *after)
{
    auto text = std::to_string(number);
    text.insert(0, std::size_t(std::max(0, digits - int(text.size()))), '0');
    return before + text + after;
}

files::Existing existingOf(bool replace)
{
    return replace ? files::Existing::Replace : files::Existing::Refuse;
}

Status writeMaskVideo(const std::filesystem::path &file, const PrunedSteps &steps, const MediaPort &media,
                      int fps)
{
    Frames frames;
    for (const auto &step : steps) {
        const auto &mask = step->record->mask;
        for (int tau = 0; tau < mask.shape.t; ++tau) {
            const auto picture = maskImage(mask, tau);
            if (!picture)
                return tl::unexpected(picture.error());
            frames.insert(frames.end(), 4, *picture); // a latent frame of a video clip is four frames
        }
    }
    const auto written = media.writeVideo(file, frames, {fps, {}, false}, {});
    return written ? Status() : tl::unexpected(written.error());
}

} // namespace

std::string stepName(const StepIndex &index)
{
    return numbered("", index.scale, 2, ".") + std::to_string(index.repetition);
}

Status writeFrames(const std::filesystem::path &folder, const Frames &frames,
                   const std::map<std::string, std::string> &text, bool replace)
{
    auto target = OutputFolder::create(folder, replace);
    if (!target)
        return tl::unexpected(target.error());
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const auto name = numbered("frame_", int(i), 4, ".png");
        if (auto written =
                files::writePng(target->path() / name, frames[i], i == 0 ? text : files::PngText());
            !written)
            return written;
    }
    return target->commit();
}

Status writeMasks(const std::filesystem::path &folder, const PrunedSteps &steps, const MediaPort &media,
                  int fps, bool replace)
{
    auto target = OutputFolder::create(folder, replace);
    if (!target)
        return tl::unexpected(target.error());
    for (const auto &step : steps) {
        const auto name = stepName(step->index);
        if (auto made = target->makeFolder(name); !made)
            return made;
        const auto &mask = step->record->mask;
        for (int tau = 0; tau < mask.shape.t; ++tau) {
            const auto file = target->path() / name / numbered("tau_", tau, 2, ".png");
            if (auto written = files::writeMaskPng(file, mask, tau); !written)
                return written;
        }
    }
    if (media.hasVideo() && !steps.empty()) {
        if (auto written = writeMaskVideo(target->path() / "masks.mp4", steps, media, fps); !written)
            return written;
    }
    return target->commit();
}

Status writeScores(const std::filesystem::path &file, const PrunedSteps &steps, bool replace)
{
    std::vector<files::NpyArray> arrays;
    for (const auto &step : steps) {
        const auto name = "step/" + stepName(step->index) + "/";
        const auto add = [&](const char *key, const auto &grid) {
            using Value = typename std::remove_cvref_t<decltype(grid.values)>::value_type;
            if (grid.values.empty())
                return; // no temporal similarity under temporal_ref=none
            arrays.push_back(
                files::npyArray<Value>(name + key, {grid.shape.t, grid.shape.h, grid.shape.w}, grid.values));
        };
        add("spatial_similarity", step->scores->spatialSimilarity);
        add("temporal_similarity", step->scores->temporalSimilarity);
        add("score", step->scores->score);
        add("mask_full", step->record->mask);
        const auto &tokens = step->record->tokens;
        arrays.push_back(files::npyArray<std::int32_t>(name + "kept", {std::int64_t(tokens.size())}, tokens));
    }
    return files::writeNpz(file, arrays, existingOf(replace));
}

Status writeOverlay(const std::filesystem::path &file, const Frames &frames, const PrunedSteps &steps,
                    const Schedule &schedule, const MediaPort &media, int fps, bool replace)
{
    Frames shown;
    shown.reserve(frames.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const int latent = latentFrameOfPixelFrame(int(i));
        const StepEvent *last = nullptr;
        int tau = 0;
        for (const auto &step : steps) {
            const auto &clip = schedule.clips[std::size_t(step->index.clip)];
            if (latent >= clip.firstFrame && latent < clip.firstFrame + clip.latentFrames) {
                last = step.get();
                tau = latent - clip.firstFrame;
            }
        }
        if (last == nullptr) {
            shown.push_back(frames[i]);
            continue;
        }
        auto picture = overlayFrame(frames[i], last->scores->score, last->record->mask, tau);
        if (!picture)
            return tl::unexpected(picture.error());
        shown.push_back(std::move(*picture));
    }
    const auto written = media.writeVideo(file, shown, {fps, {}, replace}, {});
    return written ? Status() : tl::unexpected(written.error());
}

Status writePreview(const std::filesystem::path &file, const Frames &preview)
{
    Image strip;
    for (const auto &picture : preview) {
        strip.width += picture.width;
        strip.height = std::max(strip.height, picture.height);
    }
    if (strip.width == 0 || strip.height == 0)
        return {};
    strip.rgb.assign(std::size_t(strip.width) * std::size_t(strip.height) * 3, 0);
    std::size_t left = 0;
    for (const auto &picture : preview) {
        const auto row = std::size_t(picture.width) * 3;
        for (std::size_t y = 0; y < std::size_t(picture.height); ++y)
            std::copy_n(picture.rgb.begin() + std::ptrdiff_t(y * row), row,
                        strip.rgb.begin() + std::ptrdiff_t((y * std::size_t(strip.width) + left) * 3));
        left += std::size_t(picture.width);
    }
    return files::writePng(file, strip, {}, files::Existing::Replace);
}

} // namespace faststar::cli
