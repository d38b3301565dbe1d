// SPDX-License-Identifier: Apache-2.0
//
// How much the codes of a scale differ from those of the scale before: where a run still decides.
#pragma once

#include "core/domain/grids.h"
#include "core/domain/step_event.h"

namespace faststar
{

// Share of bits that differ, [0, 1], by token of `after` against the token of `before` at the nearest place
// (torch's 'nearest'). Where the scales have different numbers of bits, the common first ones count. NaN
// where either has no code (pruned). Empty where a record contradicts its shape or the latent frames
// differ. Any thread.
[[nodiscard]] ScoreGrid bitsChanged(const StepRecord &before, const GridShape &beforeShape,
                                    const StepRecord &after, const GridShape &afterShape);

} // namespace faststar
