// SPDX-License-Identifier: Apache-2.0
#include "app/train/parameter_set.h"

namespace faststar::train
{

at::Tensor ParameterSet::add(const std::string &name, const at::Tensor &value, bool decay, at::Device device,
                             bool hidden)
{
    at::Tensor leaf =
        value.detach().to(device, at::kFloat, /*non_blocking=*/false, /*copy=*/true).contiguous();
    leaf.set_requires_grad(true);
    m_index.emplace(name, m_parameters.size());
    m_parameters.push_back({name, leaf, decay, hidden});
    return leaf;
}

at::Tensor ParameterSet::find(const std::string &name) const
{
    const auto found = m_index.find(name);
    return found == m_index.end() ? at::Tensor() : m_parameters[found->second].value;
}

std::vector<at::Tensor> ParameterSet::values() const
{
    std::vector<at::Tensor> values;
    values.reserve(m_parameters.size());
    for (const auto &parameter : m_parameters)
        values.push_back(parameter.value);
    return values;
}

std::int64_t ParameterSet::elements() const
{
    std::int64_t sum = 0;
    for (const auto &parameter : m_parameters)
        sum += parameter.value.numel();
    return sum;
}

void ParameterSet::clearGradients() const
{
    for (const auto &parameter : m_parameters)
        parameter.value.mutable_grad() = at::Tensor();
}

} // namespace faststar::train
