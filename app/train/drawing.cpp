// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/train/drawn_clips.h"
#include "app/train/outlines.h"

namespace faststar::train
{

namespace
{

using Rgb = std::array<double, 3>;

// Corners and, where they lie further in than a straight edge, the points between them; empty for round ones.
std::vector<Point> cornersOf(ShapeKind kind)
{
    const auto outline = outlineOf(kind);
    std::vector<Point> corners;
    const auto add = [&](double radius, double index) {
        const double angle = outline.firstCorner + 2.0 * std::numbers::pi * index / outline.corners;
        corners.push_back({radius * std::cos(angle), radius * std::sin(angle)});
    };
    for (int i = 0; i < outline.corners; ++i) {
        add(1.0, i);
        if (kind == ShapeKind::Star)
            add(outline.inner, i + 0.5);
    }
    return corners;
}

// Distance to the outline, negative inside: the nearest edge, and the even-odd rule for the sign.
double polygonDistance(const std::vector<Point> &corners, Point p)
{
    double nearest = 1e9;
    bool inside = false;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const auto a = corners[i];
        const auto b = corners[(i + 1) % corners.size()];
        const Point edge{b.x - a.x, b.y - a.y};
        const Point from{p.x - a.x, p.y - a.y};
        const double along =
            std::clamp((from.x * edge.x + from.y * edge.y) / (edge.x * edge.x + edge.y * edge.y), 0.0, 1.0);
        const double dx = from.x - edge.x * along;
        const double dy = from.y - edge.y * along;
        nearest = std::min(nearest, dx * dx + dy * dy);
        if ((a.y > p.y) != (b.y > p.y) && from.x < edge.x * from.y / edge.y)
            inside = !inside;
    }
    return inside ? -std::sqrt(nearest) : std::sqrt(nearest);
}

double roundDistance(ShapeKind kind, Point p)
{
    const double half = outlineOf(kind).width / 2.0;
    return std::abs(std::hypot(p.x, p.y) - 1.0 + half) - half;
}

// Share of a pixel of size `pixel` that lies inside, for a straight edge at `distance`.
double coverage(double distance, double pixel)
{
    return std::clamp(0.5 - distance / pixel, 0.0, 1.0);
}

double wrapped(double value)
{
    return value - std::floor(value);
}

// Signed distance to the nearest second half of a period; positive = first half.
double bandDistance(double value, double period)
{
    return (0.25 - std::abs(wrapped(value / period) - 0.5)) * -period;
}

Rgb mixed(const Rgb &a, const Rgb &b, double share)
{
    Rgb result{};
    for (std::size_t i = 0; i < 3; ++i)
        result[i] = a[i] + (b[i] - a[i]) * share;
    return result;
}

double along(Direction direction, Point p)
{
    switch (direction) {
    case Direction::Horizontal:
        return p.x;
    case Direction::Vertical:
        return p.y;
    case Direction::Diagonal:
        return (p.x + p.y) / std::numbers::sqrt2;
    }
    return 0.0;
}

// Share of the second colour at `p`.
double patternAt(const Background &background, Point p, double aspect, double pixel)
{
    const Point shifted{p.x + background.offset.x, p.y + background.offset.y};
    const double period = background.period;
    switch (background.kind) {
    case BackgroundKind::Solid:
        return 0.0;
    case BackgroundKind::Gradient: {
        const double whole = along(background.direction, {aspect, 1.0});
        return std::clamp(along(background.direction, p) / whole, 0.0, 1.0);
    }
    case BackgroundKind::Checker: {
        // Two cells a period, so that a cell is half of it.
        const double a = coverage(bandDistance(shifted.x, period), pixel);
        const double b = coverage(bandDistance(shifted.y, period), pixel);
        return a + b - 2.0 * a * b;
    }
    case BackgroundKind::Stripes: {
        // Horizontal stripes change downwards.
        const auto across = background.direction == Direction::Horizontal ? Direction::Vertical
                            : background.direction == Direction::Vertical ? Direction::Horizontal
                                                                          : Direction::Diagonal;
        return coverage(bandDistance(along(across, shifted), period), pixel);
    }
    case BackgroundKind::Dots: {
        const double x = (wrapped(shifted.x / period) - 0.5) * period;
        const double y = (wrapped(shifted.y / period) - 0.5) * period;
        return coverage(std::hypot(x, y) - kDotRadius * period, pixel);
    }
    }
    return 0.0;
}

class Canvas
{
public:
    Canvas(int width, int height) : m_width(width), m_height(height), m_pixels(std::size_t(width) * height) {}

