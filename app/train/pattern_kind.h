// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "app/train/clip_pixels.h"

namespace faststar::train
{

struct PatternKind {
    BackgroundKind kind = BackgroundKind::Checker;
    Direction direction = Direction::Horizontal; // of stripes
};

// How two colours share a frame: checks, stripes or dots (of the second colour); empty when like none of
// them. Pixels of other colours (shapes) are left out.
[[nodiscard]] std::optional<PatternKind> patternKind(const std::vector<const Image *> &frames,
                                                     const Rgb &first, const Rgb &second);

} // namespace faststar::train
