// SPDX-License-Identifier: Apache-2.0
#include "gpu/device_linear.h"

#include <ATen/ops/_scaled_mm.h>
#include <ATen/ops/amax.h>
#include <ATen/ops/mm.h>

namespace faststar::gpu
{
namespace
{

constexpr double kLargest = 448.0; // of e4m3
constexpr double kLeast = 1e-12;   // a row of zeros keeps a scale that can be divided by

} // namespace

EightBitRows quantiseRows(const at::Tensor &x)
{
    const at::Tensor scales = x.abs().amax(1, true).to(at::kFloat).clamp_min(kLeast).div(kLargest);
    const at::Tensor values = x.to(at::kFloat).div(scales).clamp(-kLargest, kLargest);
    return {values.to(at::kFloat8_e4m3fn), scales};
}

DeviceLinear::DeviceLinear(const at::Tensor &weight, bool eightBit, bool fastSum)
    : m_inputs(weight.size(1)), m_outputs(weight.size(0)), m_fastSum(fastSum)
{
    if (!eightBit) {
        m_weight = weight.t();
        return;
    }
    const EightBitRows rows = quantiseRows(weight);
    m_weight = rows.values.t();
    m_scales = rows.scales.t().contiguous();
}

at::Tensor DeviceLinear::operator()(const at::Tensor &x) const
{
    if (!m_scales.defined())
        return at::mm(x, m_weight);
    const EightBitRows rows = quantiseRows(x);
    return at::_scaled_mm(rows.values, m_weight, rows.scales, m_scales, std::nullopt, std::nullopt,
                          x.scalar_type(), m_fastSum);
}

void DeviceLinear::add(const at::Tensor &x, at::Tensor &out) const
{
    if (m_scales.defined())
        out.add_((*this)(x));
    else
        out.addmm_(x, m_weight);
}

} // namespace faststar::gpu
