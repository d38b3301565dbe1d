// SPDX-License-Identifier: Apache-2.0
#include "app/cli/commands.h"

#include <system_error>

#include <nlohmann/json.hpp>

#include "app/cli/doctor_kernels.h"
#include "app/cli/exit_codes.h"
#include "app/cli/model_location.h"
#include "app/cli/output_plan.h"
#include "app/cli/summary.h"
#include "app/cli/text.h"
#include "app/version/version.h"
#include "core/store/journal.h"
#include "gpu/kernel_module.h"
#include "gpu/machine.h"

namespace faststar::cli
{

namespace
{

namespace fs = std::filesystem;
using nlohmann::json;

// Free bytes where a folder is or would be made; negative when nothing is known.
std::int64_t freeBytes(fs::path folder)
{
    std::error_code error;
    while (!folder.empty() && !fs::exists(folder, error) && folder.has_relative_path())
        folder = folder.parent_path();
    const auto space = fs::space(folder, error);
    return error ? -1 : std::int64_t(space.available);
}

json diskOf(const fs::path &folder)
{
    return {{"path", folder.string()}, {"free_bytes", freeBytes(folder)}};
}

json machineFacts(const Environment &environment)
{
    std::string problem, driver;
    json devices = json::array();
    for (const auto &device : gpu::cudaDevices(&problem, &driver))
        devices.push_back(
            {{"name", device.name},
             {"kernels_problem", gpu::ownKernelsProblem(int(devices.size()))},
             {"total_bytes", device.totalBytes},
             {"free_bytes", device.freeBytes},
             {"compute", std::to_string(device.computeMajor) + "." + std::to_string(device.computeMinor)}});
    const auto memory = gpu::hostMemory();
    const auto state = store::journalFolder(environment.variable("XDG_STATE_HOME").value_or(""),
                                            environment.variable("HOME").value_or(""));
    const auto demo = findDemoModel(environment.executable);
    json facts{{"version", version()},
               {"commit", commit()},
               {"torch", gpu::torchVersion()},
               {"processor", gpu::cpuName()},
               {"threads", gpu::threads()},
               {"memory", {{"total_bytes", memory.totalBytes}, {"available_bytes", memory.availableBytes}}},
               {"driver", driver},
               {"devices", devices},
               {"device_problem", problem},
               {"video", environment.media->hasVideo()},
               {"encoders", environment.media->encoders()},
               {"disk", {{"output", diskOf(fs::path("."))}}},
               {"demo_model", demo ? json(demo->string()) : json()}};
    if (state)
        facts["disk"]["state"] = diskOf(*state);
    return facts;
}

std::string orNone(const std::string &value)
{
    return value.empty() ? text("faststar", "none") : value;
}

void tellPeople(const json &facts, Console &console)
{
    const auto row = [&](const std::string &name, const std::string &value) {
        console.data(harmless(name + ": " + value));
    };
    const auto bytes = [](const json &value) { return formatBytes(value.get<double>()); };
    auto release = facts["version"].get<std::string>();
    if (const auto built = facts["commit"].get<std::string>(); !built.empty())
        release += " (" + built + ")";
    row("faststar", release);
    row("LibTorch", facts["torch"].get<std::string>());
    row(text("faststar", "processor"),
        fillIn(text("faststar", "%1, %2 threads"),
               {facts["processor"].get<std::string>(), std::to_string(facts["threads"].get<int>())}));
    row(text("faststar", "memory"),
        fillIn(text("faststar", "%1 free of %2"),
               {bytes(facts["memory"]["available_bytes"]), bytes(facts["memory"]["total_bytes"])}));
    row(text("faststar", "NVIDIA driver"), orNone(facts["driver"].get<std::string>()));
    for (const auto &device : facts["devices"])
        row(text("faststar", "device"),
            fillIn(text("faststar", "%1, compute %2, %3 free of %4"),
                   {device["name"].get<std::string>(), device["compute"].get<std::string>(),
                    bytes(device["free_bytes"]), bytes(device["total_bytes"])}));
    for (const auto &device : facts["devices"]) {
        const auto problem = device["kernels_problem"].get<std::string>();
        row(text("faststar", "kernels"), problem.empty()
                                             ? text("faststar", "our own")
                                             : fillIn(text("faststar", "ATen's (%1)"), {problem}));
    }
    if (facts["devices"].empty())
        row(text("faststar", "device"), fillIn(text("faststar", "none (%1); clips are made on the processor"),
                                               {facts["device_problem"].get<std::string>()}));
    std::string encoders;
    for (const auto &name : facts["encoders"]) {
        encoders += encoders.empty() ? "" : ", ";
        encoders += name.get<std::string>();
    }
    row(text("faststar", "video encoders"),
        facts["video"].get<bool>() ? orNone(encoders) : text("faststar", "none; clips leave as PNG"));
    for (const auto &[name, disk] : facts["disk"].items())
        row(name == "state" ? text("faststar", "disk, journals") : text("faststar", "disk, this folder"),
            fillIn(text("faststar", "%1 free in %2"),
                   {bytes(disk["free_bytes"]), disk["path"].get<std::string>()}));
    row(text("faststar", "demo model"), facts["demo_model"].is_null()
                                            ? text("faststar", "not found")
                                            : facts["demo_model"].get<std::string>());
}

} // namespace

int runDoctor(const CommandLine &line, Environment &environment, const Reporter &reporter)
{
    const auto settings = loadSettings(line.common, {});
    if (!settings)
        return reporter.fail(settings.error());
    if (settings->threads > 0)
        gpu::setThreads(settings->threads);
    if (line.doctor.kernels)
        return runKernelCheck(line.common.device == "cpu" ? "cuda" : line.common.device, reporter);
    const auto facts = machineFacts(environment);
    if (reporter.json())
        reporter.console().data(jsonLine(facts));
    else
        tellPeople(facts, reporter.console());
    return kExitDone;
}

} // namespace faststar::cli
