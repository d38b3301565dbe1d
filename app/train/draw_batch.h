// SPDX-License-Identifier: Apache-2.0
//
// The drawing of drawn_clips.h for a whole batch with tensor operations, on any device: what training sees.
#pragma once

#include <span>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "app/train/drawn_clips.h"

namespace faststar::train
{

// A window of the picture, in pixels.
struct Crop {
    int top = 0;
    int left = 0;
    int height = 0;
    int width = 0;
};

// The clips of the scenes, float32 [scenes, frames, 3, height, width] in [-1, 1], equal to drawClip() up to
// the rounding of its 8 bits. With `crops` (one a scene, all of one size) only those windows of the height x
// width pictures, [scenes, frames, 3, crop height, crop width]. All parameters travel in one copy and nothing
// waits for the device. `firstFrame` is the frame that the clips begin with.
[[nodiscard]] at::Tensor drawBatch(std::span<const Scene> scenes, int height, int width, int frames,
                                   const at::Device &device, std::span<const Crop> crops = {},
                                   int firstFrame = 0);

} // namespace faststar::train
