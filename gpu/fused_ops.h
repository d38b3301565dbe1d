// SPDX-License-Identifier: Apache-2.0
//
// The fused operations of a transformer block. Each has one meaning on every device: a hand-written path for
// contiguous float32 on the CPU, plain ATen operations for everything else. Results never depend on the
// number of threads: no reduction is split between them.
#pragma once

#include <span>

#include <ATen/core/Tensor.h>

namespace faststar::gpu
{

// out = x / sqrt(mean(x^2) + eps) * weight over the last axis. x, out [n, c]; weight [c].
void rmsNorm(const at::Tensor &x, const at::Tensor &weight, double eps, at::Tensor &out);

// out = silu(gate) * up. gateUp [n, 2m] = (gate | up); out [n, m].
void swiGlu(const at::Tensor &gateUp, at::Tensor &out);

// Splits the merged projection qkv [rows * tokens, (heads + 2 kvHeads) * dim] into query [rows, heads,
// tokens, dim], key and value [rows, kvHeads, tokens, dim] (all given, contiguous). Query and key heads get
// their RMS norm (weights [dim]) and the rotation of rope [2 (cos, sin), tokens, dim / 2]: adjacent elements
// 2i and 2i + 1 are a pair.
void splitHeads(const at::Tensor &qkv, const at::Tensor &queryNorm, const at::Tensor &keyNorm, double eps,
                const at::Tensor &rope, at::Tensor &query, at::Tensor &key, at::Tensor &value);

// Keys and values [rows, kvHeads, n, dim] of one source.
struct KeyValueSpan {
    at::Tensor keys;
    at::Tensor values;
};

// Softmax attention without a mask, scale 1/sqrt(dim), over all sources together. query [rows, heads, tokens,
// dim] with heads a multiple of kvHeads (query head h reads key head h / (heads / kvHeads)); out [rows *
// tokens, heads * dim]. The matrix of all scores is never stored.
void attend(const at::Tensor &query, std::span<const KeyValueSpan> sources, at::Tensor &out);

} // namespace faststar::gpu
