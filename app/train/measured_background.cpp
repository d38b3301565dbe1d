// SPDX-License-Identifier: Apache-2.0
#include "app/train/measured_background.h"

#include <algorithm>
#include <numbers>

#include "app/train/pattern_kind.h"

namespace faststar::train
{

namespace
{

constexpr int kStride = 3;        // of the pixels looked at
constexpr int kSampledFrames = 5; // evenly spread
constexpr double kNamed = 0.25;   // a pixel further from every name has none
constexpr double kInlier = 0.12;  // of the plane
constexpr int kFitRounds = 12;
constexpr double kFlat = 0.22;       // a plane that changes less is one colour
constexpr double kBlockShare = 0.04; // of a block, for a colour to count as present
constexpr double kSpread = 0.84;     // of the blocks, for a colour to be part of a pattern
constexpr int kBlockColumns = 4;
constexpr int kBlockRows = 3;

struct Sample {
    double x = 0.0; // [0, 1]
    double y = 0.0;
    Rgb rgb{};
    double weight = 1.0;
};

std::vector<const Image *> sampledFrames(const std::vector<Image> &frames)
{
    std::vector<const Image *> sampled;
    const int count = std::min(kSampledFrames, int(frames.size()));
    sampled.reserve(std::size_t(count));
    for (int i = 0; i < count; ++i)
        sampled.push_back(
            &frames[std::size_t(i) * (frames.size() - 1) / std::size_t(std::max(1, count - 1))]);
    return sampled;
}

// Solves the 3 x 3 system of a weighted plane for all three channels; false when it is singular.
bool solvePlane(const std::vector<Sample> &samples, std::array<Rgb, 3> &plane)
{
    std::array<std::array<double, 6>, 3> m{};
    for (const auto &sample : samples) {
        const std::array<double, 3> basis{1.0, sample.x, sample.y};
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t j = 0; j < 3; ++j) {
                m[i][j] += sample.weight * basis[i] * basis[j];
                m[i][3 + j] += sample.weight * basis[i] * sample.rgb[j];
            }
        }
    }
    for (std::size_t i = 0; i < 3; ++i) { // positive definite: no pivoting needed
        if (m[i][i] < 1e-9)
            return false;
        for (std::size_t k = 0; k < 3; ++k) {
            if (k == i)
                continue;
            const double factor = m[k][i] / m[i][i];
            for (std::size_t j = 0; j < 6; ++j)
                m[k][j] -= factor * m[i][j];
        }
    }
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j)
            plane[i][j] = m[i][3 + j] / m[i][i];
    }
    return true;
}

Rgb planeAt(const std::array<Rgb, 3> &plane, double x, double y)
{
    Rgb colour{};
    for (std::size_t i = 0; i < 3; ++i)
        colour[i] = plane[0][i] + plane[1][i] * x + plane[2][i] * y;
    return colour;
}

// The plane that most pixels lie on: least squares with weights that forget what lies off it, from ever
// nearer. Returns the share of pixels on it.
double fitPlane(std::vector<Sample> samples, std::array<Rgb, 3> &plane)
{
    double scale = 0.5;
    for (int round = 0; round < kFitRounds; ++round, scale *= 0.8) {
        if (!solvePlane(samples, plane))
            return 0.0;
        for (auto &sample : samples) {
            const double off = distanceOf(sample.rgb, planeAt(plane, sample.x, sample.y)) / scale;
            sample.weight = 1.0 / std::pow(1.0 + off * off, 2.0);
        }
    }
    const auto on = std::count_if(samples.begin(), samples.end(), [&](const Sample &sample) {
        return distanceOf(sample.rgb, planeAt(plane, sample.x, sample.y)) < kInlier;
    });
    return double(on) / double(samples.size());
}

// Names of the pixels of one frame by blocks.
struct BlockNames {
    std::array<std::array<double, kBackgroundColours>, std::size_t(kBlockColumns) * kBlockRows> shares{};

    explicit BlockNames(const Image &image)
    {
        std::array<double, std::size_t(kBlockColumns) * kBlockRows> counts{};
        for (int row = 0; row < image.height; row += kStride) {
            for (int column = 0; column < image.width; column += kStride) {
                const int blockRow = row * kBlockRows / image.height;
                const int blockColumn = column * kBlockColumns / image.width;
                const auto block = std::size_t(blockRow) * kBlockColumns + std::size_t(blockColumn);
                double distance = 0.0;
                const int name = nearestName(pixelOf(image, column, row), &distance);
                counts[block] += 1.0;
                if (distance < kNamed)
                    shares[block][std::size_t(name)] += 1.0;
            }
        }
        for (std::size_t i = 0; i < shares.size(); ++i) {
            for (auto &share : shares[i])
                share /= counts[i];
        }
    }

    // Share of the blocks that show at least one of the two in which `name` is seen.
    [[nodiscard]] double spread(int name, int other) const
    {
        int open = 0;
        int seen = 0;
        for (const auto &block : shares) {
            if (block[std::size_t(name)] + block[std::size_t(other)] < 0.35)
                continue; // hidden by a shape
            ++open;
            seen += block[std::size_t(name)] >= kBlockShare ? 1 : 0;
        }
        return open < 4 ? 0.0 : double(seen) / open;
    }
};

