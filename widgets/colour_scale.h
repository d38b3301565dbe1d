// SPDX-License-Identifier: Apache-2.0
//
// From numbers to colours through a table of 256, as score maps are shown.
#pragma once

#include <QColor>
#include <QImage>

#include <span>

#include "core/domain/colour_map.h"

namespace faststar::widgets
{

// The values that get the first and the last colour.
struct ColourRange {
    double low = 0.0;
    double high = 1.0;

    bool operator==(const ColourRange &) const = default;
};

// A map's own range: its least finite value to the 99.5th percentile of the finite ones, so that a few
// outliers do not darken the rest. {0, 1} where nothing is finite.
[[nodiscard]] ColourRange ownRange(std::span<const float> values);

class ColourScale
{
public:
    enum class Kind { Linear, Logarithmic };

    // Keeps a reference to `table`. A logarithmic scale takes a low end that is not positive as a
    // millionth of the high end; an empty or reversed range shows everything in the first colour.
    ColourScale(const ColourTable &table, ColourRange range, Kind kind, QColor notANumber);

    // Where a value lies from 0 (low) to 1 (high), clamped; a NaN stays one.
    [[nodiscard]] double positionOf(double value) const;
    // The value at a position, for the labels of a colour bar.
    [[nodiscard]] double valueOf(double position) const;
    [[nodiscard]] QRgb colourOf(double value) const;

    // One pixel a value, row by row. Null where values.size() is not width * height.
    [[nodiscard]] QImage imageOf(std::span<const float> values, int width, int height) const;

private:
    const ColourTable &m_table;
    ColourRange m_range;
    Kind m_kind;
    QRgb m_notANumber;
};

} // namespace faststar::widgets
