// SPDX-License-Identifier: Apache-2.0
#include "gpu/device_linear.h"

#include <utility>

#include <ATen/ops/_scaled_mm.h>
#include <ATen/ops/mm.h>

#include "gpu/block_twins.h"
#include "gpu/own_kernels.h"

namespace faststar::gpu
{

LayerInput quantiseRows(const at::Tensor &x)
{
    if (auto done = kernels::quantiseRows(x))
        return *std::move(done);
    return aten::quantiseRows(x);
}

DeviceLinear::DeviceLinear(const at::Tensor &weight, bool eightBit, bool fastSum)
    : m_inputs(weight.size(1)), m_outputs(weight.size(0)), m_type(weight.scalar_type()), m_fastSum(fastSum)
{
    if (!eightBit) {
        m_weight = weight.t();
        return;
    }
    const LayerInput rows = quantiseRows(weight);
    m_weight = rows.values.t();
    m_scales = rows.scales.t().contiguous();
}

at::Tensor DeviceLinear::operator()(const LayerInput &x) const
{
    if (!m_scales.defined())
        return at::mm(x.values, m_weight);
    return at::_scaled_mm(x.values, m_weight, x.scales, m_scales, std::nullopt, std::nullopt, m_type,
                          m_fastSum);
}

void DeviceLinear::add(const LayerInput &x, at::Tensor &out) const
{
    if (m_scales.defined())
        out.add_((*this)(x));
    else
        out.addmm_(x.values, m_weight);
}

} // namespace faststar::gpu
