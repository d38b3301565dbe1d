// SPDX-License-Identifier: Apache-2.0
//
// What lies behind the shapes of a clip, found from its pixels alone.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "app/train/clip_pixels.h"

namespace faststar::train
{

struct MeasuredBackground {
    std::optional<BackgroundKind> kind; // none of the five: empty
    Direction direction = Direction::Horizontal;
    int first = 0; // named colours; of dots the ground, of a gradient where it begins
    int second = 0;
    Rgb firstRgb{};
    Rgb secondRgb{};
    // Solid and gradient: colour = plane[0] + plane[1] * column / width + plane[2] * row / height.
    std::array<Rgb, 3> plane{};

    // How little a pixel looks like background, in RGB.
    [[nodiscard]] double distance(const Rgb &pixel, double column, double row) const;
};

// All frames of one size, at least 12 x 12 pixels.
[[nodiscard]] MeasuredBackground measureBackground(const std::vector<Image> &frames);

} // namespace faststar::train
