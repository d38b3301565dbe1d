// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <string_view>

#include <ATen/ops/eye.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>

#include "app/train/vae_stage.h"
#include "core/model/weight_list.h"

namespace faststar::train
{

namespace
{

constexpr double kModulation = 0.3; // spatial norms begin close to plain ones
constexpr double kProjectionNoise = 0.02;
constexpr double kLogVariance = -30.0; // of the encoder's second half: sampling gives the mean

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

bool endsWith(std::string_view text, std::string_view end)
{
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// Uniform in +-1/sqrt(inputs), the library's default for convolutions.
at::Tensor uniform(const std::vector<std::int64_t> &shape, double inputs, const at::Generator &generator)
{
    return at::rand(shape, generator, at::kFloat).mul_(2.0).sub_(1.0).mul_(1.0 / std::sqrt(inputs));
}

at::Tensor initialValue(const model::ExpectedTensor &tensor, double inputs, const at::Generator &generator)
{
    const std::string &name = tensor.name;
    const bool weight = endsWith(name, ".weight");
    if (name == "scale_learnable_parameters" || endsWith(name, ".gamma"))
        return at::ones(tensor.shape);
    if (contains(name, "proj_"))
        return weight ? at::eye(tensor.shape[0])
                            .add_(at::randn(tensor.shape, generator, at::kFloat).mul_(kProjectionNoise))
                      : at::zeros(tensor.shape);
    if (contains(name, ".conv_y.") || contains(name, ".conv_b."))
        return weight ? uniform(tensor.shape, inputs, generator).mul_(kModulation)
                      : at::full(tensor.shape, contains(name, ".conv_y.") ? 1.0 : 0.0);
    at::Tensor value = uniform(tensor.shape, inputs, generator);
    if (contains(name, "encoder.conv_out")) {
        const std::int64_t means = tensor.shape[0] / 2;
        value.narrow(0, means, means).fill_(weight ? 0.0 : kLogVariance);
    }
    return value;
}

} // namespace

ParameterSet newVaeParameters(const VaeConfig &config, const at::Generator &generator, at::Device device)
{
    const c10::NoGradGuard noGradients;
    ParameterSet parameters;
    double inputs = 1.0; // of the layer: a bias follows its weight
    for (const auto &tensor : model::vaeTensors(config)) {
        if (endsWith(tensor.name, ".weight")) {
            inputs = 1.0;
            for (std::size_t i = 1; i < tensor.shape.size(); ++i)
                inputs *= double(tensor.shape[i]);
        }
        parameters.add(tensor.name, initialValue(tensor, inputs, generator), endsWith(tensor.name, ".weight"),
                       device);
    }
    return parameters;
}

} // namespace faststar::train
