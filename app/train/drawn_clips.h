// SPDX-License-Identifier: Apache-2.0
//
// Procedurally drawn clips with captions: what the demo model is trained on and measured with. No clip
// is ever stored; seed and number fix it, on every machine.
//
// Units: the picture is 1 high and `aspect` wide, x to the right, y down. Time u is in seconds from the
// first frame, 16 frames each: 17 frames end at u = 1, 33 frames at u = 2, at the same speed.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/train/scene_options.h"
#include "core/domain/grids.h"

namespace faststar::train
{

enum class ShapeKind { Circle, Square, Triangle, Star, Ring };
enum class SizeClass { Small, Medium, Big };
enum class Motion { Still, Left, Right, Up, Down, Diagonal, Spin, Bounce, Orbit, Grow, Shrink };
enum class Speed { Slow, Normal, Fast };
enum class BackgroundKind { Solid, Gradient, Checker, Stripes, Dots };
enum class Column { Left, Middle, Right };
enum class Row { Top, Middle, Bottom };
enum class Direction { Horizontal, Vertical, Diagonal }; // of stripes: their own; of a gradient: its change

inline constexpr int kFramesPerSecond = 16;
inline constexpr int kShapeColours = 10;      // the first of the named colours
inline constexpr int kBackgroundColours = 12; // all of them

struct NamedColour {
    std::string_view name;
    std::array<double, 3> rgb; // [0, 1]
};
[[nodiscard]] const std::array<NamedColour, kBackgroundColours> &namedColours();

struct Point {
    double x = 0.0;
    double y = 0.0;

    bool operator==(const Point &) const = default;
};

// A named colour as drawn: a little off, so that no colour is one number.
struct Colour {
    int name = 0; // index into namedColours()
    std::array<double, 3> rgb{};

    bool operator==(const Colour &) const = default;
};

struct Shape {
    ShapeKind kind = ShapeKind::Circle;
    Colour colour;
    SizeClass size = SizeClass::Medium;
    Motion motion = Motion::Still;
    Speed speed = Speed::Normal;
    Point start;              // centre at u = 0 (of the orbit for Motion::Orbit)
    Point travel;             // by how much the centre moves until u = 1
    double radiusStart = 0.0; // of the circle around the shape
    double radiusEnd = 0.0;   // at u = 1
    double turns = 0.0; // of the shape itself (spin) or around the orbit's centre; the sign is the direction
    double reach = 0.0; // height of a bounce, radius of an orbit
    double phase = 0.0; // of the orbit, in turns
    int bounces = 0;

    [[nodiscard]] Point centre(double u) const; // without the camera
    // Grows by the same factor every second.
    [[nodiscard]] double radius(double u) const
    {
        return radiusStart == radiusEnd ? radiusStart : radiusStart * std::pow(radiusEnd / radiusStart, u);
    }
    // Of the shape itself, in radians; positive = clockwise.
    [[nodiscard]] double angle(double u) const;
    bool operator==(const Shape &) const = default;
};

struct Background {
    BackgroundKind kind = BackgroundKind::Solid;
    Direction direction = Direction::Horizontal;
    Colour first;
    Colour second;       // not used by Solid
    double period = 0.2; // of checks, stripes and dots
    Point offset;

    bool operator==(const Background &) const = default;
};

struct Scene {
    double aspect = 0.0; // width / height
    Background background;
    std::vector<Shape> shapes; // later ones lie on top
    Point pan;                 // by how much the picture moves on the screen until u = 1
    bool placed = false;       // with scatter below 1: whether captions say where the shapes are
    std::string caption;       // what a user might have asked for

    bool operator==(const Scene &) const = default;
};

// Where a centre lies, in words: the outer two fifths of the width are left and right, of the height top and
// bottom.
[[nodiscard]] Column columnOf(Point centre, double aspect);
[[nodiscard]] Row rowOf(Point centre);

// The time of a frame.
[[nodiscard]] constexpr double frameTime(int frame)
{
    return double(frame) / kFramesPerSecond;
}

// Clip `index` of `seed`. Every shape stays inside the frame in all of the `frames` frames, and clear of the
// other one.
[[nodiscard]] Scene makeScene(std::uint64_t seed, std::uint64_t index, double aspect, int frames,
                              const SceneOptions &options = {});

// The picture at time u, edges smoothed over one pixel by signed distance.
[[nodiscard]] Image drawPicture(const Scene &scene, int width, int height, double u);

// All frames.
[[nodiscard]] std::vector<Image> drawClip(const Scene &scene, int width, int height, int frames);

} // namespace faststar::train
