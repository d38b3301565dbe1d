// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/train/caption.h"
#include "app/train/drawn_clips.h"
#include "app/train/draws.h"

namespace faststar::train
{

namespace
{

constexpr double kTurn = 2.0 * std::numbers::pi;
constexpr double kMargin = 0.01; // between a shape and the edge of the frame
constexpr double kColourJitter = 0.03;
constexpr std::uint32_t kScenePurpose = 1;
constexpr std::uint32_t kCaptionPurpose = 2;

struct Box {
    double left = 0.0, right = 0.0, top = 0.0, bottom = 0.0;
};

// The room a shape takes on the screen over all frames, relative to its start.
Box extentOf(const Shape &shape, const Point &pan, int frames)
{
    Box box{1e9, -1e9, 1e9, -1e9};
    for (int i = 0; i < frames; ++i) {
        const double u = frames > 1 ? double(i) / (frames - 1) : 0.0;
        const auto centre = shape.centre(u);
        const double x = centre.x - shape.start.x + pan.x * u;
        const double y = centre.y - shape.start.y + pan.y * u;
        const double radius = shape.radius(u) + kMargin;
        box.left = std::min(box.left, x - radius);
        box.right = std::max(box.right, x + radius);
        box.top = std::min(box.top, y - radius);
        box.bottom = std::max(box.bottom, y + radius);
    }
    return box;
}

Colour jittered(int name, Draws &draws)
{
    Colour colour{name, namedColours()[std::size_t(name)].rgb};
    for (auto &value : colour.rgb)
        value = std::clamp(value + draws.between(-kColourJitter, kColourJitter), 0.0, 1.0);
    return colour;
}

// A colour below `count` that is not in `taken` yet; it is added.
Colour freshColour(int count, std::vector<int> &taken, Draws &draws)
{
    int name = draws.below(count - int(taken.size()));
    std::sort(taken.begin(), taken.end());
    for (const int other : taken)
        name += other <= name ? 1 : 0;
    taken.push_back(name);
    return jittered(name, draws);
}

void chooseMotion(Shape &shape, Draws &draws)
{
    const double pace = shape.speed == Speed::Slow ? 0.5 : shape.speed == Speed::Fast ? 1.6 : 1.0;
    const double way = pace * draws.between(0.3, 0.45);
    const double side = draws.chance(0.5) ? 1.0 : -1.0;
    switch (shape.motion) {
    case Motion::Still:
        break;
    case Motion::Left:
        shape.travel = {-way, 0.0};
        break;
    case Motion::Right:
        shape.travel = {way, 0.0};
        break;
    case Motion::Up:
        shape.travel = {0.0, -way};
        break;
    case Motion::Down:
        shape.travel = {0.0, way};
        break;
    case Motion::Diagonal:
        shape.travel = {side * way, (draws.chance(0.5) ? 1.0 : -1.0) * way};
        break;
    case Motion::Spin:
        shape.turns = side * pace * draws.between(0.3, 0.5);
        break;
    case Motion::Bounce:
        shape.reach = draws.between(0.2, 0.35);
        shape.bounces = shape.speed == Speed::Slow ? 1 : shape.speed == Speed::Fast ? 3 : 2;
        break;
    case Motion::Orbit:
        shape.reach = draws.between(0.12, 0.2);
        shape.turns = side * pace * draws.between(0.6, 0.9);
        shape.phase = draws.uniform();
        break;
    case Motion::Grow:
        shape.radiusEnd = shape.radiusStart * (1.0 + 0.6 * pace);
        break;
    case Motion::Shrink:
        shape.radiusEnd = shape.radiusStart / (1.0 + 0.6 * pace);
        break;
    }
}

Shape randomShape(std::vector<int> &takenColours, Draws &draws)
{
    Shape shape;
    shape.kind = ShapeKind(draws.below(5));
    shape.colour = freshColour(kShapeColours, takenColours, draws);
    shape.size = SizeClass(draws.below(3));
    constexpr std::array<std::array<double, 2>, 3> radii{{{0.085, 0.115}, {0.135, 0.175}, {0.205, 0.25}}};
    const auto &range = radii[std::size_t(shape.size)];
    shape.radiusStart = shape.radiusEnd = draws.between(range[0], range[1]);
    shape.motion = Motion(draws.below(11));
    // Nobody sees a circle turn.
    if (shape.motion == Motion::Spin && (shape.kind == ShapeKind::Circle || shape.kind == ShapeKind::Ring))
        shape.kind = draws.oneOf({ShapeKind::Square, ShapeKind::Triangle, ShapeKind::Star});
    constexpr std::array<Speed, 3> speeds{Speed::Slow, Speed::Fast, Speed::Normal};
    shape.speed = speeds[std::size_t(draws.share({0.2, 0.2, 0.6}))];
    chooseMotion(shape, draws);
    return shape;
}

bool overlap(const Shape &a, const Shape &b)
{
    for (const double u : {0.0, 0.5, 1.0}) {
        const auto p = a.centre(u);
        const auto q = b.centre(u);
        if (std::hypot(p.x - q.x, p.y - q.y) < a.radius(u) + b.radius(u))
            return true;
    }
    return false;
}

// A start from which the shape stays in the frame, clear of the others where a few tries find one.
void place(Shape &shape, const Scene &scene, int frames, Draws &draws)
{
    auto box = extentOf(shape, scene.pan, frames);
    while (box.right - box.left > scene.aspect || box.bottom - box.top > 1.0) { // too far, too big
        shape.travel = {shape.travel.x * 0.8, shape.travel.y * 0.8};
        shape.reach *= 0.8;
        shape.radiusEnd = std::min(shape.radiusEnd, std::max(shape.radiusStart, shape.radiusEnd * 0.9));
        if (scene.pan != Point{}) // a panning frame has less room
            shape.radiusStart *= 0.95, shape.radiusEnd *= 0.95;
        box = extentOf(shape, scene.pan, frames);
    }
    for (int attempt = 0; attempt < 20; ++attempt) {
        shape.start = {draws.between(-box.left, scene.aspect - box.right),
                       draws.between(-box.top, 1.0 - box.bottom)};
        if (std::none_of(scene.shapes.begin(), scene.shapes.end(),
                         [&](const Shape &other) { return overlap(shape, other); }))
            return;
    }
}

Background randomBackground(std::vector<int> &takenColours, Draws &draws)
{
    Background background;
    background.kind = BackgroundKind(draws.share({0.28, 0.20, 0.18, 0.18, 0.16}));
    background.direction = Direction(draws.below(3));
    background.first = freshColour(kBackgroundColours, takenColours, draws);
    background.second = freshColour(kBackgroundColours, takenColours, draws);
    background.period = draws.between(0.14, 0.28);
    background.offset = {draws.uniform(), draws.uniform()};
    return background;
}

Point randomPan(Draws &draws)
{
    const double size = draws.between(0.12, 0.25);
    const double way = draws.chance(0.5) ? size : -size;
    return draws.chance(0.7) ? Point{way, 0.0} : Point{0.0, way};
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

Point Shape::centre(double u) const
{
    Point point{start.x + travel.x * u, start.y + travel.y * u};
    if (motion == Motion::Bounce)
        point.y -= reach * std::abs(std::sin(std::numbers::pi * bounces * u));
    if (motion == Motion::Orbit) {
        point.x += reach * std::cos(kTurn * (phase + turns * u));
        point.y += reach * std::sin(kTurn * (phase + turns * u));
    }
    return point;
}

Scene makeScene(std::uint64_t seed, std::uint64_t index, double aspect, int frames)
{
    Draws draws(seed, index, kScenePurpose);
    Scene scene;
    scene.aspect = aspect;
    if (draws.chance(0.1))
        scene.pan = randomPan(draws);
    std::vector<int> takenColours;
    const int count = 1 + draws.share({0.60, 0.28, 0.12});
    for (int i = 0; i < count; ++i) {
        auto shape = randomShape(takenColours, draws);
        place(shape, scene, frames, draws);
        scene.shapes.push_back(shape);
    }
    scene.background = randomBackground(takenColours, draws);
    Draws words(seed, index, kCaptionPurpose);
    scene.caption = describe(scene, words);
    return scene;
}

} // namespace faststar::train
