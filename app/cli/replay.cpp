// SPDX-License-Identifier: Apache-2.0
#include "app/cli/commands.h"

#include <array>
#include <charconv>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/cli/exit_codes.h"
#include "app/cli/model_location.h"
#include "app/cli/output_plan.h"
#include "app/cli/text.h"
#include "core/files/output_file.h"
#include "gpu/machine.h"

namespace faststar::cli
{

namespace
{

std::string scientific(double value)
{
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.2e", value);
    return buffer.data();
}

// A positive number; 0 for nothing.
Result<double> toleranceOf(const std::string &typed)
{
    double value = 0.0;
    const char *end = typed.data() + typed.size();
    const auto [stop, error] = std::from_chars(typed.data(), end, value);
    if (!typed.empty() && (error != std::errc() || stop != end || !(value > 0.0)))
        return failure(ErrorCode::InvalidRequest, "tolerance: '" + typed + "' is not a number above 0");
    return value;
}

void tell(const pipeline::ReplayReport &report, bool check, const Reporter &reporter)
{
    auto &console = reporter.console();
    if (reporter.json()) {
        nlohmann::json object{{"kind", report.kind},
                              {"tolerance", report.tolerance},
                              {"passed", report.passed},
                              {"tensors", nlohmann::json::array()}};
        for (const auto &tensor : report.tensors)
            object["tensors"].push_back({{"name", tensor.name},
                                         {"error", tensor.relativeError},
                                         {"exact", tensor.exact},
                                         {"passed", tensor.passed},
                                         {"note", tensor.note}});
        console.data(jsonLine(object));
        return;
    }
    if (!check)
        return;
    for (const auto &tensor : report.tensors) {
        const auto verdict = tensor.passed ? text("faststar", "ok") : text("faststar", "TOO FAR OFF");
        auto line = tensor.name + "  " + scientific(tensor.relativeError);
        line += "  " + verdict;
        if (!tensor.note.empty())
            line += "  " + tensor.note;
        console.data(harmless(line));
    }
}

// The worst tensor that is over its tolerance, in words.
std::string worstOf(const pipeline::ReplayReport &report)
{
    const pipeline::ReplayedTensor *worst = nullptr;
    for (const auto &tensor : report.tensors) {
        if (!tensor.passed && (worst == nullptr || tensor.relativeError > worst->relativeError))
            worst = &tensor;
    }
    if (worst == nullptr)
        return "nothing was compared";
    auto words = worst->name + " is off by " + scientific(worst->relativeError);
    words += ", allowed is " + scientific(worst->exact ? 0.0 : report.tolerance);
    return words;
}

} // namespace

int runReplay(const CommandLine &line, Environment &environment, const Reporter &reporter)
{
    const auto settings = loadSettings(line.common, {});
    if (!settings)
        return reporter.fail(settings.error());
    gpu::setThreads(settings->threads);
    const auto tolerance = toleranceOf(line.replay.tolerance);
    if (!tolerance)
        return reporter.fail(tolerance.error());

    std::optional<files::OutputFile> out;
    std::filesystem::path outPath;
    if (!line.replay.out.empty()) {
        OutputPlan plan;
        plan.clip = line.replay.out;
        plan.overwrite = line.generate.outputs.overwrite;
        if (auto checked = checkOutputs({plan}, {}); !checked)
            return reporter.fail(checked.error());
        auto file = files::OutputFile::create(line.replay.out, plan.overwrite ? files::Existing::Replace
                                                                              : files::Existing::Refuse);
        if (!file)
            return reporter.fail(file.error());
        out = std::move(*file);
        outPath = out->temporaryPath();
    }
    const auto report = environment.replay(line.replay.folder, line.replay.check, outPath,
                                           {settings->device, settings->profile, *tolerance});
    if (!report)
        return reporter.fail(report.error());
    if (out) {
        if (auto written = out->commit(); !written)
            return reporter.fail(written.error());
    }
    for (const auto &key : report->unknownKeys)
        reporter.warn(
            fillIn(text("faststar", "case.json: nothing here knows the key '%1'; it was ignored."), {key}));
    tell(*report, line.replay.check, reporter);
    if (line.replay.check && !report->passed)
        return reporter.fail({ErrorCode::ToleranceExceeded, worstOf(*report)});
    return kExitDone;
}

} // namespace faststar::cli
