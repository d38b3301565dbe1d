// SPDX-License-Identifier: Apache-2.0
//
// The five outlines, for a shape of radius 1.
#pragma once

#include <cmath>
#include <numbers>

#include "app/train/drawn_clips.h"

namespace faststar::train
{

inline constexpr double kDotRadius = 0.28; // of a background's period

struct Outline {
    int corners = 0;          // on the circle of radius 1; 0 = round
    double firstCorner = 0.0; // its angle
    double inner = 0.0;       // distance from the centre half-way between two corners
    double width = 0.0;       // of a round line; 2 = filled
};

[[nodiscard]] inline Outline outlineOf(ShapeKind kind)
{
    constexpr double top = -std::numbers::pi / 2.0;
    switch (kind) {
    case ShapeKind::Circle:
        return {0, 0.0, 0.0, 2.0};
    case ShapeKind::Ring:
        return {0, 0.0, 0.0, 0.45};
    case ShapeKind::Square:
        return {4, std::numbers::pi / 4.0, std::cos(std::numbers::pi / 4.0), 0.0};
    case ShapeKind::Triangle:
        return {3, top, 0.5, 0.0};
    case ShapeKind::Star:
        return {5, top, 0.42, 0.0};
    }
    return {};
}

} // namespace faststar::train
