// SPDX-License-Identifier: Apache-2.0
#include "widgets/colour_scale.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace faststar::widgets
{

ColourRange ownRange(std::span<const float> values)
{
    std::vector<float> finite;
    finite.reserve(values.size());
    std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
                 [](float value) { return std::isfinite(value); });
    if (finite.empty())
        return {};
    // Nearest rank, rounded up: the top of a small map is its greatest value.
    const auto rank = std::size_t(std::ceil(0.995 * double(finite.size()))) - 1;
    std::nth_element(finite.begin(), finite.begin() + std::ptrdiff_t(rank), finite.end());
    const float high = finite[rank];
    return {double(*std::min_element(finite.begin(), finite.end())), double(high)};
}

ColourScale::ColourScale(const ColourTable &table, ColourRange range, Kind kind, QColor notANumber)
    : m_table(table), m_range(range), m_kind(kind), m_notANumber(notANumber.rgb())
{
    if (m_kind == Kind::Logarithmic && m_range.low <= 0.0)
        m_range.low = m_range.high * 1e-6;
}

double ColourScale::positionOf(double value) const
{
    if (std::isnan(value))
        return std::numeric_limits<double>::quiet_NaN();
    if (!(m_range.high > m_range.low))
        return 0.0;
    if (m_kind == Kind::Linear)
        return std::clamp((value - m_range.low) / (m_range.high - m_range.low), 0.0, 1.0);
    if (value <= m_range.low)
        return 0.0;
    return std::clamp(std::log(value / m_range.low) / std::log(m_range.high / m_range.low), 0.0, 1.0);
}

double ColourScale::valueOf(double position) const
{
    if (m_kind == Kind::Linear || !(m_range.high > m_range.low))
        return m_range.low + position * (m_range.high - m_range.low);
    return m_range.low * std::pow(m_range.high / m_range.low, position);
}

QRgb ColourScale::colourOf(double value) const
{
    const double position = positionOf(value);
    if (std::isnan(position))
        return m_notANumber;
    const auto &colour = m_table[std::size_t(std::lround(position * 255.0))];
    return qRgb(colour[0], colour[1], colour[2]);
}

QImage ColourScale::imageOf(std::span<const float> values, int width, int height) const
{
    if (width <= 0 || height <= 0 || values.size() != std::size_t(width) * std::size_t(height))
        return {};
    QImage image(width, height, QImage::Format_RGB32);
    for (int row = 0; row < height; ++row) {
        auto *line = reinterpret_cast<QRgb *>(image.scanLine(row));
        for (int column = 0; column < width; ++column)
            line[column] =
                colourOf(double(values[std::size_t(row) * std::size_t(width) + std::size_t(column)]));
    }
    return image;
}

} // namespace faststar::widgets
