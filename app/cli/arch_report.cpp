// SPDX-License-Identifier: Apache-2.0
#include "app/cli/arch_report.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/cli/bench_stats.h"

namespace faststar::cli
{
namespace
{

using nlohmann::json;
using pipeline::ArchBench;
using pipeline::ArchParts;
using pipeline::ArchRun;
using pipeline::ArchStep;

double rounded(double value)
{
    return std::round(value * 1e6) / 1e6;
}

// Median, least and most over the runs.
json spread(const std::vector<ArchRun> &runs, const std::function<double(const ArchRun &)> &value)
{
    std::vector<double> values;
    values.reserve(runs.size());
    for (const auto &run : runs)
        values.push_back(value(run));
    if (values.empty())
        values.push_back(0.0);
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    return {{"least", rounded(*least)}, {"most", rounded(*most)}, {"median", rounded(median(values))}};
}

double middle(const std::vector<ArchRun> &runs, const std::function<double(const ArchRun &)> &value)
{
    return spread(runs, value)["median"].get<double>();
}

json stepJson(const std::vector<ArchRun> &runs, std::size_t index)
{
    const ArchStep &step = runs.front().steps[index];
    const auto of = [&](const std::function<double(const ArchStep &)> &value) {
        return middle(runs, [&](const ArchRun &run) { return value(run.steps[index]); });
    };
    return {{"scale", step.index.scale},
            {"repetition", step.index.repetition},
            {"tokens", step.tokens},
            {"kept", step.kept},
            {"ms", of([](const ArchStep &s) { return s.times.total(); })},
            {"blocks_ms", of([](const ArchStep &s) { return s.times.blocks; })},
            {"head_ms", of([](const ArchStep &s) { return s.times.head; })},
            {"quantizer_ms", of([](const ArchStep &s) { return s.times.quantizer; })},
            {"pruning_ms", of([](const ArchStep &s) { return s.times.pruning; })},
            {"linear_ms", of([](const ArchStep &s) { return s.parts.linear; })},
            {"attention_ms", of([](const ArchStep &s) { return s.parts.attention; })},
            {"elementwise_ms", of([](const ArchStep &s) { return s.parts.elementwise; })},
            {"copy_ms", of([](const ArchStep &s) { return s.parts.copies; })},
            {"linear_tflop", rounded(step.linearFlops / 1e12)},
            {"attention_tflop", rounded(step.attentionFlops / 1e12)},
            {"attention", step.attention}};
}

// Steps of one scale together.
json scalesJson(const json &steps)
{
    std::map<int, json> scales;
    for (const auto &step : steps) {
        auto &sum = scales[step["scale"].get<int>()];
        if (sum.is_null()) {
            sum = {{"scale", step["scale"]}, {"tokens", step["tokens"]}, {"steps", 0}};
            for (const char *key : {"ms", "linear_ms", "attention_ms", "elementwise_ms", "linear_tflop",
                                    "attention_tflop", "pruning_ms", "head_ms"})
                sum[key] = 0.0;
        }
        sum["steps"] = sum["steps"].get<int>() + 1;
        for (auto &[key, value] : sum.items()) {
            if (value.is_number_float())
                value = rounded(value.get<double>() + step[key].get<double>());
        }
    }
    json list = json::array();
    for (auto &[index, sum] : scales)
        list.push_back(std::move(sum));
    return list;
}

json part(const char *name, double seconds, double tflop, double ceiling)
{
    const double rate = seconds > 0.0 ? tflop / seconds : 0.0;
    json object{{"name", name}, {"s", rounded(seconds)}};
    if (tflop > 0.0)
        object.update({{"tflop", rounded(tflop)},
                       {"tflops", rounded(rate)},
                       {"of_ceiling", ceiling > 0.0 ? rounded(rate / ceiling) : 0.0}});
    return object;
}

json partsJson(const ArchBench &bench, const json &steps)
{
    const auto sum = [&](const char *key) {
        double total = 0.0;
        for (const auto &step : steps)
            total += step[key].get<double>();
        return total;
    };
    const auto &c = bench.ceilings;
    const double decode = middle(bench.runs, [](const ArchRun &run) { return run.decodeSeconds; });
    const double convolution =
        middle(bench.runs, [](const ArchRun &run) { return run.decodeParts.convolution / 1e3; });
    return json::array({part("linear", sum("linear_ms") / 1e3, sum("linear_tflop"),
                             c.product8 > 0.0 ? c.product8 : c.product),
                        part("attention", sum("attention_ms") / 1e3, sum("attention_tflop"), c.attention),
                        part("elementwise", sum("elementwise_ms") / 1e3, 0.0, 0.0),
                        part("key_copies", sum("copy_ms") / 1e3, 0.0, 0.0),
                        part("head_and_sampling", sum("head_ms") / 1e3, 0.0, 0.0),
                        part("quantizer", sum("quantizer_ms") / 1e3, 0.0, 0.0),
                        part("pruning", sum("pruning_ms") / 1e3, 0.0, 0.0),
                        part("decode_convolution", convolution, bench.decodeFlops / 1e12, c.product),
                        part("decode_rest", std::max(decode - convolution, 0.0), 0.0, 0.0)});
}

std::string bar(double y, const std::string &label, double seconds, double longest, const char *colour)
{
    constexpr double kLeft = 190.0;
    constexpr double kWidth = 460.0;
    const double width = longest > 0.0 ? kWidth * seconds / longest : 0.0;
    return fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"end\">{}</text>\n"
                       "<rect x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.1f}\" height=\"13\" fill=\"{}\"/>\n"
                       "<text x=\"{:.1f}\" y=\"{:.0f}\">{:.3f} s</text>\n",
                       kLeft - 8.0, y + 11.0, label, kLeft, y, width, colour, kLeft + width + 6.0, y + 11.0,
                       seconds);
}

} // namespace

