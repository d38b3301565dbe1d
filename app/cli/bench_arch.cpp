// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include <nlohmann/json.hpp>

#include "app/cli/arch_report.h"
#include "app/cli/commands.h"
#include "app/cli/exit_codes.h"
#include "app/cli/model_location.h"
#include "app/cli/progress.h"
#include "app/cli/request_builder.h"
#include "app/cli/text.h"
#include "core/domain/validate.h"
#include "core/files/output_file.h"
#include "core/pipeline/arch_bench.h"
#include "gpu/kernel_module.h"
#include "gpu/machine.h"

namespace faststar::cli
{
namespace
{

constexpr int kDefaultRuns = 3;
constexpr int kMostRuns = 1000;

Result<pipeline::ArchBenchSettings> settingsOf(const CommandLine &line, const Reporter &reporter)
{
    const auto runs = flagNumber("runs", line.bench.runs, kDefaultRuns, 1, kMostRuns);
    if (!runs)
        return tl::unexpected(runs.error());
    auto config = pipeline::archConfig(line.bench.arch, line.bench.request.size.value_or(""));
    if (!config)
        return tl::unexpected(config.error());
    auto built = buildRequest(line.bench.request, *config);
    if (!built)
        return tl::unexpected(built.error());
    for (const auto &note : built->notes)
        reporter.warn(note);
    built->request.prompt = line.bench.arch;
    built->request.seed = 1;
    if (auto valid = checkRequest(built->request, *config); !valid)
        return tl::unexpected(valid.error());
    pipeline::ArchBenchSettings settings;
    settings.config = std::move(*config);
    settings.request = std::move(built->request);
    settings.device = line.common.device;
    settings.profile = line.common.profile;
    settings.runs = *runs;
    settings.parts = !line.bench.noParts;
    return settings;
}

} // namespace

int runArchBench(const CommandLine &line, Environment &environment, const Reporter &reporter)
{
    const auto settings = settingsOf(line, reporter);
    if (!settings)
        return reporter.fail(settings.error());
    const auto load = loadSettings(line.common, {});
    if (!load)
        return reporter.fail(load.error());
    gpu::setThreads(load->threads);
    if (!line.bench.kernels.empty())
        gpu::useOwnKernels(line.bench.kernels == "on");
    std::optional<files::OutputFile> svg;
    if (!line.bench.svg.empty()) {
        auto file = files::OutputFile::create(line.bench.svg, line.bench.overwrite ? files::Existing::Replace
                                                                                   : files::Existing::Refuse);
        if (!file)
            return reporter.fail(file.error());
        svg = std::move(*file);
    }

    auto &console = reporter.console();
    int run = 0;
    RunControl control;
    const StopRequests::Attachment attachment(*environment.stops, control);
    const auto bench = pipeline::benchArchitecture(*settings, control, [&](const pipeline::ArchRun &done) {
        console.say(
            fillIn(text("faststar", "run %2: %1"), {formatSeconds(done.total()), std::to_string(++run)}));
    });
    if (environment.stops->level() != StopLevel::None)
        return environment.stops->exitCode();
    if (!bench)
        return reporter.fail(bench.error());
    auto report = archJson(*bench);
    report["arch"] = line.bench.arch;
    report["size"] = settings->request.size;
    report["frames"] = settings->request.frames;
    report["method"] = settings->request.method == Method::None ? "none" : "faststar";
    report["ratios_permille"] = settings->request.ratiosPermille;
    if (svg) {
        const std::string picture = archSvg(report);
        if (auto written = svg->write(picture.data(), picture.size()); !written)
            return reporter.fail(written.error());
        if (auto done = svg->commit(); !done)
            return reporter.fail(done.error());
    }
    if (reporter.json()) {
        console.data(jsonLine(report));
        return kExitDone;
    }
    for (const auto &row : archTable(report))
        console.data(harmless(row));
    return kExitDone;
}

} // namespace faststar::cli
