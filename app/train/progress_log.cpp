// SPDX-License-Identifier: Apache-2.0
#include "app/train/progress_log.h"

#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/files/output_file.h"

namespace faststar::train
{

namespace
{

std::vector<double> numbersOf(const at::Tensor &measure)
{
    const at::Tensor host = measure.detach().to(at::kCPU, at::kDouble).contiguous();
    const double *data = host.const_data_ptr<double>();
    return {data, data + host.numel()};
}

// As printf() writes it.
template <typename... Values> std::string formatted(const char *format, Values... values)
{
    std::array<char, 256> text{};
    (void)std::snprintf(text.data(), text.size(), format, values...);
    return text.data();
}

// NaN and infinity are no JSON numbers.
nlohmann::ordered_json jsonOf(double value)
{
    return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

// By what the last call to the system said.
Status writeFailure(const std::filesystem::path &file)
{
    return failure(ErrorCode::WriteFailed,
                   file.string() + ": " + files::systemMessage(errno == 0 ? EIO : errno));
}

} // namespace

ProgressLog::ProgressLog(std::filesystem::path file, std::string stage, bool quiet)
    : m_path(std::move(file)), m_stage(std::move(stage)), m_quiet(quiet)
{
}

Status ProgressLog::open(bool append)
{
    errno = 0;
    m_file.open(m_path, append ? std::ios::app : std::ios::trunc);
    return m_file ? Status{} : writeFailure(m_path);
}

Status ProgressLog::write(const ProgressLine &line, const Measures &measures)
{
    nlohmann::ordered_json json{{"stage", m_stage},
                                {"event", line.event},
                                {"step", line.step},
                                {"seconds", line.seconds},
                                {"seconds_left", line.secondsLeft ? jsonOf(*line.secondsLeft) : nullptr},
                                {"learning_rate", line.learningRate},
                                {"step_ms", line.stepMilliseconds}};
    std::string text = m_stage + " " + line.event;
    text += formatted(" %lld: %.1f s, ", static_cast<long long>(line.step), line.seconds);
    if (line.secondsLeft)
        text += formatted("%.0f s left, ", *line.secondsLeft);
    text += formatted("lr %.2e, %.1f ms/step", line.learningRate, line.stepMilliseconds);
    for (const auto &[name, measure] : measures) {
        const auto numbers = numbersOf(measure);
        text += ", " + name;
        for (const double number : numbers)
            text += formatted(" %.4g", number);
        if (measure.dim() == 0) {
            json[name] = jsonOf(numbers.front());
            continue;
        }
        auto list = nlohmann::ordered_json::array();
        for (const double number : numbers)
            list.push_back(jsonOf(number));
        json[name] = std::move(list);
    }
    if (!m_quiet)
        (void)std::fprintf(stderr, "%s\n", text.c_str());
    errno = 0;
    m_file << json.dump() << std::endl; // a line at a time, so that it can be followed
    return m_file ? Status{} : writeFailure(m_path);
}

} // namespace faststar::train
