// SPDX-License-Identifier: Apache-2.0
//
// What a clip shows, found from its pixels alone: background, shapes, how they move.
#pragma once

#include <optional>
#include <vector>

#include "app/train/shape_views.h"

namespace faststar::train
{

struct MeasuredMotion {
    std::optional<Motion> motion; // like none of the eleven: empty
    Point travel;                 // from the first to the last frame, in heights
    std::optional<Speed> speed;   // where there is a motion that can be fast or slow
};

struct MeasuredShape {
    int colour = 0; // named
    std::optional<ShapeKind> kind;
    MeasuredMotion motion;
    Point start;         // centroid where first seen, in heights
    double radius = 0.0; // of a disc of the same area, median
};

struct MeasuredClip {
    MeasuredBackground background;
    std::vector<MeasuredShape> shapes; // seen in most frames, the largest first
};

// One shape's views with their frames' times (seconds).
struct Track {
    std::vector<double> times;
    std::vector<ShapeView> views;
};

// The motion of a shape of class `kind`.
[[nodiscard]] MeasuredMotion motionOf(const Track &track, std::optional<ShapeKind> kind);

// At least 5 frames, all of one size.
[[nodiscard]] MeasuredClip measureClip(const std::vector<Image> &frames);

} // namespace faststar::train
