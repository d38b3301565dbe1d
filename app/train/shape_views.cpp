// SPDX-License-Identifier: Apache-2.0
#include "app/train/shape_views.h"

#include <algorithm>
#include <complex>
#include <numbers>

#include "app/train/components.h"
#include "app/train/outlines.h"

namespace faststar::train
{

namespace
{

constexpr double kForeign = 0.17;        // distance from the background at which a pixel is looked at
constexpr double kLeastArea = 0.004;     // of a shape, in heights squared
constexpr double kSimilar = 0.4;         // a shape's own pixels lie nearer to its colour
constexpr double kWaveShare = 0.5;       // of the ideal outline's wave, for its class
constexpr double kLeastPurity = 0.5;     // share of that wave and its multiples in all waves
constexpr double kRoundness = 0.10;      // of a circle: most deviation of the outline
constexpr double kHollow = 0.5;          // of a ring's middle
constexpr double kMiddle = 0.35;         // of the mean radius
constexpr double kLeastOfLargest = 0.12; // a smaller patch beside a shape of its colour is none
constexpr int kRays = 96;

// A window of a frame with the pixels of one shape.
struct Silhouette {
    int left = 0;
    int top = 0;
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> mask;

    [[nodiscard]] bool at(int column, int row) const
    {
        return column >= 0 && row >= 0 && column < width && row < height &&
               mask[std::size_t(row) * std::size_t(width) + std::size_t(column)] != 0;
    }
};

double medianOf(std::vector<double> values)
{
    if (values.empty())
        return 0.0;
    const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// A pixel is foreign when most of its neighbourhood is.
std::vector<std::uint8_t> smoothed(const std::vector<std::uint8_t> &mask, int width, int height)
{
    std::vector<std::uint8_t> result(mask.size(), 0);
    for (int row = 0; row < height; ++row) {
        for (int column = 0; column < width; ++column) {
            int sum = 0;
            int count = 0;
            for (int r = std::max(0, row - 1); r <= std::min(height - 1, row + 1); ++r) {
                for (int c = std::max(0, column - 1); c <= std::min(width - 1, column + 1); ++c) {
                    sum += mask[std::size_t(r) * std::size_t(width) + std::size_t(c)];
                    ++count;
                }
            }
            result[std::size_t(row) * std::size_t(width) + std::size_t(column)] = 2 * sum > count ? 1 : 0;
        }
    }
    return result;
}

Rgb medianColour(const Image &frame, const Component &part, const std::vector<int> &labels)
{
    std::array<std::vector<double>, 3> values;
    for (int row = part.top; row <= part.bottom; ++row) {
        for (int column = part.left; column <= part.right; ++column) {
            if (labels[std::size_t(row) * std::size_t(frame.width) + std::size_t(column)] != part.label)
                continue;
            const auto pixel = pixelOf(frame, column, row);
            for (std::size_t i = 0; i < 3; ++i)
                values[i].push_back(pixel[i]);
        }
    }
    return {medianOf(values[0]), medianOf(values[1]), medianOf(values[2])};
}

// Pixels nearer to the shape's colour than to the background: the edge at half of its way.
Silhouette silhouetteOf(const Image &frame, const MeasuredBackground &background, const Component &part,
                        const Rgb &colour)
{
    constexpr int margin = 3;
    Silhouette found;
    found.left = std::max(0, part.left - margin);
    found.top = std::max(0, part.top - margin);
    found.width = std::min(frame.width - 1, part.right + margin) - found.left + 1;
    found.height = std::min(frame.height - 1, part.bottom + margin) - found.top + 1;
    std::vector<std::uint8_t> mask;
    for (int row = found.top; row < found.top + found.height; ++row) {
        for (int column = found.left; column < found.left + found.width; ++column) {
            const auto pixel = pixelOf(frame, column, row);
            const double toShape = distanceOf(pixel, colour);
            const double toGround =
                background.distance(pixel, double(column) / frame.width, double(row) / frame.height);
            mask.push_back(toShape < toGround && toShape < kSimilar ? 1 : 0);
        }
    }
    std::vector<int> labels;
    const auto parts = componentsOf(mask, found.width, found.height, &labels);
    const auto largest = std::max_element(parts.begin(), parts.end(),
                                          [](const auto &a, const auto &b) { return a.area < b.area; });
    found.mask.assign(mask.size(), 0);
    if (largest == parts.end())
        return found;
    for (std::size_t i = 0; i < labels.size(); ++i)
        found.mask[i] = labels[i] == largest->label ? 1 : 0;
    return found;
}

void describe(const Silhouette &shape, double pixel, ShapeView &view)
{
    double sumX = 0.0;
    double sumY = 0.0;
    double count = 1e-9;
    for (int row = 0; row < shape.height; ++row) {
        for (int column = 0; column < shape.width; ++column) {
            if (!shape.at(column, row))
                continue;
            sumX += column;
            sumY += row;
            count += 1.0;
        }
    }
    const double x = sumX / count;
    const double y = sumY / count;
    view.x = (shape.left + x + 0.5) * pixel;
    view.y = (shape.top + y + 0.5) * pixel;
    view.area = count * pixel * pixel;

    // The outline: the furthest pixel of the shape along each ray.
    std::array<double, kRays> outline{};
    double mean = 1e-9;
    const int quarters = int(4.0 * std::hypot(shape.width, shape.height));
    for (int ray = 0; ray < kRays; ++ray) {
        const double angle = 2.0 * std::numbers::pi * ray / kRays;
        const double cosine = std::cos(angle);
        const double sine = std::sin(angle);
        for (int quarter = 0; quarter < quarters; ++quarter) {
            const double radius = 0.25 * quarter;
            if (shape.at(int(std::lround(x + radius * cosine)), int(std::lround(y + radius * sine))))
                outline[std::size_t(ray)] = radius;
        }
        mean += outline[std::size_t(ray)] / kRays;
    }
    for (int wave = 1; wave <= kHarmonics; ++wave) {
        std::complex<double> sum = 0.0;
        for (int ray = 0; ray < kRays; ++ray)
            sum += outline[std::size_t(ray)] * std::polar(1.0, 2.0 * std::numbers::pi * wave * ray / kRays);
        view.waves[std::size_t(wave - 1)] = 2.0 * std::abs(sum) / (kRays * mean);
        view.phases[std::size_t(wave - 1)] = std::arg(sum);
    }
    double empty = 0.0;
    double middle = 1e-9;
    const double reach = kMiddle * mean;
    for (int row = int(y - reach); row <= int(y + reach); ++row) {
        for (int column = int(x - reach); column <= int(x + reach); ++column) {
            if (std::hypot(column - x, row - y) > reach)
                continue;
            middle += 1.0;
            empty += shape.at(column, row) ? 0.0 : 1.0;
        }
    }
    view.hole = empty / middle;
}

// The first wave of an ideal outline with corners.
double idealWave(ShapeKind kind)
{
    const auto outline = outlineOf(kind);
    const double sector = std::numbers::pi / outline.corners;
    const double edgeX = outline.inner * std::cos(sector) - 1.0;
    const double edgeY = outline.inner * std::sin(sector);
    double wave = 0.0;
    double mean = 0.0;
    constexpr int steps = 200;
    for (int i = 0; i < steps; ++i) { // over half a repetition, the other half is its mirror image
        const double angle = sector * (i + 0.5) / steps;
        const double radius = edgeY / (edgeY * std::cos(angle) - edgeX * std::sin(angle));
        mean += radius / steps;
        wave += 2.0 * radius * std::cos(outline.corners * angle) / steps;
    }
    return wave / mean;
}

} // namespace

std::vector<ShapeView> shapeViews(const Image &frame, const MeasuredBackground &background)
{
    const double pixel = 1.0 / frame.height;
    std::vector<std::uint8_t> mask;
    mask.reserve(std::size_t(frame.width) * std::size_t(frame.height));
    for (int row = 0; row < frame.height; ++row) {
        for (int column = 0; column < frame.width; ++column)
            mask.push_back(background.distance(pixelOf(frame, column, row), double(column) / frame.width,
                                               double(row) / frame.height) > kForeign
                               ? 1
                               : 0);
    }
    std::vector<int> labels;
    std::vector<ShapeView> views;
    for (const auto &part :
         componentsOf(smoothed(mask, frame.width, frame.height), frame.width, frame.height, &labels)) {
        if (part.area * pixel * pixel < kLeastArea)
            continue;
        const auto colour = medianColour(frame, part, labels);
        ShapeView view;
        view.colour = nearestName(colour);
        describe(silhouetteOf(frame, background, part, colour), pixel, view);
        if (view.area >= kLeastArea)
            views.push_back(view);
    }
    std::sort(views.begin(), views.end(),
              [](const ShapeView &a, const ShapeView &b) { return a.area > b.area; });
    std::vector<ShapeView> kept;
    for (const auto &view : views) {
        const bool fragment = std::any_of(kept.begin(), kept.end(), [&](const ShapeView &larger) {
            return larger.colour == view.colour && view.area < kLeastOfLargest * larger.area;
        });
        if (!fragment)
            kept.push_back(view);
    }
    return kept;
}

std::optional<ShapeKind> classOf(const std::vector<ShapeView> &views)
{
    std::array<double, kHarmonics> waves{};
    std::vector<double> holes;
    holes.reserve(views.size());
    for (std::size_t i = 0; i < waves.size(); ++i) {
        std::vector<double> values;
        values.reserve(views.size());
        for (const auto &view : views)
            values.push_back(view.waves[i]);
        waves[i] = medianOf(values);
    }
    for (const auto &view : views)
        holes.push_back(view.hole);
    double all = 1e-12;
    for (const double wave : waves)
        all += wave * wave;
    const bool round = std::sqrt(all / 2.0) < kRoundness;
    if (medianOf(holes) > kHollow)
        return round ? std::optional(ShapeKind::Ring) : std::nullopt;
    std::optional<ShapeKind> best;
    double strongest = kWaveShare;
    for (const auto kind : {ShapeKind::Triangle, ShapeKind::Square, ShapeKind::Star}) {
        const auto corners = std::size_t(outlineOf(kind).corners);
        const double strength = waves[corners - 1] / idealWave(kind);
        double own = 0.0;
        for (std::size_t wave = corners; wave <= waves.size(); wave += corners)
            own += waves[wave - 1] * waves[wave - 1];
        if (strength > strongest && own > kLeastPurity * all) {
            strongest = strength;
            best = kind;
        }
    }
    if (best)
        return best;
    return round ? std::optional(ShapeKind::Circle) : std::nullopt;
}

double turnOf(const std::vector<ShapeView> &views, int corners)
{
    double turn = 0.0;
    const auto wave = std::size_t(corners - 1);
    for (std::size_t i = 1; i < views.size(); ++i) {
        const double step = views[i].phases[wave] - views[i - 1].phases[wave];
        turn += std::remainder(step, 2.0 * std::numbers::pi);
    }
    return turn / corners;
}

} // namespace faststar::train
