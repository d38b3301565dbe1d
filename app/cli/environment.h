// SPDX-License-Identifier: Apache-2.0
//
// Everything a command takes from outside, so that tests can run it without a process.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>

#include "app/cli/media_port.h"
#include "app/cli/stop_requests.h"
#include "core/domain/pipeline.h"
#include "core/pipeline/memory_forecast.h"
#include "core/pipeline/replay.h"

namespace faststar::cli
{

struct Environment {
    std::istream *in = nullptr;
    std::ostream *out = nullptr;
    std::ostream *err = nullptr;
    bool inIsTerminal = false;
    bool errIsTerminal = false;
    int columns = 80;
    std::filesystem::path executable; // to find the demo model and translations beside it

    std::function<std::optional<std::string>(const char *name)> variable; // of the environment
    std::function<double()> seconds;                                      // a clock that never goes back
    std::function<std::uint32_t()> random;                                // for random seeds
    std::function<std::unique_ptr<Pipeline>()> makePipeline;
    // What the model folder says, from headers alone.
    std::function<Result<ModelConfig>(const std::filesystem::path &folder)> describeModel;
    // What a run would need on a device under a profile, from headers alone.
    std::function<Result<pipeline::MemoryForecast>(const std::filesystem::path &folder,
                                                   const GenerationRequest &request,
                                                   const std::string &device, const std::string &profile)>
        forecastMemory;
    std::function<Result<pipeline::ReplayReport>(const std::filesystem::path &folder, bool check,
                                                 const std::filesystem::path &outFile,
                                                 const pipeline::ReplayDevice &where)>
        replay;

    const MediaPort *media = nullptr;
    StopRequests *stops = nullptr;
};

// The whole command: parses, runs, tells, and returns the exit code. Throws nothing.
[[nodiscard]] int runFaststar(int argc, const char *const *argv, Environment &environment);

} // namespace faststar::cli
