// SPDX-License-Identifier: Apache-2.0
//
// Similarity of feature maps, position by position.
#pragma once

#include <ATen/core/Tensor.h>

namespace faststar::gpu
{

// Cosine along the channels of two feature maps: <a, c> / (max(|a|, eps) * max(|c|, eps)), clamped to [-1, 1]
// (equations (5) and (6) as reconstructed). `c` is [channels, t, H, W]; `a` the same, or [channels, 1, H, W]
// and then compared with every frame. float32, contiguous. Returns [t, H, W]. A NaN stays a NaN; equal
// vectors give exactly 1.
[[nodiscard]] at::Tensor cosineMap(const at::Tensor &a, const at::Tensor &c, double eps);

namespace aten
{

// The same made of ATen operations, on any device.
[[nodiscard]] at::Tensor cosineMap(const at::Tensor &a, const at::Tensor &c, double eps);

} // namespace aten
} // namespace faststar::gpu
