// SPDX-License-Identifier: Apache-2.0
//
// 3x3x3 convolution, causal in time, zero-padded in space, on channels-last activations
// [frames, height, width, channels].
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace faststar::gpu
{

class CausalConv
{
public:
    CausalConv() = default;
    // weight [out, in, 3, 3, 3], bias [out], both float32.
    CausalConv(const at::Tensor &weight, const at::Tensor &bias);

    [[nodiscard]] std::int64_t inChannels() const { return m_inChannels; }
    [[nodiscard]] std::int64_t outChannels() const { return m_outChannels; }

    // out [t, H, W, out] = conv(input [t, H, W, in]) (+ addend, which may be `out`). `context` [2, H, W, in]
    // are the two frames before; undefined = the first frame repeated. How a clip is cut into calls does
    // not change a bit of the result where tiles are used.
    void run(const at::Tensor &input, const at::Tensor &context, const at::Tensor &addend,
             at::Tensor &out) const;

    // weight [out, in, 3, 3, 3] in the order of winograd::Job::weights, a tensor of [groups, 36, rows, 16].
    [[nodiscard]] static at::Tensor tileWeights(const at::Tensor &weight);
    // Whether run() works in its own tiles for such a layer on the CPU. Wider layers use the library's
    // convolution: their transformed weights (a third larger than the plain ones) no longer pay.
    [[nodiscard]] static bool usesTiles(std::int64_t inChannels, std::int64_t outChannels);
    // Bytes of weights held for such a layer on the CPU.
    [[nodiscard]] static std::int64_t weightBytes(std::int64_t inChannels, std::int64_t outChannels);
    // Memory that run() takes for itself on the CPU, besides its arguments.
    [[nodiscard]] static std::int64_t scratchBytes(std::int64_t inChannels, std::int64_t outChannels,
                                                   std::int64_t frames, std::int64_t height,
                                                   std::int64_t width);

private:
    std::int64_t m_inChannels = 0;
    std::int64_t m_outChannels = 0;
    at::Tensor m_weight; // [out, in, 3, 3, 3], or with tiles winograd::Job::weights
    at::Tensor m_bias;   // [out], with tiles padded
    bool m_tiles = false;

    void runTiles(const at::Tensor &input, const at::Tensor &context, const at::Tensor &addend,
                  at::Tensor &out) const;
};

namespace aten
{

// The same by the library's convolution, for any floating-point type.
[[nodiscard]] at::Tensor causalConv(const at::Tensor &input, const at::Tensor &context,
                                    const at::Tensor &weight, const at::Tensor &bias);

} // namespace aten
} // namespace faststar::gpu
