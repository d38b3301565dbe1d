// SPDX-License-Identifier: Apache-2.0
//
// Pictures for tests, made from a formula so that nothing has to be checked in.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "core/domain/grids.h"

namespace faststar::test
{

inline Image filled(int width, int height, std::uint8_t r, std::uint8_t g, std::uint8_t b)
{
    Image image{width, height, std::vector<std::uint8_t>(std::size_t(width) * std::size_t(height) * 3)};
    for (std::size_t i = 0; i < image.rgb.size(); i += 3) {
        image.rgb[i] = r;
        image.rgb[i + 1] = g;
        image.rgb[i + 2] = b;
    }
    return image;
}

inline std::uint8_t *pixel(Image &image, int x, int y)
{
    return &image.rgb[(std::size_t(y) * std::size_t(image.width) + std::size_t(x)) * 3];
}
inline const std::uint8_t *pixel(const Image &image, int x, int y)
{
    return &image.rgb[(std::size_t(y) * std::size_t(image.width) + std::size_t(x)) * 3];
}

// Smooth waves that drift with `time`.
inline Image waves(int width, int height, int time)
{
    Image image{width, height, std::vector<std::uint8_t>(std::size_t(width) * std::size_t(height) * 3)};
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            auto *out = pixel(image, x, y);
            for (int c = 0; c < 3; ++c)
                out[c] = std::uint8_t(std::lround(128 + 90 * std::sin(0.045 * (x + 2 * time) + c * 1.1) *
                                                            std::cos(0.06 * y - 0.9 * c + 0.05 * time)));
        }
    }
    return image;
}

// Every byte different from its neighbours: nothing survives that is not exact.
inline Image noise(int width, int height, std::uint32_t seed)
{
    Image image{width, height, std::vector<std::uint8_t>(std::size_t(width) * std::size_t(height) * 3)};
    for (auto &value : image.rgb) {
        seed = seed * 1664525U + 1013904223U;
        value = std::uint8_t(seed >> 24);
    }
    return image;
}

inline double psnr(const Image &a, const Image &b)
{
    if (a.width != b.width || a.height != b.height || a.rgb.empty())
        return 0.0;
    double sum = 0.0;
    for (std::size_t i = 0; i < a.rgb.size(); ++i)
        sum += std::pow(double(a.rgb[i]) - double(b.rgb[i]), 2);
    return sum == 0.0 ? 99.0 : 10.0 * std::log10(255.0 * 255.0 * double(a.rgb.size()) / sum);
}

} // namespace faststar::test
