// SPDX-License-Identifier: Apache-2.0
#include "widgets/heatmap/map_look.h"

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "widgets/paint/mask_painter.h"

namespace faststar::widgets
{

ColourRange rangeOf(const ScoreGrid &map, const MapLook &look)
{
    return look.shared.value_or(ownRange(map.values));
}

QImage mapImage(const ScoreGrid &map, int frame, const MapLook &look, ColourRange range,
                const QColor &notANumber)
{
    if (!hasFrame(map.shape, map.values.size(), frame))
        return {};
    const auto count = std::size_t(map.shape.h) * std::size_t(map.shape.w);
    std::vector<float> values(map.values.begin() + std::ptrdiff_t(std::size_t(frame) * count),
                              map.values.begin() + std::ptrdiff_t((std::size_t(frame) + 1) * count));
    for (float &value : values) {
        if (!std::isfinite(value)) // a fused score is infinite where a NaN was found
            value = std::numeric_limits<float>::quiet_NaN();
    }
    const ColourScale scale(colourTable(look.map), range, look.kind, notANumber);
    return scale.imageOf(values, map.shape.w, map.shape.h);
}

std::shared_ptr<const ScoreGrid> distanceOf(const ScoreGrid &similarity)
{
    auto distance = std::make_shared<ScoreGrid>(similarity);
    for (float &value : distance->values)
        value = 1.0F - value;
    return distance;
}

} // namespace faststar::widgets
