// SPDX-License-Identifier: Apache-2.0
//
// The distribution of drawn clips. The defaults are the recipe of the demo model: shapes that are several
// latent cells wide, patterns that lie on the latent grid, motions that can be seen and measured, and
// nothing undetermined that a caption could not say.
#pragma once

#include <array>

#include <nlohmann/json_fwd.hpp>

#include "core/domain/result.h"

namespace faststar::train
{

struct Range {
    double low = 0.0;
    double high = 0.0;

    bool operator==(const Range &) const = default;
};

struct SceneOptions {
    // Radius of the circle around a shape, in heights of the picture.
    Range small{0.14, 0.17};
    Range medium{0.185, 0.225};
    Range big{0.24, 0.28};
    double twoShapes = 0.3; // share of clips with two shapes (less the few where two find no room)
    double alike = 0.4;     // share of those where both move alike
    double place = 0.5;     // share of captions that say where the shapes are
    double pan = 0.0;       // share of clips with a moving camera
    double slow = 0.2;      // shares of speeds
    double fast = 0.2;
    double jitter = 0.03; // of a named colour, each channel
    // How much of a scene is left to chance beyond its caption. 1: shapes lie anywhere, sizes and speeds
    // anywhere in their ranges, patterns begin anywhere. Below: a shape keeps to the place that its caption
    // says, or to the middle of the room it has (of two, the first on the left), sizes and speeds to the
    // middle of their ranges, and this share is left of what they stray; patterns are always the same.
    double scatter = 1.0;
    std::array<double, 5> backgrounds{0.30, 0.20, 0.17, 0.17, 0.16}; // weights: solid, gradient, checker, ...
    std::array<double, 11> motions{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}; // weights: still, left, right, ...
    // Patterns in steps of the latent cell of a 192-pixel-high picture (1/12), else `period` and any offset.
    bool patternsOnGrid = true;
    Range period{0.18, 0.30};

    bool operator==(const SceneOptions &) const = default;
};

// The "data" object of a training configuration: the names above, ranges as [low, high]; what is absent
// keeps its default. InvalidRequest names an unknown key or a value of the wrong type or out of range.
[[nodiscard]] Result<SceneOptions> readSceneOptions(const nlohmann::json &data);
[[nodiscard]] nlohmann::json toJson(const SceneOptions &options);

} // namespace faststar::train
