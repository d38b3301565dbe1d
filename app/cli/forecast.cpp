// SPDX-License-Identifier: Apache-2.0
#include "app/cli/forecast.h"

#include <algorithm>
#include <cmath>
#include <thread>

#include <nlohmann/json.hpp>

#include "app/cli/exit_codes.h"
#include "app/cli/progress.h"
#include "app/cli/summary.h"
#include "app/cli/text.h"
#include "core/domain/option_names.h"
#include "core/domain/reduction_plan.h"

namespace faststar::cli
{

namespace
{

// Multiply-adds (as two) a second and thread that small float32 networks reach on common processors;
// within a factor of three of anything, which is what an estimate before the first run can be.
constexpr double kFlopsPerThread = 2.5e10;
constexpr unsigned kMostUsefulThreads = 32;
// The same of a data-centre card in bf16 over a large model, and what a step costs however small it is.
constexpr double kFlopsPerDevice = 4e14;
constexpr double kDeviceStepSeconds = 0.02;

} // namespace

int tellForecast(const std::vector<Job> &jobs, const LoadSettings &settings, const ModelConfig &config,
                 Environment &environment, const Reporter &reporter)
{
    auto &console = reporter.console();
    const unsigned threads = std::clamp(std::thread::hardware_concurrency(), 1u, kMostUsefulThreads);
    Status fits;
    for (const auto &job : jobs) {
        const auto &request = job.request;
        const auto schedule = scheduleOf(request, config);
        if (!schedule)
            return reporter.fail(schedule.error());
        std::int64_t all = 0, kept = 0;
        for (const auto &step : planSteps(request, config, *schedule)) {
            all += step.tokens;
            kept += step.run;
        }
        const auto work = workOf(request, config, *schedule);
        const auto memory =
            environment.forecastMemory(settings.modelPath, request, settings.device, settings.profile);
        if (!memory)
            return reporter.fail(memory.error());
        if (fits)
            fits = memory->fits;
        const double flops = work.conditions + work.generate + work.decode + work.write;
        const double seconds = memory->onDevice
                                   ? flops / kFlopsPerDevice + schedule->steps() * kDeviceStepSeconds
                                   : flops / (kFlopsPerThread * double(threads));
        reporter.event("forecast", {{"seed", request.seed},
                                    {"width", schedule->pixelWidth()},
                                    {"height", schedule->pixelHeight()},
                                    {"frames", request.frames},
                                    {"steps", schedule->steps()},
                                    {"method", optionName(request.method)},
                                    {"tokens", all},
                                    {"kept", kept},
                                    {"memory_bytes", memory->bytes},
                                    {"memory_of", memory->onDevice ? "device" : "host"},
                                    {"seconds_estimate", std::round(seconds * 10.0) / 10.0}});
        if (!reporter.json())
            console.data(fillIn(text("faststar", "seed %1: %2x%3, %4, %5 of %6 tokens, %7 of memory, "
                                                 "about %8 (estimate)"),
                                {std::to_string(request.seed), std::to_string(schedule->pixelWidth()),
                                 std::to_string(schedule->pixelHeight()), formatFrames(request.frames),
                                 std::to_string(kept), std::to_string(all),
                                 formatBytes(double(memory->bytes)), formatSeconds(seconds)}));
    }
    return fits ? int(kExitDone) : reporter.fail(fits.error());
}

} // namespace faststar::cli
