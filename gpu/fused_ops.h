// SPDX-License-Identifier: Apache-2.0
//
// The fused operations of a transformer block. Each has one meaning on every device: hand-written loops for
// contiguous float32 on the CPU, plain ATen operations for everything else. On the CPU no reduction is split
// between threads, so that results do not depend on their number.
#pragma once

#include <cstdint>
#include <span>

#include <ATen/core/Tensor.h>

namespace faststar::gpu
{

// A linear layer whose weights are stored the way the product reads them.
class Linear
{
public:
    Linear() = default;
    // y = x * weight^T + bias. weight [out, in]; bias [out] or undefined.
    explicit Linear(const at::Tensor &weight, const at::Tensor &bias = {});
    // y = silu(x * gate^T) * (x * up^T). gate, up [out, in].
    static Linear gated(const at::Tensor &gate, const at::Tensor &up);

    [[nodiscard]] std::int64_t outputs() const { return m_outputs; }

    // x [n, in] -> out [n, outputs()], which must not overlap x.
    void store(const at::Tensor &x, at::Tensor &out) const;
    // The same, added to out. Not for gated layers.
    void add(const at::Tensor &x, at::Tensor &out) const;

private:
    void multiply(const at::Tensor &x, at::Tensor &out, bool add) const;

    at::Tensor m_weight; // panels of columns on the CPU, else [in, out or 2 out]
    at::Tensor m_bias;
    std::int64_t m_outputs = 0;
    bool m_gated = false;
    bool m_packed = false;
};

// out = x / sqrt(mean(x^2) + eps) * weight over the last axis. x, out [n, c]; weight [c].
void rmsNorm(const at::Tensor &x, const at::Tensor &weight, double eps, at::Tensor &out);

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