// The two names that a pattern consists of.
std::optional<std::pair<int, int>> patternNames(const std::vector<const Image *> &frames)
{
    std::array<double, kBackgroundColours> totals{};
    std::vector<BlockNames> names;
    names.reserve(frames.size());
    for (const auto *frame : frames) {
        names.emplace_back(*frame);
        for (const auto &block : names.back().shares) {
            for (std::size_t i = 0; i < totals.size(); ++i)
                totals[i] += block[i];
        }
    }
    const int most = int(std::max_element(totals.begin(), totals.end()) - totals.begin());
    std::optional<std::pair<int, int>> best;
    double largest = 0.0;
    for (int other = 0; other < kBackgroundColours; ++other) {
        if (other == most || totals[std::size_t(other)] <= largest)
            continue;
        std::vector<double> spreads;
        spreads.reserve(names.size());
        for (const auto &frame : names)
            spreads.push_back(std::min(frame.spread(other, most), frame.spread(most, other)));
        std::nth_element(spreads.begin(), spreads.begin() + std::ptrdiff_t(spreads.size() / 2),
                         spreads.end());
        if (spreads[spreads.size() / 2] < kSpread)
            continue;
        best = {most, other};
        largest = totals[std::size_t(other)];
    }
    return best;
}

Rgb meanOf(const std::vector<const Image *> &frames, int name)
{
    Rgb sum{};
    double count = 1e-9;
    for (const auto *frame : frames) {
        for (int row = 0; row < frame->height; row += kStride) {
            for (int column = 0; column < frame->width; column += kStride) {
                const auto pixel = pixelOf(*frame, column, row);
                double distance = 0.0;
                if (nearestName(pixel, &distance) != name || distance > kNamed)
                    continue;
                for (std::size_t i = 0; i < 3; ++i)
                    sum[i] += pixel[i];
                count += 1.0;
            }
        }
    }
    return {sum[0] / count, sum[1] / count, sum[2] / count};
}

// Which way a plane changes: by its change over one height along both axes.
Direction directionOf(const std::array<Rgb, 3> &plane, double aspect)
{
    const double across = std::hypot(plane[1][0], plane[1][1], plane[1][2]) / aspect;
    const double down = std::hypot(plane[2][0], plane[2][1], plane[2][2]);
    const double angle = std::atan2(down, across) * 180.0 / std::numbers::pi;
    return angle < 22.5 ? Direction::Horizontal : angle > 67.5 ? Direction::Vertical : Direction::Diagonal;
}

} // namespace

double MeasuredBackground::distance(const Rgb &pixel, double column, double row) const
{
    if (kind == BackgroundKind::Solid || kind == BackgroundKind::Gradient)
        return distanceOf(pixel, planeAt(plane, column, row));
    return distanceToSegment(pixel, firstRgb, secondRgb);
}

MeasuredBackground measureBackground(const std::vector<Image> &frames)
{
    const auto sampled = sampledFrames(frames);
    const int width = frames.front().width;
    const int height = frames.front().height;
    MeasuredBackground found;
    if (const auto names = patternNames(sampled)) {
        found.first = names->first;
        found.second = names->second;
        found.firstRgb = meanOf(sampled, found.first);
        found.secondRgb = meanOf(sampled, found.second);
        if (const auto pattern = patternKind(sampled, found.firstRgb, found.secondRgb)) {
            found.kind = pattern->kind;
            found.direction = pattern->direction;
        }
        return found;
    }
    std::vector<Sample> samples;
    for (const auto *frame : sampled) {
        for (int row = 0; row < height; row += kStride + 1) {
            for (int column = 0; column < width; column += kStride + 1)
                samples.push_back(
                    {double(column) / width, double(row) / height, pixelOf(*frame, column, row)});
        }
    }
    const double inliers = fitPlane(samples, found.plane);
    const auto &plane = found.plane;
    const double change =
        std::hypot(plane[1][0], plane[1][1], plane[1][2]) + std::hypot(plane[2][0], plane[2][1], plane[2][2]);
    found.direction = directionOf(plane, double(width) / height);
    const bool flat = change < kFlat;
    const double endX = found.direction == Direction::Vertical ? 0.5 : 1.0;
    const double endY = found.direction == Direction::Horizontal ? 0.5 : 1.0;
    found.firstRgb = flat ? planeAt(plane, 0.5, 0.5) : planeAt(plane, 1.0 - endX, 1.0 - endY);
    found.secondRgb = flat ? found.firstRgb : planeAt(plane, endX, endY);
    found.first = nearestName(found.firstRgb);
    found.second = nearestName(found.secondRgb);
    if (inliers >= 0.45)
        found.kind = flat ? BackgroundKind::Solid : BackgroundKind::Gradient;
    return found;
}

} // namespace faststar::train
