// SPDX-License-Identifier: Apache-2.0
//
// From score maps to masks: fusion, kept counts, top-k, token masks. Plain C++ on plain grids, used
// by the engine on every device and by the studio's what-if, so that both always agree.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/domain/grids.h"
#include "core/domain/request.h"

namespace faststar
{

// k: how many of n positions a ratio keeps. Nearest is integer arithmetic, n - (n * permille + 500) / 1000;
// Ceil and Floor are of double(n) * (1.0 - ratio), as a public port computes. 0 < ratio < 1000 gives at
// least 1.
[[nodiscard]] std::int64_t keptCount(std::int64_t n, int ratioPermille,
                                     TopkRound rounding = TopkRound::Nearest);

// score = (Ds^p + Dt^p)^(1/p) with Ds, Dt = 1 - similarity (equation (7) as reconstructed); p = inf is
// the maximum. An empty `temporal` means spatial only. NaN becomes +inf (kept) and is counted in
// nanCount if given.
[[nodiscard]] std::vector<float> fuseScores(const std::vector<float> &spatialDistance,
                                            const std::vector<float> &temporalDistance, double p,
                                            std::int64_t *nanCount = nullptr);

struct SelectionOptions {
    int ratioPermille = 0;
    TopkRound rounding = TopkRound::Nearest;
    TopkScope scope = TopkScope::Global;
    MaskMode mode = MaskMode::AreaExact;
    double frameFloor = 0.1;
};

struct Selection {
    MaskGrid mask;                    // M_full, at feature-map resolution
    std::vector<std::int32_t> tokens; // kept token indices on the scale's grid, ascending
};

// Chooses what a pruned step keeps. `score` is at feature-map resolution; `tokenShape` is the scale's
// grid (same t). Ties: higher score first, then lower index (deterministic for constant maps).
[[nodiscard]] Selection selectTokens(const ScoreGrid &score, GridShape tokenShape,
                                     const SelectionOptions &options);
// The same with areaDown(score, tokenShape) known already; empty = not.
[[nodiscard]] Selection selectTokens(const ScoreGrid &score, const std::vector<float> &tokenScore,
                                     GridShape tokenShape, const SelectionOptions &options);

// Indices of the k highest values, ascending; ties go to the lower index.
[[nodiscard]] std::vector<std::int32_t> topIndices(const std::vector<float> &values, std::int64_t k);

// Interpolation windows and index maps of torch's 'area' and 'nearest' modes, for one axis.
struct AreaWindow {
    int begin = 0;
    int end = 0;
};
[[nodiscard]] AreaWindow areaWindow(int index, int outSize, int inSize);
[[nodiscard]] int nearestIndex(int index, int outSize, int inSize);

// 'area' mean of a map onto a smaller grid (same t).
[[nodiscard]] std::vector<float> areaDown(const ScoreGrid &map, GridShape target);
// 'nearest' of a mask onto another grid (same t).
[[nodiscard]] MaskGrid nearestResize(const MaskGrid &mask, GridShape target);

} // namespace faststar
