// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "core/domain/grids.h"
#include "core/domain/model_config.h"

namespace faststar::pipeline
{

// Least squares from a latent [64, T, H, W] to the colours of its decoded frames (1 + 4(T-1), sixteen pixels
// a position): latent frame 0 is frame 0, latent frame tau the mean of frames 4tau-3 .. 4tau. A small ridge
// keeps it defined for a latent with few distinct positions.
[[nodiscard]] PreviewProjection fitPreview(const at::Tensor &latent, const std::vector<Image> &frames);

} // namespace faststar::pipeline
