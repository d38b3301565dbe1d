// SPDX-License-Identifier: Apache-2.0
//
// The shapes of one frame: what does not look like background, its silhouette described free of place, size
// and rotation.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "app/train/measured_background.h"

namespace faststar::train
{

inline constexpr int kHarmonics = 8;

struct ShapeView {
    int colour = 0; // named
    double x = 0.0; // centroid, in heights of the picture
    double y = 0.0;
    double area = 0.0; // in heights squared
    double hole = 0.0; // share of the middle that is empty
    // Of the outline's distance from the centroid, over its mean: size and phase (radians) of the waves that
    // go round 1..8 times.
    std::array<double, kHarmonics> waves{};
    std::array<double, kHarmonics> phases{};
};

// Largest first.
[[nodiscard]] std::vector<ShapeView> shapeViews(const Image &frame, const MeasuredBackground &background);

// Which of the five classes a silhouette is, by the median of several views of it; empty when like none.
[[nodiscard]] std::optional<ShapeKind> classOf(const std::vector<ShapeView> &views);

// By how much the shape turned from the first view to the last, in radians, clockwise positive, for a class
// that repeats after a turn of 360 / corners degrees.
[[nodiscard]] double turnOf(const std::vector<ShapeView> &views, int corners);

} // namespace faststar::train
