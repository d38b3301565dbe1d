// SPDX-License-Identifier: Apache-2.0
//
// RGB to what video encoders want.
#pragma once

#include <cstdint>

#include "core/domain/grids.h"

namespace faststar::media
{

// Planes of a 4:2:0 picture; width and height are even, chroma planes are half as wide and high. Strides in
// bytes.
struct Yuv420Planes {
    std::uint8_t *y = nullptr;
    std::uint8_t *u = nullptr;
    std::uint8_t *v = nullptr;
    int yStride = 0;
    int uStride = 0;
    int vStride = 0;
    int width = 0;
    int height = 0;
};

// Full range RGB -> limited range BT.709 (ITU-R BT.709-6, 8 bits: luma 16..235, chroma 16..240), rounded to
// nearest. Chroma is sited left, as H.264 assumes: weights 1 2 1 along the row, the mean of two rows. Where
// the planes are larger than the image, its last column and row repeat. Whole numbers only, so every
// machine gives the same bytes.
void rgbToYuv420(const Image &image, const Yuv420Planes &planes);

} // namespace faststar::media
