// SPDX-License-Identifier: Apache-2.0
//
// The arithmetic of a plot, apart from its painting: where a value lies, and which values get a tick.
#pragma once

#include <QString>

#include <vector>

namespace faststar::widgets
{

// Maps values from low..high to pixels from pixelLow..pixelHigh (which may run backwards, as the
// vertical axis of a screen does). A logarithmic axis needs 0 < low < high.
struct PlotAxis {
    double low = 0.0;
    double high = 1.0;
    double pixelLow = 0.0;
    double pixelHigh = 1.0;
    bool logarithmic = false;

    [[nodiscard]] bool isUsable() const;
    // Not clamped; NaN where a logarithmic axis has no place for the value, or the axis is not usable.
    [[nodiscard]] double pixelOf(double value) const;
    [[nodiscard]] double valueOf(double pixel) const;

    bool operator==(const PlotAxis &) const = default;
};

struct PlotTick {
    double value = 0.0;
    QString label; // empty: a mark without words

    bool operator==(const PlotTick &) const = default;
};

// At most `atMost` (>= 2) round values 1, 2 or 5 times a power of ten apart within the axis, with as
// many decimals as their distance needs. A logarithmic axis gets its powers of ten, and their double
// and fivefold where it spans fewer than two.
[[nodiscard]] std::vector<PlotTick> ticksOf(const PlotAxis &axis, int atMost);

// Widens low..high outwards to the round values that ticksOf would use; an empty range gets room.
void roundOutwards(PlotAxis &axis, int atMost);

} // namespace faststar::widgets
