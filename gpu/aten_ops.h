// SPDX-License-Identifier: Apache-2.0
//
// The operations of a transformer block as functions made of plain ATen operations: the same meaning as
// the fused ones, for any device and floating type, and with gradients.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "gpu/fused_ops.h"

namespace faststar::gpu::aten
{

// x / sqrt(mean(x^2) + eps) * weight over the last axis. Types promote: with a float32 weight the result is
// float32.
[[nodiscard]] at::Tensor normalised(const at::Tensor &x, const at::Tensor &weight, double eps);

// Turns adjacent elements 2i, 2i + 1 of the last axis by the angles of rope [2 (cos, sin), ..., dim / 2],
// whose inner axes broadcast to those of x.
[[nodiscard]] at::Tensor rotated(const at::Tensor &x, const at::Tensor &rope);

// silu(x * gate^T) * (x * up^T)
[[nodiscard]] at::Tensor gated(const at::Tensor &x, const at::Tensor &gate, const at::Tensor &up);

// Attention without a mask as in fused_ops.h. query [rows, heads, n, dim], key and value [rows, kvHeads, m,
// dim] -> [rows, n, heads * dim].
[[nodiscard]] at::Tensor attended(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value);

} // namespace faststar::gpu::aten
