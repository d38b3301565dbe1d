// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "app/train/drawn_clips.h"
#include "app/train/draws.h"

namespace faststar::train
{

// A colour below `count` that is not in `taken` yet, a little off by up to `jitter`; it is added.
[[nodiscard]] Colour freshColour(int count, std::vector<int> &taken, double jitter, Draws &draws);

// In colours that no shape has; nothing between the two comes near a shape's colour.
[[nodiscard]] Background randomBackground(const std::vector<int> &takenColours,
                                          const std::vector<Shape> &shapes, const SceneOptions &options,
                                          Draws &draws);

} // namespace faststar::train
