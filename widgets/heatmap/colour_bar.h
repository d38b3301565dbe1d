// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QRectF>

#include <optional>

#include "widgets/heatmap/map_look.h"
#include "widgets/theme.h"

class QPainter;

namespace faststar::widgets
{

// An upright bar of the map's colours, with both ends and the cut in numbers to its right (44 pixels),
// and in words when the range is shared or logarithmic.
void paintColourBar(QPainter &painter, const QRectF &bar, const MapLook &look, ColourRange range,
                    std::optional<double> cut, const Theme &theme);

// A score as numbers on bars and in titles: "0.12", "1.86", "0.0043".
[[nodiscard]] QString scoreLabel(double score);

} // namespace faststar::widgets
