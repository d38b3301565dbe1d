// SPDX-License-Identifier: Apache-2.0
#include "app/train/optimizer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <utility>

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_copy.h>
#include <ATen/ops/_foreach_lerp.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/nan_to_num.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/GradMode.h>

#include "app/train/orthogonal_update.h"

namespace faststar::train
{

double learningRateAt(const OptimizerConfig &config, std::int64_t step, double progress)
{
    const double warm =
        config.warmupSteps > 0 ? std::min(1.0, double(step + 1) / double(config.warmupSteps)) : 1.0;
    const double cosine = 0.5 + 0.5 * std::cos(std::numbers::pi * std::clamp(progress, 0.0, 1.0));
    return config.learningRate * warm * (config.finalShare + (1.0 - config.finalShare) * cosine);
}

Optimizer::Optimizer(const ParameterSet &parameters, OptimizerConfig config)
    : m_parameters(parameters), m_config(std::move(config))
{
    const c10::NoGradGuard noGradients;
    for (const auto &parameter : parameters.all()) {
        m_first.push_back(at::zeros_like(parameter.value));
        m_second.push_back(at::zeros_like(parameter.value));
        m_averages.push_back(parameter.value.detach().clone());
    }
    const auto options = parameters.size() > 0 ? m_first.front().options() : at::TensorOptions(at::kFloat);
    m_count = at::zeros({}, options);
    m_norm = at::zeros({}, options);
}

void Optimizer::update(const std::vector<std::size_t> &which, double learningRate, double weightDecay,
                       const at::Tensor &scale, const at::Tensor &broken)
{
    if (which.empty())
        return;
    std::vector<at::Tensor> values;
    std::vector<at::Tensor> gradients;
    std::vector<at::Tensor> first;
    std::vector<at::Tensor> second;
    for (const std::size_t i : which) {
        const at::Tensor &value = m_parameters.all()[i].value;
        values.push_back(value);
        gradients.push_back(value.grad());
        first.push_back(m_first[i]);
        second.push_back(m_second[i]);
    }
    const std::vector<at::Tensor> counts(which.size(), m_count);
    at::_fused_adamw_(values, gradients, first, second, {}, counts, learningRate, m_config.beta1,
                      m_config.beta2, weightDecay, m_config.epsilon, /*amsgrad=*/false, /*maximize=*/false,
                      scale, broken);
}

void Optimizer::updateOrthogonally(const std::vector<std::size_t> &which, double learningRate,
                                   const at::Tensor &scale, const at::Tensor &sound)
{
    // Matrices of one shape at once.
    std::map<std::vector<std::int64_t>, std::vector<std::size_t>> byShape;
    for (const std::size_t i : which)
        byShape[m_parameters.all()[i].value.sizes().vec()].push_back(i);
    for (const auto &[shape, group] : byShape) {
        std::vector<at::Tensor> values;
        std::vector<at::Tensor> gradients;
        std::vector<at::Tensor> sums;
        for (const std::size_t i : group) {
            values.push_back(m_parameters.all()[i].value);
            gradients.push_back(values.back().grad());
            sums.push_back(m_first[i]);
        }
        const at::Tensor gradient = at::stack(gradients).div(scale).nan_to_num(0.0, 0.0, 0.0).mul(sound);
        // Where a gradient is not finite the sum stays as it is.
        const at::Tensor sum = at::stack(sums).mul(sound.mul(m_config.momentum - 1.0).add(1.0)).add(gradient);
        const at::Tensor direction = orthogonalised(gradient.add(sum, m_config.momentum));
        const auto each = direction.mul(sound).mul(-learningRate * orthogonalSize(values.front())).unbind(0);
        const at::Tensor kept = sound.mul(-learningRate * m_config.weightDecay).add(1.0);
        at::_foreach_mul_(values, kept);
        at::_foreach_add_(values, each);
        at::_foreach_copy_(sums, sum.unbind(0));
    }
}

void Optimizer::step(double learningRate, std::int64_t step)
{
    const c10::NoGradGuard noGradients;
    std::vector<std::size_t> decayed;
    std::vector<std::size_t> plain;
    std::vector<std::size_t> orthogonal;
    std::vector<at::Tensor> gradients;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        const Parameter &parameter = m_parameters.all()[i];
        if (!parameter.value.grad().defined())
            continue;
        const bool together = parameter.hidden && m_config.matrices == "orthogonal";
        (together ? orthogonal : parameter.decay ? decayed : plain).push_back(i);
        gradients.push_back(parameter.value.grad());
    }
    if (gradients.empty())
        return;
    m_norm = at::linalg_vector_norm(at::stack(at::_foreach_norm(gradients)));
    const at::Tensor sound = at::isfinite(m_norm).to(at::kFloat);
    const at::Tensor broken = sound.neg().add_(1.0);
    // The update divides the gradients by this.
    const at::Tensor scale = m_norm.div(m_config.clipNorm).clamp_min(1.0);
    m_count.add_(sound);
    update(decayed, learningRate, m_config.weightDecay, scale, broken);
    update(plain, learningRate, 0.0, scale, broken);
    updateOrthogonally(orthogonal, learningRate * m_config.matrixRate, scale, sound);
    m_parameters.clearGradients();
    // Early on a long average would be mostly the initial weights.
    const double decay = std::min(m_config.average, double(step + 1) / double(step + 10));
    at::_foreach_lerp_(m_averages, m_parameters.values(), 1.0 - decay);
}

void Optimizer::swapAverages()
{
    const c10::NoGradGuard noGradients;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        at::Tensor value = m_parameters.all()[i].value;
        const at::Tensor kept = value.detach().clone();
        value.copy_(m_averages[i]);
        m_averages[i].copy_(kept);
    }
}

std::vector<std::pair<std::string, at::Tensor>> Optimizer::state() const
{
    std::vector<std::pair<std::string, at::Tensor>> state;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        const std::string &name = m_parameters.all()[i].name;
        state.emplace_back("first." + name, m_first[i]);
        state.emplace_back("second." + name, m_second[i]);
        state.emplace_back("average." + name, m_averages[i]);
    }
    state.emplace_back("optimizer.count", m_count);
    return state;
}

} // namespace faststar::train
