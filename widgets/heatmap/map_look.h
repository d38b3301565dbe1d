// SPDX-License-Identifier: Apache-2.0
//
// How score maps are coloured, one choice for all views.
#pragma once

#include <QImage>

#include <memory>
#include <optional>

#include "core/domain/colour_map.h"
#include "core/domain/grids.h"
#include "widgets/colour_scale.h"

namespace faststar::widgets
{

struct MapLook {
    ColourMap map = ColourMap::Viridis;
    ColourScale::Kind kind = ColourScale::Kind::Linear;
    // One range for all maps; unset = each map's own.
    std::optional<ColourRange> shared;

    bool operator==(const MapLook &) const = default;
};

// The range that `look` gives a map: the shared one or its own, over all latent frames.
[[nodiscard]] ColourRange rangeOf(const ScoreGrid &map, const MapLook &look);

// One pixel a position of latent frame `frame`; positions without a finite value in `notANumber`. Null
// where there is no such frame.
[[nodiscard]] QImage mapImage(const ScoreGrid &map, int frame, const MapLook &look, ColourRange range,
                              const QColor &notANumber);

// 1 - similarity: what is dissimilar is bright and kept.
[[nodiscard]] std::shared_ptr<const ScoreGrid> distanceOf(const ScoreGrid &similarity);

} // namespace faststar::widgets
