// SPDX-License-Identifier: Apache-2.0
//
// Pictures of a latent: a cheap linear projection, and frames from decoded pixels.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "core/domain/grids.h"
#include "core/domain/model_config.h"

namespace faststar::pipeline
{

// One picture of W x H a latent frame: rgb = weight * feature + bias, clamped.
[[nodiscard]] std::vector<Image> projectPreview(const at::Tensor &latent,
                                                const PreviewProjection &projection);

// [3, n, H, W] in about [-1, 1] -> 8-bit frames: clamp, then round.
[[nodiscard]] std::vector<Image> imagesOf(const at::Tensor &pixels);

// 8-bit frames of one size -> [3, n, H, W] in [-1, 1].
[[nodiscard]] at::Tensor pixelsOf(const std::vector<Image> &images);

} // namespace faststar::pipeline
