// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_json.h"

#include <algorithm>
#include <array>
#include <limits>

#include "core/store/json_object.h"
#include "core/store/request_object.h"

namespace faststar::store
{

namespace
{

using Json = nlohmann::ordered_json;

constexpr double kMostSeconds = 1e12;
constexpr std::int64_t kMostCount = std::int64_t(1) << 53;
constexpr int kMostSteps = 100000;
// Of one step: clip, scale, scale in clip, repetition, step, tokens, kept, pruned, five times.
constexpr std::size_t kStepNumbers = 13;

tl::unexpected<Error> wrong(std::string detail)
{
    return failure(ErrorCode::InvalidRequest, std::move(detail));
}

} // namespace

std::string summaryToJson(const RunSummary &summary)
{
    Json json;
    json["text_seconds"] = summary.textSeconds;
    json["image_clip_seconds"] = summary.imageClipSeconds;
    json["video_clip_seconds"] = summary.videoClipSeconds;
    json["decode_seconds"] = summary.decodeSeconds;
    json["encode_seconds"] = summary.encodeSeconds;
    json["tokens_run"] = summary.tokensRun;
    json["tokens_all"] = summary.tokensAll;
    json["peak_bytes"] = summary.peakBytes;
    json["nan_count"] = summary.nanCount;
    return compactText(json);
}

Result<RunSummary> summaryFromJson(std::string_view text)
{
    const auto json = parseObject(text, "summary");
    if (!json)
        return tl::unexpected(json.error());
    ObjectReader reader(*json, {});
    RunSummary summary;
    const auto seconds = [&](const char *key) { return reader.number(key, 0.0, 0.0, kMostSeconds); };
    const auto count = [&](const char *key) { return reader.integer(key, 0, 0, kMostCount); };
    summary.textSeconds = seconds("text_seconds");
    summary.imageClipSeconds = seconds("image_clip_seconds");
    summary.videoClipSeconds = seconds("video_clip_seconds");
    summary.decodeSeconds = seconds("decode_seconds");
    summary.encodeSeconds = seconds("encode_seconds");
    summary.tokensRun = count("tokens_run");
    summary.tokensAll = count("tokens_all");
    summary.peakBytes = count("peak_bytes");
    summary.nanCount = count("nan_count");
    if (reader.problem())
        return wrong(*reader.problem());
    return summary;
}

std::string costsToJson(const RunCosts &costs)
{
    Json json;
    json["text_seconds"] = costs.textSeconds;
    json["encode_seconds"] = costs.encodeSeconds;
    json["decode_seconds"] = costs.decodeSeconds;
    json["write_seconds"] = costs.writeSeconds;
    Json steps = Json::array();
    for (const StepCost &step : costs.steps) {
        const auto &at = step.index;
        const auto &ms = step.times;
        steps.push_back({at.clip, at.scale, at.scaleInClip, at.repetition, at.step, step.tokens, step.kept,
                         step.pruned ? 1 : 0, ms.blocks, ms.head, ms.quantizer, ms.pruning, ms.preview});
    }
    json["steps"] = std::move(steps);
    return compactText(json);
}

Result<RunCosts> costsFromJson(std::string_view text)
{
    const auto json = parseObject(text, "costs");
    if (!json)
        return tl::unexpected(json.error());
    ObjectReader reader(*json, {});
    RunCosts costs;
    costs.textSeconds = reader.number("text_seconds", 0.0, 0.0, kMostSeconds);
    costs.encodeSeconds = reader.number("encode_seconds", 0.0, 0.0, kMostSeconds);
    costs.decodeSeconds = reader.number("decode_seconds", 0.0, 0.0, kMostSeconds);
    costs.writeSeconds = reader.number("write_seconds", 0.0, 0.0, kMostSeconds);
    if (reader.problem())
        return wrong(*reader.problem());
    const auto steps = json->find("steps");
    if (steps == json->end())
        return costs;
    if (!steps->is_array() || steps->size() > kMostSteps)
        return wrong("steps: no list of steps");
    for (const auto &step : *steps) {
        const bool numbers = step.is_array() && step.size() == kStepNumbers &&
                             std::ranges::all_of(step, [](const auto &value) { return value.is_number(); });
        if (!numbers)
            return wrong("steps: a step is not " + std::to_string(kStepNumbers) + " numbers");
        std::array<double, kStepNumbers> values{};
        for (std::size_t i = 0; i < kStepNumbers; ++i) {
            values.at(i) = step[i].template get<double>();
            if (!(values.at(i) >= 0.0 && values.at(i) <= (i < 5 ? 1e6 : kMostSeconds)))
                return wrong("steps: a number is out of range");
        }
        costs.steps.push_back(
            {{int(values[0]), int(values[1]), int(values[2]), int(values[3]), int(values[4])},
             std::int64_t(values[5]),
             std::int64_t(values[6]),
             values[7] != 0.0,
             {values[8], values[9], values[10], values[11], values[12]}});
    }
    return costs;
}

std::string forecastToJson(const Forecast &forecast)
{
    Json json;
    json["estimate"] = forecast.estimate;
    json["tokens_run"] = forecast.tokensRun;
    json["tokens_all"] = forecast.tokensAll;
    json["step_ms"] = forecast.stepMs;
    json["full_ms"] = forecast.fullMs;
    json["text_seconds"] = forecast.textSeconds;
    json["encode_seconds"] = forecast.encodeSeconds;
    json["decode_seconds"] = forecast.decodeSeconds;
    json["write_seconds"] = forecast.writeSeconds;
    json["memory_bytes"] = forecast.memoryBytes;
    return compactText(json);
}

Result<Forecast> forecastFromJson(std::string_view text)
{
    const auto json = parseObject(text, "forecast");
    if (!json)
        return tl::unexpected(json.error());
    ObjectReader reader(*json, {});
    Forecast forecast;
    forecast.estimate = reader.boolean("estimate", true);
    forecast.tokensRun = reader.integer("tokens_run", 0, 0, kMostCount);
    forecast.tokensAll = reader.integer("tokens_all", 0, 0, kMostCount);
    forecast.textSeconds = reader.number("text_seconds", 0.0, 0.0, kMostSeconds);
    forecast.encodeSeconds = reader.number("encode_seconds", 0.0, 0.0, kMostSeconds);
    forecast.decodeSeconds = reader.number("decode_seconds", 0.0, 0.0, kMostSeconds);
    forecast.writeSeconds = reader.number("write_seconds", 0.0, 0.0, kMostSeconds);
    forecast.memoryBytes = reader.integer("memory_bytes", 0, 0, kMostCount);
    const auto times = [&](const char *key, std::vector<double> &list) {
        const auto found = json->find(key);
        if (found == json->end())
            return;
        if (!found->is_array() || found->size() > kMostSteps) {
            reader.complain(key, "no list of times");
            return;
        }
        for (const auto &value : *found) {
            const double ms = value.is_number() ? value.template get<double>() : -1.0;
            if (!(ms >= 0.0 && ms <= kMostSeconds))
                reader.complain(key, "a time is out of range");
            list.push_back(ms);
        }
    };
    times("step_ms", forecast.stepMs);
    times("full_ms", forecast.fullMs);
    if (reader.problem())
        return wrong(*reader.problem());
    return forecast;
}

std::string measurementsToJson(const Measurements &measurements)
{
    const LineFit &fit = measurements.step;
    Json json;
    json["runs"] = measurements.runs;
    json["step"] = {{"n", fit.n}, {"x", fit.x}, {"y", fit.y}, {"xx", fit.xx}, {"xy", fit.xy}};
    json["pruning_ms_per_place"] = measurements.pruningMsPerPlace;
    json["text_seconds"] = measurements.textSeconds;
    json["encode_seconds_per_frame"] = measurements.encodeSecondsPerFrame;
    json["decode_seconds_per_frame"] = measurements.decodeSecondsPerFrame;
    json["write_seconds_per_frame"] = measurements.writeSecondsPerFrame;
    json["peak_bytes"] = measurements.peakBytes;
    return compactText(json);
}

Result<Measurements> measurementsFromJson(std::string_view text)
{
    const auto json = parseObject(text, "measurements");
    if (!json)
        return tl::unexpected(json.error());
    ObjectReader reader(*json, {});
    constexpr double kMost = 1e300; // sums of squares of multiply-adds
    Measurements measurements;
    measurements.runs = int(reader.integer("runs", 0, 0, std::numeric_limits<int>::max() / 2));
    measurements.pruningMsPerPlace = reader.number("pruning_ms_per_place", 0.0, 0.0, kMostSeconds);
    measurements.textSeconds = reader.number("text_seconds", 0.0, 0.0, kMostSeconds);
    measurements.encodeSecondsPerFrame = reader.number("encode_seconds_per_frame", 0.0, 0.0, kMostSeconds);
    measurements.decodeSecondsPerFrame = reader.number("decode_seconds_per_frame", 0.0, 0.0, kMostSeconds);
    measurements.writeSecondsPerFrame = reader.number("write_seconds_per_frame", 0.0, 0.0, kMostSeconds);
    measurements.peakBytes = reader.integer("peak_bytes", 0, 0, kMostCount);
    if (const auto *fit = reader.object("step")) {
        ObjectReader sums(*fit, "step.");
        measurements.step.n = sums.number("n", 0.0, 0.0, kMost);
        measurements.step.x = sums.number("x", 0.0, 0.0, kMost);
        measurements.step.y = sums.number("y", 0.0, 0.0, kMost);
        measurements.step.xx = sums.number("xx", 0.0, 0.0, kMost);
        measurements.step.xy = sums.number("xy", 0.0, 0.0, kMost);
        if (sums.problem())
            return wrong(*sums.problem());
    }
    if (reader.problem())
        return wrong(*reader.problem());
    return measurements;
}

} // namespace faststar::store
