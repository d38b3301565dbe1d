// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "app/train/caption.h"
#include "app/train/drawn_clips.h"
#include "app/train/draws.h"
#include "app/train/scene_colours.h"

namespace faststar::train
{

namespace
{

constexpr double kTurn = 2.0 * std::numbers::pi;
constexpr double kMargin = 0.01;      // between a shape and the edge of the frame
constexpr double kGap = 0.03;         // between two shapes
constexpr double kLeastRadius = 0.08; // of what shrinks
constexpr std::uint32_t kScenePurpose = 1;
constexpr std::uint32_t kCaptionPurpose = 2;
constexpr int kPlaceAttempts = 30;
constexpr int kShapeAttempts = 8;
constexpr double kSoften = 0.85;
constexpr double kStray = 0.15; // from its place, in heights, with a scatter of 1
constexpr std::array<double, 3> kColumnCentres{0.22, 0.5, 0.78}; // of the width
constexpr std::array<double, 3> kRowCentres{0.25, 0.5, 0.75};

// The part of the picture's width that a shape has for itself.
struct Room {
    double left = 0.0, width = 0.0;
};

struct Box {
    double left = 0.0, right = 0.0, top = 0.0, bottom = 0.0;
};

// The room a shape takes on the screen over all frames, relative to its start.
Box extentOf(const Shape &shape, const Point &pan, int frames)
{
    Box box{1e9, -1e9, 1e9, -1e9};
    for (int i = 0; i < frames; ++i) {
        const double u = frameTime(i);
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

double within(const Range &range, const SceneOptions &options, Draws &draws)
{
    const double value = draws.between(range.low, range.high);
    if (options.scatter >= 1.0)
        return value;
    const double middle = (range.low + range.high) / 2.0;
    return middle + options.scatter * (value - middle);
}

// A value for the shape's speed; the bands leave gaps, so that a measured motion tells the speed.
double paced(Speed speed, const std::array<Range, 3> &bands, const SceneOptions &options, Draws &draws)
{
    return within(bands[speed == Speed::Slow ? 0 : speed == Speed::Fast ? 2 : 1], options, draws);
}

// What a caption cannot say is always the same: turning is clockwise, an orbit begins on top, and a bounce
// begins with a jump.
void chooseMotion(Shape &shape, const SceneOptions &options, Draws &draws)
{
    const double way = paced(shape.speed, {{{0.14, 0.20}, {0.30, 0.42}, {0.55, 0.70}}}, options, draws);
    const double growth = paced(shape.speed, {{{1.25, 1.35}, {1.6, 1.8}, {2.1, 2.4}}}, options, draws);
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
    case Motion::Diagonal: {
        const double part = 0.8 * way; // of either axis
        shape.travel = {draws.chance(0.5) ? part : -part, draws.chance(0.5) ? part : -part};
        break;
    }
    case Motion::Spin:
        shape.turns = paced(shape.speed, {{{0.15, 0.20}, {0.35, 0.50}, {0.7, 0.9}}}, options, draws);
        break;
    case Motion::Bounce: // three in a second are too many for latents of a quarter of a second
        shape.speed = shape.speed == Speed::Fast ? Speed::Normal : shape.speed;
        shape.reach = within({0.20, 0.32}, options, draws);
        shape.bounces = shape.speed == Speed::Slow ? 1 : 2;
        break;
    case Motion::Orbit:
        shape.reach = within({0.16, 0.22}, options, draws);
        shape.turns = paced(shape.speed, {{{0.4, 0.5}, {0.75, 0.9}, {1.1, 1.3}}}, options, draws);
        shape.phase = 0.75;
        break;
    case Motion::Grow:
        shape.radiusEnd = shape.radiusStart * growth;
        break;
    case Motion::Shrink:
        shape.radiusEnd = shape.radiusStart / growth;
        break;
    }
}

Shape randomShape(std::vector<int> &takenColours, const SceneOptions &options, Draws &draws)
{
    Shape shape;
    shape.kind = ShapeKind(draws.below(5));
    shape.colour = freshColour(kShapeColours, takenColours, options.jitter, draws);
    shape.motion = Motion(draws.weighted(options.motions));
    // Nobody sees a circle turn.
    if (shape.motion == Motion::Spin && (shape.kind == ShapeKind::Circle || shape.kind == ShapeKind::Ring))
        shape.kind = draws.oneOf({ShapeKind::Square, ShapeKind::Triangle, ShapeKind::Star});
    constexpr std::array<Speed, 3> speeds{Speed::Slow, Speed::Fast, Speed::Normal};
    shape.speed =
        speeds[std::size_t(draws.share({options.slow, options.fast, 1.0 - options.slow - options.fast}))];
    return shape;
}

void chooseSize(Shape &shape, const SceneOptions &options, Draws &draws)
{
    shape.size = SizeClass(draws.below(3));
    const auto &range = shape.size == SizeClass::Small    ? options.small
                        : shape.size == SizeClass::Medium ? options.medium
                                                          : options.big;
    shape.radiusStart = shape.radiusEnd = within(range, options, draws);
}

bool fits(const Shape &shape, const Scene &scene, const Room &room, int frames)
{
    const auto box = extentOf(shape, scene.pan, frames);
    const double last = shape.radius(frameTime(frames - 1));
    return box.right - box.left <= room.width && box.bottom - box.top <= 1.0 &&
           last >= std::min(kLeastRadius, 0.6 * shape.radiusStart);
}

// A motion with room for it: slower where the wanted speed leaves the frame, in the end shorter.
void settleMotion(Shape &shape, const Scene &scene, const Room &room, int frames, const SceneOptions &options,
                  Draws &draws)
{
    const double radius = shape.radiusStart;
    chooseMotion(shape, options, draws);
    while (!fits(shape, scene, room, frames) && shape.motion != Motion::Still && shape.speed != Speed::Slow) {
        shape.speed = shape.speed == Speed::Fast ? Speed::Normal : Speed::Slow;
        shape.radiusEnd = radius;
        chooseMotion(shape, options, draws);
    }
    while (!fits(shape, scene, room, frames)) {
        shape.travel = {shape.travel.x * kSoften, shape.travel.y * kSoften};
        shape.reach *= kSoften;
        const double growth = std::pow(shape.radiusEnd / shape.radiusStart, kSoften);
        if (std::hypot(shape.travel.x, shape.travel.y) + shape.reach <
            0.02) // it is the shape that is too big
            shape.radiusStart *= 0.97;
        shape.radiusEnd = shape.radiusStart * growth;
    }
}

void moveLike(Shape &shape, const Shape &other)
{
    shape.motion = other.motion;
    shape.speed = other.speed;
    shape.travel = other.travel;
    shape.turns = other.turns;
    shape.reach = other.reach;
    shape.phase = other.phase;
    shape.bounces = other.bounces;
    shape.radiusEnd = shape.radiusStart * other.radiusEnd / other.radiusStart;
}

bool overlap(const Shape &a, const Shape &b, int frames)
{
    for (int i = 0; i < frames; ++i) {
        const double u = frameTime(i);
        const auto p = a.centre(u);
        const auto q = b.centre(u);
        if (std::hypot(p.x - q.x, p.y - q.y) < a.radius(u) + b.radius(u) + kGap)
            return true;
    }
    return false;
}

// A start between `low` and `high`, by the scene's options; whether it is where it was meant to be.
bool chooseStart(Shape &shape, const Scene &scene, const Point &low, const Point &high,
                 const SceneOptions &options, Draws &draws)
{
    if (options.scatter >= 1.0) {
        shape.start = {draws.between(low.x, high.x), draws.between(low.y, high.y)};
        return true;
    }
    Point wanted{(low.x + high.x) / 2.0, (low.y + high.y) / 2.0};
    const int column = scene.placed ? draws.below(3) : 0;
    const int row = scene.placed ? draws.below(3) : 0;
    if (scene.placed) { // a caption says where a shape is at first
        shape.start = {};
        const Point first = shape.centre(0.0);
        wanted = {scene.aspect * kColumnCentres[std::size_t(column)] - first.x,
                  kRowCentres[std::size_t(row)] - first.y};
    }
    const double stray = kStray * options.scatter;
    shape.start = {std::clamp(wanted.x + draws.between(-stray, stray), low.x, std::max(low.x, high.x)),
                   std::clamp(wanted.y + draws.between(-stray, stray), low.y, std::max(low.y, high.y))};
    const Point first = shape.centre(0.0);
    return !scene.placed || (columnOf(first, scene.aspect) == Column(column) && rowOf(first) == Row(row));
}

// A start from which the shape stays in its room, clear of the others; false when none was found.
bool place(Shape &shape, const Scene &scene, const Room &room, int frames, const SceneOptions &options,
           Draws &draws)
{
    const auto box = extentOf(shape, scene.pan, frames);
    const Point low{room.left - box.left, -box.top};
    const Point high{room.left + room.width - box.right, 1.0 - box.bottom};
    for (int attempt = 0; attempt < kPlaceAttempts; ++attempt) {
        if (chooseStart(shape, scene, low, high, options, draws) &&
            std::none_of(scene.shapes.begin(), scene.shapes.end(),
                         [&](const Shape &other) { return overlap(shape, other, frames); }))
            return true;
    }
    return false;
}

void addShapes(Scene &scene, int frames, std::vector<int> &takenColours, const SceneOptions &options,
               Draws &draws)
{
    const bool two = draws.chance(options.twoShapes);
    const bool halves = two && options.scatter < 1.0 && !scene.placed;
    Room room{0.0, halves ? scene.aspect / 2.0 : scene.aspect};
    auto first = randomShape(takenColours, options, draws);
    chooseSize(first, options, draws);
    settleMotion(first, scene, room, frames, options, draws);
    static_cast<void>(place(first, scene, room, frames, options, draws));
    scene.shapes.push_back(first);
    if (!two)
        return;
    if (halves)
        room.left = room.width;
    auto second = randomShape(takenColours, options, draws);
    const bool alike = draws.chance(options.alike);
    const bool turnless = second.kind == ShapeKind::Circle || second.kind == ShapeKind::Ring;
    for (int attempt = 0; attempt < kShapeAttempts; ++attempt) {
        chooseSize(second, options, draws);
        if (alike && !(first.motion == Motion::Spin && turnless))
            moveLike(second, first);
        else
            settleMotion(second, scene, room, frames, options, draws);
        if (fits(second, scene, room, frames) && place(second, scene, room, frames, options, draws)) {
            scene.shapes.push_back(second);
            return;
        }
    }
    if (halves) { // alone after all
        scene.shapes.clear();
        static_cast<void>(place(first, scene, {0.0, scene.aspect}, frames, options, draws));
        scene.shapes.push_back(first);
    }
}

Point randomPan(Draws &draws)
{
    const double size = draws.between(0.12, 0.25);
    const double way = draws.chance(0.5) ? size : -size;
    return draws.chance(0.7) ? Point{way, 0.0} : Point{0.0, way};
}

} // namespace

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

double Shape::angle(double u) const
{
    return motion == Motion::Spin ? kTurn * turns * u : 0.0;
}

Column columnOf(Point centre, double aspect)
{
    const double x = centre.x / aspect;
    return x < 0.4 ? Column::Left : x > 0.6 ? Column::Right : Column::Middle;
}

Row rowOf(Point centre)
{
    return centre.y < 0.4 ? Row::Top : centre.y > 0.6 ? Row::Bottom : Row::Middle;
}

Scene makeScene(std::uint64_t seed, std::uint64_t index, double aspect, int frames,
                const SceneOptions &options)
{
    Draws draws(seed, index, kScenePurpose);
    Scene scene;
    scene.aspect = aspect;
    if (draws.chance(options.pan))
        scene.pan = randomPan(draws);
    scene.placed = options.scatter < 1.0 && draws.chance(options.place);
    std::vector<int> takenColours;
    addShapes(scene, frames, takenColours, options, draws);
    scene.background = randomBackground(takenColours, scene.shapes, options, draws);
    Draws words(seed, index, kCaptionPurpose);
    scene.caption = describe(scene, options, words);
    return scene;
}

} // namespace faststar::train
