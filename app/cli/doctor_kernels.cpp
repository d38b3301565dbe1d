// SPDX-License-Identifier: Apache-2.0
#include "app/cli/doctor_kernels.h"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/exit_codes.h"
#include "app/cli/text.h"
#include "gpu/kernel_check.h"

namespace faststar::cli
{
namespace
{

using nlohmann::json;

std::string tableRow(const gpu::KernelCheck &check)
{
    std::string row = fmt::format("{:<16}{:>8}{:>8}{:>10.3g}{:>9.3g}", check.kernel, check.rows, check.width,
                                  check.worst, check.allowed);
    if (check.ms > 0.0)
        row += fmt::format("{:>9.3f}{:>9.3f}{:>8.0f}", check.ms, check.twinMs, check.gbs);
    return row + (check.passed() ? "" : "  FAILED");
}

json jsonOf(const gpu::KernelReport &report)
{
    json checks = json::array();
    for (const auto &check : report.checks) {
        json entry{{"kernel", check.kernel}, {"rows", check.rows},       {"width", check.width},
                   {"worst", check.worst},   {"allowed", check.allowed}, {"passed", check.passed()}};
        if (check.ms > 0.0)
            entry.update({{"ms", check.ms}, {"aten_ms", check.twinMs}, {"gb_per_s", check.gbs}});
        checks.push_back(std::move(entry));
    }
    return {{"device", report.device},
            {"copy_gb_per_s", report.copyGbs},
            {"passed", report.passed()},
            {"checks", std::move(checks)}};
}

} // namespace

int runKernelCheck(const std::string &device, const Reporter &reporter)
{
    Console &console = reporter.console();
    const bool people = !reporter.json();
    bool first = true;
    const auto report = gpu::checkKernels(device, [&](const gpu::KernelCheck &check) {
        if (people && std::exchange(first, false))
            console.data("kernel              rows   width     worst  allowed       ms  aten ms    GB/s");
        if (people)
            console.data(tableRow(check));
    });
    if (!report)
        return reporter.fail(report.error());
    if (people)
        console.data(harmless(fillIn(
            report->passed() ? text("faststar", "%1: all kernels agree with ATen; a copy reaches %2 GB/s")
                             : text("faststar", "%1: kernels differ from ATen; a copy reaches %2 GB/s"),
            {report->device, fmt::format("{:.0f}", report->copyGbs)})));
    else
        console.data(jsonLine(jsonOf(*report)));
    return report->passed() ? kExitDone : kExitGate;
}

} // namespace faststar::cli
