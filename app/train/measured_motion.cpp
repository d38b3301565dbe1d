// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numbers>

#include "app/train/measured_clip.h"
#include "app/train/outlines.h"

namespace faststar::train
{

namespace
{

constexpr double kTurn = 2.0 * std::numbers::pi;
constexpr double kLeastTravel = 0.08; // in a second, in heights
constexpr double kBent = 0.03;        // root mean square off an even straight movement
constexpr double kBentShare = 0.09;   // of the travel
constexpr double kLeastGrowth = 0.11; // of the logarithm of the radius, in a second
constexpr double kLeastTurns = 0.08;  // in a second
constexpr double kNarrow = 0.35;      // width of a bounce's path over its height
constexpr double kBoundSlow = 0.25;   // heights a second
constexpr double kBoundFast = 0.485;
constexpr double kDiagonalShare = 0.8; // of the speed along either axis

// value = offset + slope * time.
struct Line {
    double offset = 0.0;
    double slope = 0.0;
    double residual = 0.0; // root mean square
};

Line fitLine(const std::vector<double> &times, const std::vector<double> &values)
{
    const auto n = double(times.size());
    double t = 0.0;
    double v = 0.0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        t += times[i] / n;
        v += values[i] / n;
    }
    double tt = 1e-12;
    double tv = 0.0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        tt += (times[i] - t) * (times[i] - t);
        tv += (times[i] - t) * (values[i] - v);
    }
    Line line{0.0, tv / tt, 0.0};
    line.offset = v - line.slope * t;
    for (std::size_t i = 0; i < times.size(); ++i)
        line.residual += std::pow(values[i] - line.offset - line.slope * times[i], 2.0) / n;
    line.residual = std::sqrt(line.residual);
    return line;
}

Speed speedOf(double value, double slow, double fast)
{
    return value < slow ? Speed::Slow : value > fast ? Speed::Fast : Speed::Normal;
}

double extentOf(const std::vector<double> &values)
{
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    return *most - *least;
}

// Turns a second around the centre of the circle that the path lies on best.
double orbitTurns(const std::vector<double> &x, const std::vector<double> &y, double seconds)
{
    // x^2 + y^2 = 2 a x + 2 b y + c, by least squares, about the mean.
    const auto n = double(x.size());
    double mx = 0.0;
    double my = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        mx += x[i] / n;
        my += y[i] / n;
    }
    double xx = 1e-12;
    double yy = 1e-12;
    double xy = 0.0;
    double xz = 0.0;
    double yz = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double dx = x[i] - mx;
        const double dy = y[i] - my;
        const double z = dx * dx + dy * dy;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
        xz += dx * z;
        yz += dy * z;
    }
    const double determinant = xx * yy - xy * xy;
    if (std::abs(determinant) < 1e-15)
        return 0.0;
    const double a = mx + 0.5 * (xz * yy - yz * xy) / determinant;
    const double b = my + 0.5 * (yz * xx - xz * xy) / determinant;
    double turns = 0.0;
    for (std::size_t i = 1; i < x.size(); ++i)
        turns +=
            std::remainder(std::atan2(y[i] - b, x[i] - a) - std::atan2(y[i - 1] - b, x[i - 1] - a), kTurn) /
            kTurn;
    return std::abs(turns) / seconds;
}

// How often the shape rose above half of its path's height.
int jumpsOf(const std::vector<double> &y)
{
    const auto [least, most] = std::minmax_element(y.begin(), y.end());
    const double half = (*least + *most) / 2.0;
    int jumps = 0;
    bool up = false;
    for (const double value : y) {
        if (value < half && !up)
            ++jumps;
        up = value < half;
    }
    return jumps;
}

MeasuredMotion straight(const Line &x, const Line &y, double seconds)
{
    MeasuredMotion found;
    found.travel = {x.slope * seconds, y.slope * seconds};
    const double eighth = std::round(std::atan2(y.slope, x.slope) / (kTurn / 8.0));
    const int sector = (int(eighth) + 8) % 8; // 0 right, 2 down
    constexpr std::array<Motion, 8> motions{Motion::Right, Motion::Diagonal, Motion::Down, Motion::Diagonal,
                                            Motion::Left,  Motion::Diagonal, Motion::Up,   Motion::Diagonal};
    found.motion = motions[std::size_t(sector)];
    const double speed = *found.motion == Motion::Diagonal
                             ? (std::abs(x.slope) + std::abs(y.slope)) / 2.0 / kDiagonalShare
                             : std::max(std::abs(x.slope), std::abs(y.slope));
    found.speed = speedOf(speed, kBoundSlow, kBoundFast);
    return found;
}

} // namespace

MeasuredMotion motionOf(const Track &track, std::optional<ShapeKind> kind)
{
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> sizes;
    for (auto *values : {&x, &y, &sizes})
        values->reserve(track.views.size());
    for (const auto &view : track.views) {
        x.push_back(view.x);
        y.push_back(view.y);
        sizes.push_back(0.5 * std::log(std::max(view.area, 1e-9)));
    }
    const double seconds = std::max(1e-6, track.times.back() - track.times.front());
    const auto lineX = fitLine(track.times, x);
    const auto lineY = fitLine(track.times, y);
    const double speed = std::hypot(lineX.slope, lineY.slope);
    const double bent = std::hypot(lineX.residual, lineY.residual);

    MeasuredMotion found;
    found.travel = {lineX.slope * seconds, lineY.slope * seconds};
    if (bent > kBent && bent > kBentShare * speed * seconds) {
        if (extentOf(x) < kNarrow * extentOf(y)) {
            found.motion = Motion::Bounce;
            found.speed = jumpsOf(y) / seconds < 1.5 ? Speed::Slow : Speed::Normal;
        } else if (extentOf(x) > kNarrow * extentOf(y) && extentOf(y) > kNarrow * extentOf(x)) {
            found.motion = Motion::Orbit;
            found.speed = speedOf(orbitTurns(x, y, seconds), 0.62, 1.0);
        }
        return found;
    }
    if (speed > kLeastTravel)
        return straight(lineX, lineY, seconds);
    found.travel = {};
    const double growth = fitLine(track.times, sizes).slope;
    if (std::abs(growth) > kLeastGrowth) {
        found.motion = growth > 0.0 ? Motion::Grow : Motion::Shrink;
        found.speed = speedOf(std::exp(std::abs(growth)), 1.47, 1.95);
        return found;
    }
    const int corners = kind ? outlineOf(*kind).corners : 0;
    const double turns = corners == 0 ? 0.0 : std::abs(turnOf(track.views, corners)) / kTurn / seconds;
    if (turns > kLeastTurns) {
        found.motion = Motion::Spin;
        found.speed = speedOf(turns, 0.27, 0.6);
        return found;
    }
    found.motion = Motion::Still;
    return found;
}

} // namespace faststar::train
