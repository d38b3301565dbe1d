// SPDX-License-Identifier: Apache-2.0
#include "app/cli/commands.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <vector>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "app/cli/bench_stats.h"
#include "app/cli/exit_codes.h"
#include "app/cli/model_location.h"
#include "app/cli/progress.h"
#include "app/cli/request_builder.h"
#include "app/cli/run_watcher.h"
#include "app/cli/summary.h"
#include "app/cli/text.h"
#include "core/domain/validate.h"

namespace faststar::cli
{

namespace
{

constexpr const char *kPrompt = "a red circle moving right on a plain blue background";
constexpr int kDefaultRuns = 5;
constexpr int kMostRuns = 1000;

// Counts warnings and nothing else: a bench must not measure its own messages.
class QuietObserver final : public RunObserver
{
public:
    explicit QuietObserver(const Reporter &reporter) : m_reporter(reporter) {}
    void warned(const std::string &message) override { m_reporter.warn(message); }

private:
    const Reporter &m_reporter;
};

// Seconds to make an MP4 of the frames, in a file that is gone afterwards; 0 without encoders.
Result<double> encodeSeconds(const std::vector<Image> &frames, int fps, const Environment &environment)
{
    if (!environment.media->hasVideo())
        return 0.0;
    std::error_code error;
    const auto folder = std::filesystem::temp_directory_path(error);
    if (error)
        return failure(ErrorCode::WriteFailed, "there is no folder for temporary files");
    const auto file = folder / ("faststar-bench-" + std::to_string(::getpid()) + ".mp4");
    const double start = environment.seconds();
    const auto written = environment.media->writeVideo(file, frames, {fps, {}, true}, {});
    const double seconds = environment.seconds() - start;
    std::filesystem::remove(file, error);
    if (!written)
        return tl::unexpected(written.error());
    return seconds;
}

Result<BenchSeconds> measure(Pipeline &pipeline, const GenerationRequest &request, const ModelFacts &facts,
                             Environment &environment, const Reporter &reporter, std::int64_t &peak)
{
    RunControl control;
    const StopRequests::Attachment attachment(*environment.stops, control);
    QuietObserver observer(reporter);
    RunInput input;
    input.request = request;
    input.previewEvery = 0;
    const auto result = pipeline.run(input, observer, control);
    if (!result)
        return tl::unexpected(result.error());
    if (result->outcome != Outcome::Finished || !result->frames)
        return BenchSeconds();
    const auto encoded = encodeSeconds(*result->frames, facts.config.schedule.fps, environment);
    if (!encoded)
        return tl::unexpected(encoded.error());
    const auto &summary = result->summary;
    peak = std::max(peak, summary.peakBytes);
    return BenchSeconds{summary.textSeconds, summary.imageClipSeconds, summary.videoClipSeconds,
                        summary.decodeSeconds, *encoded};
}

nlohmann::json resultOf(const std::vector<BenchSeconds> &runs, std::int64_t peak, const ModelFacts &facts)
{
    const auto median = medianOf(runs);
    const auto rounded = [](double seconds) { return std::round(seconds * 1e6) / 1e6; };
    return {{"text_s", rounded(median.text)},
            {"image_clip_s", rounded(median.imageClip)},
            {"video_clip_s", rounded(median.videoClip)},
            {"decode_s", rounded(median.decode)},
            {"encode_s", rounded(median.encode)},
            {"total_s", rounded(median.total())},
            {"peak_mib", std::round(double(peak) / 1048576.0 * 10.0) / 10.0},
            {"runs", runs.size()},
            {"model", facts.config.name},
            {"device", facts.device},
            {"profile", facts.profile},
            {"load_s", rounded(facts.loadSeconds)}};
}

} // namespace

int runBench(const CommandLine &line, Environment &environment, const Reporter &reporter)
{
    if (!line.bench.arch.empty())
        return runArchBench(line, environment, reporter);
    const auto runs = flagNumber("runs", line.bench.runs, kDefaultRuns, 1, kMostRuns);
    if (!runs)
        return reporter.fail(runs.error());
    const auto model = findModel(line.common.model, environment);
    if (!model)
        return reporter.fail(model.error());
    const auto config = environment.describeModel(*model);
    if (!config)
        return reporter.fail(config.error());
    auto built = buildRequest(line.bench.request, *config);
    if (!built)
        return reporter.fail(built.error());
    for (const auto &note : built->notes)
        reporter.warn(note);
    auto &request = built->request;
    request.prompt = kPrompt;
    request.seed = 1;
    if (auto valid = checkRequest(request, *config); !valid)
        return reporter.fail(valid.error());
    const auto settings = loadSettings(line.common, *model);
    if (!settings)
        return reporter.fail(settings.error());

    QuietObserver observer(reporter);
    const auto pipeline = environment.makePipeline();
    const auto facts = pipeline->load(*settings, observer, environment.stops->anyToken());
    if (environment.stops->level() != StopLevel::None)
        return environment.stops->exitCode();
    if (!facts)
        return reporter.fail(facts.error());

    std::vector<BenchSeconds> measured;
    std::int64_t peak = 0;
    auto &console = reporter.console();
    for (int run = 0; run <= *runs; ++run) { // the first warms caches up and does not count
        const auto seconds = measure(*pipeline, request, *facts, environment, reporter, peak);
        if (environment.stops->level() != StopLevel::None)
            return environment.stops->exitCode();
        if (!seconds)
            return reporter.fail(seconds.error());
        if (run > 0)
            measured.push_back(*seconds);
        console.say(fillIn(run == 0 ? text("faststar", "warm-up: %1") : text("faststar", "run %2: %1"),
                           {formatSeconds(seconds->total()), std::to_string(run)}));
    }
    const auto result = resultOf(measured, peak, *facts);
    if (reporter.json()) {
        console.data(jsonLine(result));
        return kExitDone;
    }
    for (const auto &[name, value] : result.items())
        console.data(name + "  " + (value.is_string() ? value.get<std::string>() : value.dump()));
    return kExitDone;
}

} // namespace faststar::cli
