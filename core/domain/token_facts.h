// SPDX-License-Identifier: Apache-2.0
//
// Everything about one token, for the probe.
#pragma once

#include <cstdint>
#include <vector>

#include "core/domain/grids.h"
#include "core/domain/step_event.h"

namespace faststar
{

struct TokenFacts {
    // The place on the score maps, at feature-map resolution.
    int frame = 0;
    int row = 0;
    int column = 0;
    float spatial = 0.0F;  // distance, 1 - similarity; NaN where there is no such map
    float temporal = 0.0F; // the same
    float score = 0.0F;    // fused
    float norm = 0.0F;     // of the features there; NaN where it was not kept
    std::int64_t rank = 0; // 1 = kept first; ties in the order of the places
    std::int64_t places = 0;
    float cut = 0.0F; // the lowest score that the mask keeps; +inf where it keeps none
    bool placeKept = false;

    // The token of the step that holds the place.
    int tokenRow = 0;
    int tokenColumn = 0;
    std::int64_t token = 0;
    bool tokenKept = false;
};

// Facts of a place of the maps. `tokens` are the kept ones of the scale's grid, ascending. The mask may have
// another shape than the maps only where it is empty. Places outside give the nearest.
[[nodiscard]] TokenFacts tokenFacts(const ScoreMaps &maps, const MaskGrid &mask,
                                    const std::vector<std::int32_t> &tokens, GridShape tokenShape, int frame,
                                    int row, int column);

// The ratio that puts the cut at this score: the share of places below it, in permille, rounded to the
// nearest, [0, 1000].
[[nodiscard]] int ratioAtCut(const ScoreGrid &score, float cut);

// The token that holds a place of a map, by its centre, along one axis.
[[nodiscard]] int tokenHolding(int place, int mapSize, int tokenSize);

} // namespace faststar
