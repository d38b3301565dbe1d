// SPDX-License-Identifier: Apache-2.0
#include "core/domain/resample.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

namespace faststar
{

namespace
{

constexpr int kLobes = 3;
constexpr int kWeightBits = 22; // 8 bits of pixel and 2 of overshoot fit the rest of 32
constexpr int kLargestSide = 16384;

double sinc(double x)
{
    const double angle = x * std::numbers::pi;
    return angle == 0.0 ? 1.0 : std::sin(angle) / angle;
}

double lanczos(double x)
{
    return std::abs(x) < kLobes ? sinc(x) * sinc(x / kLobes) : 0.0;
}

// The source positions that one output position is made of.
struct Tap {
    int first = 0;
    std::vector<int> weights; // sum about 1 << kWeightBits
};

// Taps for the outputs [begin, begin + count) of a line of `source` pixels scaled to `target` pixels.
std::vector<Tap> taps(int source, std::int64_t target, std::int64_t begin, int count)
{
    const double scale = double(source) / double(target);
    const double widening = std::max(scale, 1.0); // the antialiasing
    const double support = kLobes * widening;
    std::vector<Tap> result{std::size_t(count)};
    std::vector<double> weights;
    for (int i = 0; i < count; ++i) {
        const double centre = (double(begin + i) + 0.5) * scale;
        const int first = std::max(0, int(std::lround(centre - support)));
        const int last = std::min(source, int(std::lround(centre + support)));
        double sum = 0.0;
        weights.clear();
        for (int x = first; x < last; ++x) {
            weights.push_back(lanczos((x - centre + 0.5) / widening));
            sum += weights.back();
        }
        auto &tap = result[std::size_t(i)];
        tap.first = first;
        for (const double weight : weights)
            tap.weights.push_back(int(std::lround(weight / sum * (1 << kWeightBits))));
    }
    return result;
}

std::uint8_t toByte(std::int64_t sum)
{
    const std::int64_t rounded = (sum + (1 << (kWeightBits - 1))) >> kWeightBits;
    return std::uint8_t(std::clamp<std::int64_t>(rounded, 0, 255));
}

// One RGB pixel: the weighted sum of pixels `step` bytes apart.
void weigh(const Tap &tap, const std::uint8_t *source, std::size_t step, std::uint8_t *out)
{
    std::int64_t sum[3] = {0, 0, 0};
    for (const int weight : tap.weights) {
        for (int c = 0; c < 3; ++c)
            sum[c] += std::int64_t(weight) * source[c];
        source += step;
    }
    for (int c = 0; c < 3; ++c)
        out[c] = toByte(sum[c]);
}

// The window of width x height at (left, top) of the picture scaled to fullWidth x fullHeight.
Image window(const Image &image, std::int64_t fullWidth, std::int64_t fullHeight, std::int64_t left,
             std::int64_t top, int width, int height)
{
    const auto columns = taps(image.width, fullWidth, left, width);
    const auto rows = taps(image.height, fullHeight, top, height);
    const int firstRow = rows.front().first;
    const int endRow = rows.back().first + int(rows.back().weights.size());
    const std::size_t stride = std::size_t(width) * 3;

    // Along the rows first, rounded to bytes in between, only the rows that the window needs.
    std::vector<std::uint8_t> narrowed(stride * std::size_t(endRow - firstRow));
    for (int y = firstRow; y < endRow; ++y) {
        const auto *source = image.rgb.data() + std::size_t(y) * std::size_t(image.width) * 3;
        auto *out = narrowed.data() + std::size_t(y - firstRow) * stride;
        for (int x = 0; x < width; ++x) {
            const auto &tap = columns[std::size_t(x)];
            weigh(tap, source + std::size_t(tap.first) * 3, 3, out + std::size_t(x) * 3);
        }
    }
    Image result{width, height, std::vector<std::uint8_t>(stride * std::size_t(height))};
    for (int y = 0; y < height; ++y) {
        const auto &tap = rows[std::size_t(y)];
        const auto *source = narrowed.data() + std::size_t(tap.first - firstRow) * stride;
        auto *out = result.rgb.data() + std::size_t(y) * stride;
        for (int x = 0; x < width; ++x)
            weigh(tap, source + std::size_t(x) * 3, stride, out + std::size_t(x) * 3);
    }
    return result;
}

Status check(const Image &image, int width, int height)
{
    if (image.width < 1 || image.height < 1 ||
        std::int64_t(image.rgb.size()) != std::int64_t(image.width) * image.height * 3)
        return failure(ErrorCode::InvalidRequest, "an empty or inconsistent picture cannot be scaled");
    if (std::min(width, height) < 1 || std::max(width, height) > kLargestSide)
        return failure(ErrorCode::InvalidRequest, "a picture cannot be scaled to " + std::to_string(width) +
                                                      "x" + std::to_string(height));
    return {};
}

} // namespace

Result<Image> coverAndCrop(const Image &image, int width, int height)
{
    if (auto fine = check(image, width, height); !fine)
        return tl::unexpected(fine.error());
    std::int64_t fullWidth = width;
    std::int64_t fullHeight = height;
    if (std::int64_t(image.width) * height <= std::int64_t(width) * image.height)
        fullHeight = std::max<std::int64_t>(height, std::int64_t(image.height) * width / image.width);
    else
        fullWidth = std::max<std::int64_t>(width, std::int64_t(image.width) * height / image.height);
    return window(image, fullWidth, fullHeight, (fullWidth - width) / 2, (fullHeight - height) / 2, width,
                  height);
}

Result<Image> resized(const Image &image, int width, int height)
{
    if (auto fine = check(image, width, height); !fine)
        return tl::unexpected(fine.error());
    return window(image, width, height, 0, 0, width, height);
}

} // namespace faststar
