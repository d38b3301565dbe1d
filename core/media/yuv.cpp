// SPDX-License-Identifier: Apache-2.0
#include "core/media/yuv.h"

#include <algorithm>

namespace faststar::media
{

namespace
{

constexpr int kShift = 18;
constexpr double kRed = 0.2126;
constexpr double kBlue = 0.0722;
constexpr double kGreen = 1.0 - kRed - kBlue;

constexpr int fixed(double value)
{
    return int(value * (1 << kShift) + (value < 0 ? -0.5 : 0.5));
}

struct Weights {
    int r, g, b;
};
constexpr double kLuma = 219.0 / 255.0;
constexpr Weights kY{fixed(kLuma * kRed), fixed(kLuma *kGreen), fixed(kLuma *kBlue)};
constexpr double kCb = 224.0 / 255.0 / (2.0 * (1.0 - kBlue));
constexpr double kCr = 224.0 / 255.0 / (2.0 * (1.0 - kRed));
// The middle weight closes the sum, so that grey has no colour at all.
constexpr Weights kU{fixed(-(kCb * kRed)), -fixed(-(kCb *kRed)) - fixed(kCb *(1.0 - kBlue)),
                     fixed(kCb *(1.0 - kBlue))};
constexpr Weights kV{fixed(kCr * (1.0 - kRed)), -fixed(kCr *(1.0 - kRed)) - fixed(-(kCr *kBlue)),
                     fixed(-(kCr *kBlue))};

// `shift`: kShift, and what the components were multiplied by.
int mix(const Weights &weights, const int *rgb, int shift)
{
    return (weights.r * rgb[0] + weights.g * rgb[1] + weights.b * rgb[2] + (1 << (shift - 1))) >> shift;
}

} // namespace

void rgbToYuv420(const Image &image, const Yuv420Planes &planes)
{
    const auto row = [&](int y) {
        return image.rgb.data() + std::size_t(std::min(y, image.height - 1)) * std::size_t(image.width) * 3;
    };
    const auto column = [&](int x) { return std::size_t(std::clamp(x, 0, image.width - 1)) * 3; };
    for (int y = 0; y < planes.height; ++y) {
        const auto *source = row(y);
        auto *out = planes.y + std::ptrdiff_t(y) * planes.yStride;
        for (int x = 0; x < planes.width; ++x) {
            const auto *pixel = source + column(x);
            const int rgb[3] = {pixel[0], pixel[1], pixel[2]};
            out[x] = std::uint8_t(16 + mix(kY, rgb, kShift));
        }
    }
    for (int y = 0; y < planes.height / 2; ++y) {
        const std::uint8_t *rows[2] = {row(2 * y), row(2 * y + 1)};
        auto *u = planes.u + std::ptrdiff_t(y) * planes.uStride;
        auto *v = planes.v + std::ptrdiff_t(y) * planes.vStride;
        for (int x = 0; x < planes.width / 2; ++x) {
            int sum[3] = {0, 0, 0}; // of weights 8: a factor of 1 << 3
            for (const auto *source : rows) {
                const auto *left = source + column(2 * x - 1);
                const auto *middle = source + column(2 * x);
                const auto *right = source + column(2 * x + 1);
                for (int c = 0; c < 3; ++c)
                    sum[c] += left[c] + 2 * middle[c] + right[c];
            }
            u[x] = std::uint8_t(128 + mix(kU, sum, kShift + 3));
            v[x] = std::uint8_t(128 + mix(kV, sum, kShift + 3));
        }
    }
}

} // namespace faststar::media
