// SPDX-License-Identifier: Apache-2.0
//
// The operations between the products of a transformer block for devices and 16-bit types: tensors keep the
// layout in which the merged products write them, [rows, tokens, heads, dim], and nothing is repeated or
// laid out again. Computed in float32, stored in the type of the tensors. On CUDA kernels of our own run
// where they can (own_kernels.h), elsewhere ATen operations of the same meaning (block_twins.h), on every
// device.
#pragma once

#include <string>

#include <ATen/core/Tensor.h>

#include "gpu/layer_input.h"

namespace faststar::gpu::block
{

// x / sqrt(mean(x^2) + eps) * weight over the last axis, in the type of x. x [n, c], weight [c] of that type.
[[nodiscard]] at::Tensor rmsNorm(const at::Tensor &x, const at::Tensor &weight, double eps);
// The same as what the next layer multiplies.
[[nodiscard]] LayerInput normedInput(const at::Tensor &x, const at::Tensor &weight, double eps,
                                     bool eightBit);

// Splits qkv [rows, tokens, (heads + 2 kvHeads) dim] into query [rows, tokens, heads, dim], key and value
// [rows, tokens, kvHeads, dim] (given; key and value may be views into longer buffers). Query and key heads
// get their RMS norm (headNorms [heads + kvHeads, dim], float32) and the rotation of rope [2, tokens, dim/2]
// (float32).
void splitHeads(const at::Tensor &qkv, const at::Tensor &headNorms, double eps, const at::Tensor &rope,
                at::Tensor &query, at::Tensor &key, at::Tensor &value);

// silu(first half) * second half of the columns: [n, 2 m] -> [n, m]. Overwrites gateUp, and may lie in it.
[[nodiscard]] LayerInput gatedInput(at::Tensor &gateUp, bool eightBit);

// x [n, c] as it is, or quantised row by row.
[[nodiscard]] LayerInput layerInput(const at::Tensor &x, bool eightBit);

// Softmax attention without a mask, scale 1/sqrt(dim). query [rows, n, heads, dim], key and value [rows, m,
// kvHeads, dim] -> [rows * n, heads * dim]. On CUDA: cuDNN for many queries, flash attention for few or
// where cuDNN refuses.
[[nodiscard]] at::Tensor attention(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value);

// What attention() runs on CUDA for so many queries, for people: "cudnn", "flash", or "flash (cuDNN: why)".
[[nodiscard]] std::string attentionName(std::int64_t queries);

} // namespace faststar::gpu::block
