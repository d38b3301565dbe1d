// SPDX-License-Identifier: Apache-2.0
//
// Does a clip show what its caption asks for? Attribute by attribute.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "app/train/measured_clip.h"

namespace faststar::train
{

enum class Attribute {
    Count,             // as many shapes as asked for
    Colour,            // of a shape: there is one of its named colour
    Kind,              // its class
    MotionKind,        // its motion, with all four diagonal directions
    Speed,             // slow, normal or fast, where the caption says it
    Place,             // where it begins, where the caption says it
    BackgroundKind,    // also the direction of stripes and gradients
    BackgroundColours, // which, and for dots and gradients in which role
    All                // everything above but speed and place
};
inline constexpr int kAttributes = 9;
[[nodiscard]] std::string_view nameOf(Attribute attribute);

// Right answers out of all that were asked.
struct Tally {
    int right = 0;
    int asked = 0;

    void add(bool isRight)
    {
        ++asked;
        right += isRight ? 1 : 0;
    }
    [[nodiscard]] double share() const { return asked == 0 ? 1.0 : double(right) / asked; }
};

using Verdict = std::array<Tally, kAttributes>; // by Attribute; one shape or clip counts once

// `scene` says what was asked for, its caption which of speed and place were said.
[[nodiscard]] Verdict judge(const Scene &scene, const MeasuredClip &clip);

void addTo(Verdict &sum, const Verdict &verdict);

} // namespace faststar::train
