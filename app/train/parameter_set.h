// SPDX-License-Identifier: Apache-2.0
//
// The weights that a stage trains, under the names of the release.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

namespace faststar::train
{

struct Parameter {
    std::string name;
    at::Tensor value; // float32 leaf with requires_grad
    bool decay = false;
    bool hidden = false; // a matrix between two layers, which the optimizer may treat as one thing
};

// In the order in which they were added. Not copied: a copy would share the values.
class ParameterSet
{
public:
    ParameterSet() = default;
    ParameterSet(ParameterSet &&) = default;
    ParameterSet &operator=(ParameterSet &&) = default;
    ParameterSet(const ParameterSet &) = delete;
    ParameterSet &operator=(const ParameterSet &) = delete;
    ~ParameterSet() = default;

    // A float32 copy of `value` on `device`, which becomes a leaf. `decay`: whether weight decay applies
    // (matrices only). Returns the leaf.
    at::Tensor add(const std::string &name, const at::Tensor &value, bool decay, at::Device device,
                   bool hidden = false);

    [[nodiscard]] const std::vector<Parameter> &all() const { return m_parameters; }
    [[nodiscard]] std::size_t size() const { return m_parameters.size(); }
    // Undefined when there is none of that name.
    [[nodiscard]] at::Tensor find(const std::string &name) const;
    [[nodiscard]] std::vector<at::Tensor> values() const;
    [[nodiscard]] std::int64_t elements() const;
    void clearGradients() const;

private:
    std::vector<Parameter> m_parameters;
    std::unordered_map<std::string, std::size_t> m_index;
};

} // namespace faststar::train
