// SPDX-License-Identifier: Apache-2.0
#include "app/train/scene_colours.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace faststar::train
{

namespace
{

constexpr double kLeastContrast = 0.3; // between colours that have to be told apart, in RGB

double distance(const std::array<double, 3> &a, const std::array<double, 3> &b)
{
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

Colour jittered(int name, double jitter, Draws &draws)
{
    Colour colour{name, namedColours()[std::size_t(name)].rgb};
    for (auto &value : colour.rgb)
        value = std::clamp(value + draws.between(-jitter, jitter), 0.0, 1.0);
    return colour;
}

// Between two colours lie others, in a gradient and at edges: none of the shapes' may.
bool toldApart(const Background &background, const std::vector<Shape> &shapes)
{
    const auto &a = background.first.rgb;
    const auto &b = background.second.rgb;
    if (background.kind == BackgroundKind::Solid)
        return true;
    if (distance(a, b) < kLeastContrast)
        return false;
    for (int i = 0; i <= 8; ++i) {
        const double share = i / 8.0;
        const std::array<double, 3> between{a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share,
                                            a[2] + (b[2] - a[2]) * share};
        if (std::any_of(shapes.begin(), shapes.end(), [&](const Shape &shape) {
                return distance(shape.colour.rgb, between) < kLeastContrast;
            }))
            return false;
    }
    return true;
}

void choosePattern(Background &background, const SceneOptions &options, Draws &draws)
{
    if (!options.patternsOnGrid) {
        background.period = draws.between(options.period.low, options.period.high);
        background.offset = {draws.uniform(), draws.uniform()};
        return;
    }
    // Checks of two cells; stripes and dots with three or four cells a period. Along the diagonal a
    // period is measured across the stripes.
    constexpr double cell = 1.0 / 12.0;
    const bool same = options.scatter < 1.0;
    const int cells = background.kind == BackgroundKind::Checker || same || draws.chance(0.5) ? 4 : 3;
    const bool diagonal =
        background.kind == BackgroundKind::Stripes && background.direction == Direction::Diagonal;
    background.period = cell * cells * (diagonal ? std::numbers::sqrt2 : 1.0);
    if (same)
        return;
    const double half = cell * cells / 2.0 * (diagonal ? 2.0 : 1.0);
    background.offset = {draws.chance(0.5) ? half : 0.0, draws.chance(0.5) && !diagonal ? half : 0.0};
}

} // namespace

const std::array<NamedColour, kBackgroundColours> &namedColours()
{
    static constexpr std::array<NamedColour, kBackgroundColours> colours{{
        {"red", {0.86, 0.15, 0.16}},
        {"green", {0.21, 0.68, 0.30}},
        {"blue", {0.18, 0.32, 0.86}},
        {"yellow", {0.98, 0.87, 0.18}},
        {"orange", {0.96, 0.56, 0.12}},
        {"purple", {0.54, 0.24, 0.75}},
        {"pink", {0.96, 0.48, 0.70}},
        {"cyan", {0.18, 0.79, 0.85}},
        {"white", {0.96, 0.97, 0.96}},
        {"black", {0.08, 0.09, 0.10}},
        {"brown", {0.50, 0.31, 0.19}},
        {"gray", {0.52, 0.52, 0.53}},
    }};
    return colours;
}

// A colour below `count` that is not in `taken` yet; it is added.
Colour freshColour(int count, std::vector<int> &taken, double jitter, Draws &draws)
{
    int name = draws.below(count - int(taken.size()));
    std::sort(taken.begin(), taken.end());
    for (const int other : taken)
        name += other <= name ? 1 : 0;
    taken.push_back(name);
    return jittered(name, jitter, draws);
}

Background randomBackground(const std::vector<int> &takenColours, const std::vector<Shape> &shapes,
                            const SceneOptions &options, Draws &draws)
{
    Background background;
    background.kind = BackgroundKind(draws.weighted(options.backgrounds));
    background.direction = Direction(draws.below(3));
    do {
        auto taken = takenColours;
        background.first = freshColour(kBackgroundColours, taken, options.jitter, draws);
        background.second = freshColour(kBackgroundColours, taken, options.jitter, draws);
    } while (!toldApart(background, shapes));
    choosePattern(background, options, draws);
    return background;
}

} // namespace faststar::train
