// SPDX-License-Identifier: Apache-2.0
#include "app/cli/commands.h"

#include <nlohmann/json.hpp>

#include "app/cli/exit_codes.h"
#include "app/cli/model_location.h"
#include "app/cli/summary.h"
#include "app/cli/text.h"
#include "core/model/model_folder.h"
#include "core/pipeline/memory_forecast.h"

namespace faststar::cli
{

namespace
{

void tellPeople(const model::ModelFolder &folder, const std::vector<model::PartSize> &parts,
                const std::vector<pipeline::ProfileNeed> &profiles, Console &console)
{
    const auto kind = folder.released ? text("faststar", "a released InfinityStar download")
                                      : text("faststar", "a model folder");
    console.data(fillIn(
        text("faststar", "%1: %2, %3"),
        {folder.root.string(), folder.config.name.empty() ? folder.config.kind : folder.config.name, kind}));
    for (const auto &part : parts)
        console.data(fillIn(
            text("faststar", "  %1: %2 parameters, %3, %4 on disk"),
            {part.name, std::to_string(part.parameters), part.dtype, formatBytes(double(part.storedBytes))}));
    for (const auto &profile : profiles) {
        const auto fits = profile.fits            ? text("faststar", "fits here")
                          : profile.available > 0 ? fillIn(text("faststar", "does not fit: %1 are there"),
                                                           {formatBytes(double(profile.available))})
                                                  : text("faststar", "does not fit: no device");
        console.data(fillIn(text("faststar", "  profile %1: %2, %3"),
                            {profile.name, formatBytes(double(profile.bytes)), fits}));
    }
}

} // namespace

int runInspect(const CommandLine &line, Environment &environment, const Reporter &reporter)
{
    const auto path = findModel(line.inspect.model, environment);
    if (!path)
        return reporter.fail(path.error());
    const auto folder = model::openModelFolder(*path);
    if (!folder)
        return reporter.fail(folder.error());
    auto notes = folder->notes;
    const auto parts = model::inspectParts(*folder, notes);
    if (!parts)
        return reporter.fail(parts.error());
    const auto profiles = pipeline::profileNeeds(folder->config, *parts);

    auto &console = reporter.console();
    for (const auto &note : notes)
        console.warn(note);
    if (!reporter.json()) {
        tellPeople(*folder, *parts, profiles, console);
        return kExitDone;
    }
    nlohmann::json object{{"path", folder->root.string()},        {"kind", folder->config.kind},
                          {"name", folder->config.name},          {"released", folder->released},
                          {"size", folder->config.schedule.size}, {"notes", notes},
                          {"parts", nlohmann::json::array()},     {"profiles", nlohmann::json::array()}};
    for (const auto &part : *parts)
        object["parts"].push_back({{"name", part.name},
                                   {"parameters", part.parameters},
                                   {"dtype", part.dtype},
                                   {"stored_bytes", part.storedBytes}});
    for (const auto &profile : profiles)
        object["profiles"].push_back({{"name", profile.name},
                                      {"bytes", profile.bytes},
                                      {"available", profile.available},
                                      {"fits", profile.fits}});
    console.data(jsonLine(object));
    return kExitDone;
}

} // namespace faststar::cli
