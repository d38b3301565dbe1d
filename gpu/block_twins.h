// SPDX-License-Identifier: Apache-2.0
//
// The operations of block_ops.h as ATen operations: what the kernels of our own must mean, and what runs
// where there are none. For every device and floating type.
#pragma once

#include <ATen/core/Tensor.h>

#include "gpu/layer_input.h"

namespace faststar::gpu::aten
{

[[nodiscard]] at::Tensor rmsNorm(const at::Tensor &x, const at::Tensor &weight, double eps);

void splitHeads(const at::Tensor &qkv, const at::Tensor &headNorms, double eps, const at::Tensor &rope,
                at::Tensor &query, at::Tensor &key, at::Tensor &value);

// Overwrites gateUp; the activation is rounded to the type of x before the product.
[[nodiscard]] at::Tensor swiGlu(at::Tensor &gateUp);

// scale = max(largest magnitude of the row, 1e-12) * (1 / 448), value = x * (1 / scale), in float32.
[[nodiscard]] LayerInput quantiseRows(const at::Tensor &x);

} // namespace faststar::gpu::aten