    // Centre of a pixel, in heights of the picture.
    [[nodiscard]] Point position(int column, int row) const
    {
        return {(column + 0.5) / m_height, (row + 0.5) / m_height};
    }
    [[nodiscard]] double pixel() const { return 1.0 / m_height; }

    void paint(const Background &background, const Point &shift, double aspect)
    {
        for (int row = 0; row < m_height; ++row) {
            for (int column = 0; column < m_width; ++column) {
                const auto p = position(column, row);
                const double share = patternAt(background, {p.x - shift.x, p.y - shift.y}, aspect, pixel());
                at(column, row) = mixed(background.first.rgb, background.second.rgb, share);
            }
        }
    }

    void paint(const Shape &shape, const Point &shift, double u)
    {
        const auto corners = cornersOf(shape.kind);
        auto centre = shape.centre(u);
        centre = {centre.x + shift.x, centre.y + shift.y};
        const double radius = shape.radius(u);
        const double angle = shape.angle(u);
        const double cosine = std::cos(angle) / radius;
        const double sine = std::sin(angle) / radius;
        const auto bound = [&](double value, int most) {
            return std::clamp(int(std::floor(value * m_height)), 0, most);
        };
        const int bottom = bound(centre.y + radius + 2.0 * pixel(), m_height - 1);
        const int right = bound(centre.x + radius + 2.0 * pixel(), m_width - 1);
        for (int row = bound(centre.y - radius - 2.0 * pixel(), m_height); row <= bottom; ++row) {
            for (int column = bound(centre.x - radius - 2.0 * pixel(), m_width); column <= right; ++column) {
                const auto p = position(column, row);
                const double dx = p.x - centre.x;
                const double dy = p.y - centre.y;
                const Point local{dx * cosine + dy * sine, dy * cosine - dx * sine};
                const double distance =
                    corners.empty() ? roundDistance(shape.kind, local) : polygonDistance(corners, local);
                auto &colour = at(column, row);
                colour = mixed(colour, shape.colour.rgb, coverage(distance * radius, pixel()));
            }
        }
    }

    [[nodiscard]] Image image() const
    {
        Image image{m_width, m_height, {}};
        image.rgb.reserve(m_pixels.size() * 3);
        for (const auto &pixel : m_pixels) {
            for (const double value : pixel)
                image.rgb.push_back(std::uint8_t(std::lround(std::clamp(value, 0.0, 1.0) * 255.0)));
        }
        return image;
    }

private:
    Rgb &at(int column, int row)
    {
        return m_pixels[std::size_t(row) * std::size_t(m_width) + std::size_t(column)];
    }

    int m_width;
    int m_height;
    std::vector<Rgb> m_pixels;
};

} // namespace

Image drawPicture(const Scene &scene, int width, int height, double u)
{
    Canvas canvas(width, height);
    const Point shift{scene.pan.x * u, scene.pan.y * u};
    canvas.paint(scene.background, shift, scene.aspect);
    for (const auto &shape : scene.shapes)
        canvas.paint(shape, shift, u);
    return canvas.image();
}

std::vector<Image> drawClip(const Scene &scene, int width, int height, int frames)
{
    std::vector<Image> pictures;
    pictures.reserve(std::size_t(frames));
    for (int i = 0; i < frames; ++i)
        pictures.push_back(drawPicture(scene, width, height, frameTime(i)));
    return pictures;
}

} // namespace faststar::train
