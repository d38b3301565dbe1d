// SPDX-License-Identifier: Apache-2.0
//
// A linear layer without bias on a device: weights in the type that computes, or as e4m3 with one scale an
// output channel, multiplied by inputs that are quantised row by row.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "gpu/layer_input.h"

namespace faststar::gpu
{

// x [n, c] as e4m3 and the inverse scale of each row.
[[nodiscard]] LayerInput quantiseRows(const at::Tensor &x);

class DeviceLinear
{
public:
    DeviceLinear() = default;
    // weight [out, in] of the computing type, on the device. Eight bits need in and out in multiples of 16.
    // `fastSum`: sums of products stay in the tensor cores' short accumulator all along the row.
    DeviceLinear(const at::Tensor &weight, bool eightBit, bool fastSum = true);

    [[nodiscard]] std::int64_t outputs() const { return m_outputs; }
    [[nodiscard]] std::int64_t inputs() const { return m_inputs; }

    // x [n, in], eight bits exactly where the weights are -> [n, out]
    [[nodiscard]] at::Tensor operator()(const LayerInput &x) const;
    // out [n, out] += x * weight^T, summed before it is rounded where the weights are not eight bits.
    void add(const LayerInput &x, at::Tensor &out) const;

private:
    at::Tensor m_weight; // [in, out], columns contiguous
    at::Tensor m_scales; // [1, out] float32, of eight bits
    std::int64_t m_inputs = 0;
    std::int64_t m_outputs = 0;
    at::ScalarType m_type = at::kFloat; // of results
    bool m_fastSum = true;
};

} // namespace faststar::gpu
