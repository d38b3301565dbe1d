// SPDX-License-Identifier: Apache-2.0
#include "widgets/plot/plot_axes.h"

#include <QLocale>

#include <algorithm>
#include <cmath>
#include <limits>

namespace faststar::widgets
{

namespace
{

// Forgives what adding up steps loses.
constexpr double kSlack = 1e-9;

double powerOfTen(int exponent)
{
    return std::pow(10.0, exponent);
}

struct Step {
    int digit = 1; // 1, 2 or 5
    int exponent = 0;

    [[nodiscard]] double size() const { return digit * powerOfTen(exponent); }
    [[nodiscard]] int decimals() const { return std::max(0, -exponent); }
};

// The smallest round step of which `span` holds at most `intervals`.
Step stepOf(double span, int intervals)
{
    const double wanted = span / std::max(intervals, 1);
    Step step{1, int(std::floor(std::log10(wanted)))};
    for (const int digit : {1, 2, 5}) {
        step.digit = digit;
        if (step.size() >= wanted * (1.0 - kSlack))
            return step;
    }
    return {1, step.exponent + 1};
}

QString labelOf(double value, int decimals)
{
    const QLocale locale;
    const double magnitude = std::abs(value);
    if (magnitude != 0.0 && (magnitude >= 1e6 || magnitude < 1e-4))
        return locale.toString(value, 'g', 3);
    return locale.toString(value, 'f', decimals);
}

std::vector<PlotTick> linearTicks(const PlotAxis &axis, int atMost)
{
    const double span = axis.high - axis.low;
    const Step step = stepOf(span, atMost - 1);
    const double size = step.size();
    const double first = std::ceil(axis.low / size - kSlack);
    const double last = std::floor(axis.high / size + kSlack);
    std::vector<PlotTick> ticks;
    // Counted in whole numbers: far from zero adding one to a double may change nothing.
    const int count = std::min(atMost, int(std::min(last - first, double(atMost))) + 1);
    for (int i = 0; i < count; ++i) {
        const double value = first + i == 0.0 ? 0.0 : (first + i) * size; // never "-0"
        ticks.push_back({value, labelOf(value, step.decimals())});
    }
    return ticks;
}

std::vector<PlotTick> logarithmicTicks(const PlotAxis &axis, int atMost)
{
    const int first = int(std::floor(std::log10(axis.low) + kSlack));
    const int last = int(std::floor(std::log10(axis.high) + kSlack));
    const double decades = std::log10(axis.high / axis.low);
    const bool withParts = decades < 2.0;
    const int every = std::max(1, int(std::ceil((last - first + 1) / double(std::max(atMost, 2)))));
    std::vector<PlotTick> ticks;
    for (int exponent = first; exponent <= last; ++exponent) {
        for (const int digit : {1, 2, 5}) {
            const double value = digit * powerOfTen(exponent);
            if (value < axis.low * (1.0 - kSlack) || value > axis.high * (1.0 + kSlack))
                continue;
            if (digit != 1 && !withParts)
                continue;
            const bool labelled = (exponent - first) % every == 0;
            ticks.push_back({value, labelled ? labelOf(value, std::max(0, -exponent)) : QString()});
        }
    }
    return ticks;
}

} // namespace

bool PlotAxis::isUsable() const
{
    return std::isfinite(low) && std::isfinite(high) && high > low && (!logarithmic || low > 0.0);
}

double PlotAxis::pixelOf(double value) const
{
    if (!isUsable() || (logarithmic && value <= 0.0))
        return std::numeric_limits<double>::quiet_NaN();
    const double position =
        logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
    return pixelLow + position * (pixelHigh - pixelLow);
}

double PlotAxis::valueOf(double pixel) const
{
    if (!isUsable() || pixelHigh == pixelLow)
        return std::numeric_limits<double>::quiet_NaN();
    const double position = (pixel - pixelLow) / (pixelHigh - pixelLow);
    return logarithmic ? low * std::pow(high / low, position) : low + position * (high - low);
}

std::vector<PlotTick> ticksOf(const PlotAxis &axis, int atMost)
{
    if (!axis.isUsable() || atMost < 2)
        return {};
    return axis.logarithmic ? logarithmicTicks(axis, atMost) : linearTicks(axis, atMost);
}

void roundOutwards(PlotAxis &axis, int atMost)
{
    if (!std::isfinite(axis.low) || !std::isfinite(axis.high))
        return;
    if (axis.logarithmic) {
        if (axis.low <= 0.0 || axis.high < axis.low)
            return;
        axis.low = powerOfTen(int(std::floor(std::log10(axis.low) + kSlack)));
        axis.high = powerOfTen(int(std::ceil(std::log10(axis.high) - kSlack)));
        if (axis.high <= axis.low)
            axis.high = axis.low * 10.0;
        return;
    }
    if (axis.high <= axis.low) {
        const double room = axis.low == 0.0 ? 1.0 : std::abs(axis.low) * 0.5;
        axis.low -= room;
        axis.high = axis.low + 2.0 * room;
    }
    const double size = stepOf(axis.high - axis.low, atMost - 1).size();
    axis.low = std::floor(axis.low / size + kSlack) * size;
    axis.high = std::ceil(axis.high / size - kSlack) * size;
}

} // namespace faststar::widgets