json archJson(const ArchBench &bench)
{
    json report{{"device", bench.device},
                {"profile", bench.profile},
                {"attention", bench.attention},
                {"kernels", bench.kernels},
                {"runs", bench.runs.size()},
                {"load_s", rounded(bench.loadSeconds)},
                {"warm_up_s", rounded(bench.warmUpSeconds)},
                {"weights_mib", std::round(double(bench.weightBytes) / 1048576.0)},
                {"peak_mib", std::round(double(bench.peakBytes) / 1048576.0)},
                {"reserved_mib", std::round(double(bench.reservedBytes) / 1048576.0)},
                {"ceilings",
                 {{"product_tflops", rounded(bench.ceilings.product)},
                  {"product8_tflops", rounded(bench.ceilings.product8)},
                  {"attention_tflops", rounded(bench.ceilings.attention)},
                  {"copy_tbs", rounded(bench.ceilings.copy)}}}};
    const auto &runs = bench.runs;
    if (runs.empty())
        return report;
    // The peak grows from run to run: the first one's is of its steps alone.
    report["steps_peak_mib"] = std::round(double(runs.front().peakBeforeDecode) / 1048576.0);
    report["total_s"] = spread(runs, &ArchRun::total);
    report["text_s"] = spread(runs, [](const ArchRun &run) { return run.textSeconds; });
    report["steps_s"] = spread(runs, [](const ArchRun &run) { return run.stepSeconds; });
    report["decode_s"] = spread(runs, [](const ArchRun &run) { return run.decodeSeconds; });
    json steps = json::array();
    for (std::size_t i = 0; i < runs.front().steps.size(); ++i)
        steps.push_back(stepJson(runs, i));
    report["scales"] = scalesJson(steps);
    report["parts"] = partsJson(bench, steps);
    report["steps"] = std::move(steps);
    return report;
}

