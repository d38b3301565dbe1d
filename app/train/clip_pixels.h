// SPDX-License-Identifier: Apache-2.0
//
// Looking at pixels of finished clips: colours in [0, 1], named by the nearest of the named colours.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

#include "app/train/drawn_clips.h"

namespace faststar::train
{

using Rgb = std::array<double, 3>;

[[nodiscard]] inline Rgb pixelOf(const Image &image, int column, int row)
{
    const auto at = (std::size_t(row) * std::size_t(image.width) + std::size_t(column)) * 3;
    return {image.rgb[at] / 255.0, image.rgb[at + 1] / 255.0, image.rgb[at + 2] / 255.0};
}

[[nodiscard]] inline double distanceOf(const Rgb &a, const Rgb &b)
{
    const double r = a[0] - b[0];
    const double g = a[1] - b[1];
    const double blue = a[2] - b[2];
    return std::sqrt(r * r + g * g + blue * blue);
}

// Of a colour to the mixtures of two others.
[[nodiscard]] inline double distanceToSegment(const Rgb &p, const Rgb &a, const Rgb &b)
{
    double dot = 0.0;
    double length = 1e-12;
    for (std::size_t i = 0; i < 3; ++i) {
        dot += (p[i] - a[i]) * (b[i] - a[i]);
        length += (b[i] - a[i]) * (b[i] - a[i]);
    }
    const double share = std::fmin(1.0, std::fmax(0.0, dot / length));
    return distanceOf(
        p, {a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share});
}

// Index into namedColours(); `distance` receives how far it is.
[[nodiscard]] inline int nearestName(const Rgb &colour, double *distance = nullptr)
{
    const auto &names = namedColours();
    int best = 0;
    for (int i = 1; i < kBackgroundColours; ++i) {
        if (distanceOf(colour, names[std::size_t(i)].rgb) < distanceOf(colour, names[std::size_t(best)].rgb))
            best = i;
    }
    if (distance != nullptr)
        *distance = distanceOf(colour, names[std::size_t(best)].rgb);
    return best;
}

} // namespace faststar::train
