// SPDX-License-Identifier: Apache-2.0
//
// Plain grids that cross threads as std::shared_ptr<const ...>. Index order is always
// (frame * height + row) * width + column, the token order of the model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace faststar
{

// Latent frames, height, width.
struct GridShape {
    int t = 0;
    int h = 0;
    int w = 0;

    [[nodiscard]] std::int64_t tokens() const { return std::int64_t(t) * h * w; }
    bool operator==(const GridShape &) const = default;
};

// One number a position.
struct ScoreGrid {
    GridShape shape;
    std::vector<float> values;

    bool operator==(const ScoreGrid &) const = default;
};

// 1 = kept, 0 = pruned.
struct MaskGrid {
    GridShape shape;
    std::vector<std::uint8_t> values;

    [[nodiscard]] std::int64_t kept() const
    {
        std::int64_t count = 0;
        for (const auto value : values)
            count += value != 0 ? 1 : 0;
        return count;
    }
    bool operator==(const MaskGrid &) const = default;
};

// 8-bit RGB, rows top to bottom, no padding: rgb.size() == width * height * 3.
struct Image {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb;

    bool operator==(const Image &) const = default;
};

} // namespace faststar