std::vector<std::string> archTable(const json &report)
{
    const auto number = [&](const char *key) { return report[key].get<double>(); };
    const auto &ceilings = report["ceilings"];
    std::vector<std::string> lines{
        fmt::format("{}, {}, attention: {}, kernels: {}", report["device"].get<std::string>(),
                    report["profile"].get<std::string>(), report["attention"].get<std::string>(),
                    report["kernels"].get<std::string>()),
        fmt::format("ceilings: products {:.1f} TFLOP/s, e4m3 {:.1f}, attention {:.1f}, copy {:.3f} TB/s",
                    ceilings["product_tflops"].get<double>(), ceilings["product8_tflops"].get<double>(),
                    ceilings["attention_tflops"].get<double>(), ceilings["copy_tbs"].get<double>()),
        fmt::format(
            "weights {:.0f} MiB, peak {:.0f} MiB, reserved {:.0f} MiB; warm-up {:.1f} s, load {:.1f} s",
            number("weights_mib"), number("peak_mib"), number("reserved_mib"), number("warm_up_s"),
            number("load_s"))};
    if (!report.contains("scales"))
        return lines;
    lines.push_back(fmt::format("peak before the decode {:.0f} MiB", number("steps_peak_mib")));
    for (const char *key : {"total_s", "text_s", "steps_s", "decode_s"}) {
        const auto &value = report[key];
        lines.push_back(fmt::format("{:<12}{:>10.3f}   ({:.3f} to {:.3f})", key,
                                    value["median"].get<double>(), value["least"].get<double>(),
                                    value["most"].get<double>()));
    }
    lines.emplace_back("scale  steps  tokens        ms    linear  attention  elementwise   head  pruning");
    for (const auto &scale : report["scales"])
        lines.push_back(fmt::format("{:>5}{:>7}{:>8}{:>10.2f}{:>10.2f}{:>11.2f}{:>13.2f}{:>7.2f}{:>9.2f}",
                                    scale["scale"].get<int>(), scale["steps"].get<int>(),
                                    scale["tokens"].get<int>(), scale["ms"].get<double>(),
                                    scale["linear_ms"].get<double>(), scale["attention_ms"].get<double>(),
                                    scale["elementwise_ms"].get<double>(), scale["head_ms"].get<double>(),
                                    scale["pruning_ms"].get<double>()));
    for (const auto &part : report["parts"]) {
        auto line = fmt::format("{:<20}{:>9.3f} s", part["name"].get<std::string>(), part["s"].get<double>());
        if (part.contains("tflops"))
            line += fmt::format("  {:>9.3f} TFLOP at {:>8.2f} TFLOP/s, {:.0f} % of the ceiling",
                                part["tflop"].get<double>(), part["tflops"].get<double>(),
                                100.0 * part["of_ceiling"].get<double>());
        lines.push_back(std::move(line));
    }
    return lines;
}

std::string archSvg(const json &report)
{
    if (!report.contains("scales"))
        return {};
    std::string bars;
    double y = 44.0;
    const double total = report["total_s"]["median"].get<double>();
    for (const char *key : {"total_s", "text_s", "steps_s", "decode_s"}) {
        bars += bar(y, key, report[key]["median"].get<double>(), total, "#5b8def");
        y += 20.0;
    }
    y += 12.0;
    for (const auto &part : report["parts"]) {
        bars += bar(y, part["name"].get<std::string>(), part["s"].get<double>(), total, "#e0a458");
        y += 20.0;
    }
    y += 12.0;
    double longest = 0.0;
    for (const auto &scale : report["scales"])
        longest = std::max(longest, scale["ms"].get<double>() / 1e3);
    for (const auto &scale : report["scales"]) {
        bars +=
            bar(y, fmt::format("scale {}, {} tokens", scale["scale"].get<int>(), scale["tokens"].get<int>()),
                scale["ms"].get<double>() / 1e3, longest, "#6fb98f");
        y += 20.0;
    }
    return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"740\" height=\"{0:.0f}\" "
                       "font-family=\"sans-serif\" font-size=\"12\">\n"
                       "<rect width=\"740\" height=\"{0:.0f}\" fill=\"white\"/>\n"
                       "<text x=\"16\" y=\"24\" font-size=\"14\">{1}, {2}, median of {3}</text>\n{4}</svg>\n",
                       y + 16.0, report["device"].get<std::string>(), report["profile"].get<std::string>(),
                       report["runs"].get<int>(), bars);
}

} // namespace faststar::cli
