// SPDX-License-Identifier: Apache-2.0
#include "app/train/draw_batch.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <ATen/ATen.h>

#include "app/train/outlines.h"

namespace faststar::train
{

namespace
{

constexpr double kPi = std::numbers::pi;

// Columns of the parameter table: one row a scene and frame, the background first, then every shape.
enum BackgroundColumn {
    kTop,
    kLeft,
    kShiftX,
    kShiftY,
    kOffsetX,
    kOffsetY,
    kKind,
    kPeriod,
    kWeightX, // share of a gradient per x, or direction across stripes
    kWeightY,
    kFirst, // three channels
    kSecond = kFirst + 3,
    kBackgroundColumns = kSecond + 3
};
enum ShapeColumn {
    kCentreX,
    kCentreY,
    kCosine,
    kSine,
    kRadius,
    kRound, // 1 or 0
    kHalfWidth,
    kSector, // half of the angle that repeats
    kInnerX, // where the edge from the corner (1, 0) ends
    kInnerY,
    kColour, // three channels
    kShapeColumns = kColour + 3
};

void putColour(float *row, int column, const std::array<double, 3> &rgb)
{
    for (int i = 0; i < 3; ++i)
        row[column + i] = float(rgb[std::size_t(i)]);
}

void putBackground(float *row, const Scene &scene, double u, const Crop &crop)
{
    const auto &background = scene.background;
    row[kTop] = float(crop.top);
    row[kLeft] = float(crop.left);
    row[kShiftX] = float(scene.pan.x * u);
    row[kShiftY] = float(scene.pan.y * u);
    row[kOffsetX] = float(background.offset.x);
    row[kOffsetY] = float(background.offset.y);
    row[kKind] = float(background.kind);
    row[kPeriod] = float(background.period);
    const bool gradient = background.kind == BackgroundKind::Gradient;
    const auto direction = background.direction;
    // A gradient's direction is that of its change; stripes change across theirs.
    const bool alongX = direction == Direction::Diagonal || (direction == Direction::Horizontal) == gradient;
    const bool alongY = direction == Direction::Diagonal || !alongX;
    const double whole = gradient ? (alongX ? scene.aspect : 0.0) + (alongY ? 1.0 : 0.0)
                         : direction == Direction::Diagonal ? std::numbers::sqrt2
                                                            : 1.0;
    row[kWeightX] = float(alongX ? 1.0 / whole : 0.0);
    row[kWeightY] = float(alongY ? 1.0 / whole : 0.0);
    putColour(row, kFirst, background.first.rgb);
    putColour(row, kSecond, background.second.rgb);
}

void putShape(float *row, const Shape &shape, const Point &pan, double u)
{
    const auto centre = shape.centre(u);
    const auto outline = outlineOf(shape.kind);
    const double angle = shape.angle(u) + outline.firstCorner;
    row[kCentreX] = float(centre.x + pan.x * u);
    row[kCentreY] = float(centre.y + pan.y * u);
    row[kCosine] = float(std::cos(angle));
    row[kSine] = float(std::sin(angle));
    row[kRadius] = float(shape.radius(u));
    row[kRound] = outline.corners == 0 ? 1.0F : 0.0F;
    row[kHalfWidth] = float(outline.width / 2.0);
    const double sector = outline.corners == 0 ? kPi : kPi / outline.corners;
    row[kSector] = float(sector);
    row[kInnerX] = float(outline.inner * std::cos(sector));
    row[kInnerY] = float(outline.inner * std::sin(sector));
    putColour(row, kColour, shape.colour.rgb);
}

at::Tensor coverage(const at::Tensor &distance, double pixel)
{
    return distance.mul(-1.0 / pixel).add_(0.5).clamp_(0.0, 1.0);
}

at::Tensor bandCoverage(const at::Tensor &periods, const at::Tensor &period, double pixel)
{
    return coverage(periods.frac().sub_(0.5).abs_().sub_(0.25).mul_(period), pixel);
}

// Share of the second colour; all arguments broadcast over [scenes, frames, height, width].
at::Tensor pattern(const at::Tensor &table, const at::Tensor &x, const at::Tensor &y, double pixel)
{
    const auto column = [&](int index) { return table.select(2, index).unsqueeze(-1).unsqueeze(-1); };
    const auto period = column(kPeriod);
    const auto kind = column(kKind);
    const auto is = [&](BackgroundKind which) { return kind.eq(double(int(which))); };
    const auto movedX = x - column(kShiftX);
    const auto movedY = y - column(kShiftY);
    // Whole periods are added, so that frac() sees nothing negative.
    const auto shiftedX = (movedX + column(kOffsetX)) / period + 64.0;
    const auto shiftedY = (movedY + column(kOffsetY)) / period + 64.0;
    const auto gradient = (movedX * column(kWeightX) + movedY * column(kWeightY)).clamp_(0.0, 1.0);
    const auto columns = bandCoverage(shiftedX, period, pixel);
    const auto rows = bandCoverage(shiftedY, period, pixel);
    const auto checker = columns + rows - columns * rows * 2.0;
    const auto stripes = bandCoverage(
        (shiftedX - 64.0) * column(kWeightX) + (shiftedY - 64.0) * column(kWeightY) + 64.0, period, pixel);
    const auto dots =
        coverage((at::hypot(shiftedX.frac() - 0.5, shiftedY.frac() - 0.5) - kDotRadius) * period, pixel);
    auto share = at::where(is(BackgroundKind::Gradient), gradient, 0.0);
    share = at::where(is(BackgroundKind::Checker), checker, share);
    share = at::where(is(BackgroundKind::Stripes), stripes, share);
    return at::where(is(BackgroundKind::Dots), dots, share);
}

// Signed distance to the outline, in heights. Corners repeat every two sectors and mirror in between, so
// that one edge stands for all of them.
at::Tensor outlineDistance(const at::Tensor &table, const at::Tensor &x, const at::Tensor &y)
{
    const auto column = [&](int index) { return table.select(2, index).unsqueeze(-1).unsqueeze(-1); };
    const auto radius = column(kRadius);
    const auto dx = (x - column(kCentreX)) / radius;
    const auto dy = (y - column(kCentreY)) / radius;
    const auto far = at::hypot(dx, dy);
    const auto half = column(kHalfWidth);
    const auto round = (far - 1.0 + half).abs_().sub_(half);

    const auto sector = column(kSector);
    const auto cosine = column(kCosine);
    const auto sine = column(kSine);
    const auto angle = at::atan2(dy * cosine - dx * sine, dx * cosine + dy * sine);
    // Ten whole turns keep the remainder positive.
    const auto folded = at::fmod(angle + sector + 20.0 * kPi, sector * 2.0).sub_(sector).abs_();
    const auto px = far * at::cos(folded) - 1.0; // from the corner
    const auto py = far * at::sin(folded);
    const auto edgeX = column(kInnerX) - 1.0;
    const auto edgeY = column(kInnerY);
    const auto along = ((px * edgeX + py * edgeY) / (edgeX * edgeX + edgeY * edgeY)).clamp_(0.0, 1.0);
    const auto away = at::hypot(px - along * edgeX, py - along * edgeY);
    const auto outside = (px * edgeY - py * edgeX).sign_();
    return at::where(column(kRound).gt(0.5), round, away * outside).mul_(radius);
}

} // namespace

at::Tensor drawBatch(std::span<const Scene> scenes, int height, int width, int frames,
                     const at::Device &device, std::span<const Crop> crops, int firstFrame)
{
    const auto count = std::int64_t(scenes.size());
    std::size_t shapes = 0;
    for (const auto &scene : scenes)
        shapes = std::max(shapes, scene.shapes.size());
    const auto columns = std::int64_t(kBackgroundColumns + shapes * kShapeColumns);
    auto table = at::zeros({count, frames, columns}, at::kFloat);
    auto *row = table.mutable_data_ptr<float>();
    bool panning = false;
    for (std::size_t i = 0; i < scenes.size(); ++i) {
        panning = panning || !(scenes[i].pan == Point{});
        for (int frame = 0; frame < frames; ++frame, row += columns) {
            const double u = frameTime(firstFrame + frame);
            putBackground(row, scenes[i], u, crops.empty() ? Crop{} : crops[i]);
            for (std::size_t shape = 0; shape < shapes; ++shape) {
                float *part = row + kBackgroundColumns + shape * kShapeColumns;
                if (shape < scenes[i].shapes.size()) {
                    putShape(part, scenes[i].shapes[shape], scenes[i].pan, u);
                } else { // a disc far outside
                    putShape(part, Shape{}, {}, 0.0);
                    part[kCentreX] = part[kCentreY] = -1e3F;
                    part[kRadius] = 1.0F;
                }
            }
        }
    }
    table = table.to(device, /*non_blocking=*/true);

    const int rows = crops.empty() ? height : crops[0].height;
    const int columnsOut = crops.empty() ? width : crops[0].width;
    const double pixel = 1.0 / height;
    const auto grid = [&](int size, int start) {
        const auto options = at::TensorOptions(at::kFloat).device(device);
        return ((at::arange(size, options) + 0.5) + table.narrow(1, 0, 1).select(2, start).unsqueeze(-1)) *
               pixel;
    };
    const auto y = grid(rows, kTop).unsqueeze(-1);        // [scenes, 1, rows, 1]
    const auto x = grid(columnsOut, kLeft).unsqueeze(-2); // [scenes, 1, 1, columns]
    const auto backgrounds = panning ? table : table.narrow(1, 0, 1);
    const auto colour = [](const at::Tensor &from, int first) {
        return from.narrow(2, first, 3).mul(2.0).sub_(1.0).unsqueeze(-1).unsqueeze(-1);
    };
    const auto share = pattern(backgrounds, x, y, pixel).unsqueeze(2);
    auto picture = at::lerp(colour(backgrounds, kFirst), colour(backgrounds, kSecond), share);
    picture = picture.expand({count, frames, 3, rows, columnsOut}).contiguous();
    for (std::size_t shape = 0; shape < shapes; ++shape) {
        const auto part =
            table.narrow(2, std::int64_t(kBackgroundColumns + shape * kShapeColumns), kShapeColumns);
        const auto inside = coverage(outlineDistance(part, x, y), pixel).unsqueeze(2);
        picture.lerp_(colour(part, kColour), inside);
    }
    return picture;
}

} // namespace faststar::train
