// SPDX-License-Identifier: Apache-2.0
#include "app/cli/summary.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "app/cli/progress.h"
#include "app/cli/text.h"
#include "core/domain/option_names.h"

namespace faststar::cli
{

namespace
{

const char *outcomeName(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Finished:
        return "finished";
    case Outcome::Kept:
        return "kept";
    case Outcome::Cancelled:
        return "cancelled";
    }
    return "finished";
}

} // namespace

std::string formatBytes(double bytes)
{
    constexpr double kMiB = 1048576.0;
    if (bytes < 1024.0 * kMiB)
        return formatNumber(std::round(bytes / kMiB)) + " MiB";
    return formatNumber(std::round(bytes / kMiB / 1024.0 * 10.0) / 10.0) + " GiB";
}

std::string formatFrames(int frames)
{
    if (frames == 1)
        return text("faststar", "1 frame");
    return fillIn(text("faststar", "%1 frames"), {std::to_string(frames)});
}

std::string summaryLine(const RunSummary &summary, double encodeSeconds)
{
    const double share = summary.tokensAll > 0 ? double(summary.tokensRun) / double(summary.tokensAll) : 1.0;
    auto line = fillIn(text("faststar", "%1 of %2 tokens (%3 %)"),
                       {std::to_string(summary.tokensRun), std::to_string(summary.tokensAll),
                        formatNumber(std::round(share * 1000.0) / 10.0)});
    const auto stage = [&](const std::string &name, double seconds) {
        line += ", " + name;
        line += ' ';
        line += formatSeconds(seconds);
    };
    stage(text("faststar", "text"), summary.textSeconds);
    if (summary.encodeSeconds > 0.0)
        stage(text("faststar", "given frames"), summary.encodeSeconds);
    stage(text("faststar", "image clip"), summary.imageClipSeconds);
    stage(text("faststar", "video clips"), summary.videoClipSeconds);
    stage(text("faststar", "decoding"), summary.decodeSeconds);
    stage(text("faststar", "writing"), encodeSeconds);
    return line +
           fillIn(text("faststar", "; at most %1 of memory"), {formatBytes(double(summary.peakBytes))});
}

nlohmann::json resultFields(const Job &job, const RunResult &result, const WrittenFiles &files)
{
    const auto &summary = result.summary;
    nlohmann::json fields{{"output", files.clip.string()},
                          {"outcome", outcomeName(result.outcome)},
                          {"seed", job.request.seed},
                          {"frames", result.frames->size()},
                          {"width", result.frames->front().width},
                          {"height", result.frames->front().height},
                          {"fps", job.fps},
                          {"tokens", summary.tokensAll},
                          {"kept", summary.tokensRun},
                          {"nan_count", summary.nanCount},
                          {"seconds",
                           {{"text", summary.textSeconds},
                            {"condition", summary.encodeSeconds},
                            {"image_clip", summary.imageClipSeconds},
                            {"video_clips", summary.videoClipSeconds},
                            {"decode", summary.decodeSeconds},
                            {"encode", files.encodeSeconds}}},
                          {"peak_bytes", summary.peakBytes},
                          {"files", files.extras}};
    if (result.keptAt)
        fields["stopped_after_steps"] = result.keptAt->step + 1;
    return fields;
}

} // namespace faststar::cli
