// SPDX-License-Identifier: Apache-2.0
//
// AdamW (Loshchilov, Hutter: "Decoupled weight decay regularization", 2019) with clipped gradients, a warm-up
// and one cosine, and a running average of the weights, which is what is validated and exported. Matrices
// between layers may be updated orthogonally instead.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include "app/train/parameter_set.h"

namespace faststar::train
{

struct OptimizerConfig {
    std::int64_t steps = 0; // length by steps, used where seconds is 0
    double seconds = 0.0;   // length by wall clock, over all calls together
    double learningRate = 1e-3;
    int warmupSteps = 60;
    double finalShare = 0.03; // of the learning rate, at the end
    double beta1 = 0.9;
    double beta2 = 0.97;
    double epsilon = 1e-8;
    double weightDecay = 1e-3;
    double clipNorm = 1.0;  // of all gradients together
    double average = 0.998; // decay of the running average a step
    // Of matrices between layers (Parameter::hidden): "adam" as everything else, or "orthogonal": the updates
    // of orthogonal_update.h, along gradients summed with `momentum` (Nesterov's).
    std::string matrices = "adam";
    double momentum = 0.95;
    double matrixRate = 1.0; // times the learning rate, of orthogonal updates
};

// Learning rate at `step` (from 0) and `progress` in [0, 1] of the whole length.
[[nodiscard]] double learningRateAt(const OptimizerConfig &config, std::int64_t step, double progress);

class Optimizer
{
public:
    // `parameters` must outlive this; no parameter may be added later.
    Optimizer(const ParameterSet &parameters, OptimizerConfig config);

    // One update from the gradients of the parameters, which are cleared. A parameter without a gradient
    // keeps its value. Gradients that are not finite change nothing. `step` counts from 0. No wait for the
    // device.
    void step(double learningRate, std::int64_t step);

    // Norm of all gradients before clipping, of the last step; a scalar on the device.
    [[nodiscard]] const at::Tensor &gradientNorm() const { return m_norm; }
    // The running averages, in the parameters' order.
    [[nodiscard]] const std::vector<at::Tensor> &averages() const { return m_averages; }

    // Exchanges the values of parameters and averages, to run the network with the averages.
    void swapAverages();

    // Everything that the next step depends on besides the parameters: moments, averages and the count, each
    // as <kind>.<parameter>. The tensors themselves: what is copied into them is used.
    [[nodiscard]] std::vector<std::pair<std::string, at::Tensor>> state() const;

private:
    void update(const std::vector<std::size_t> &which, double learningRate, double weightDecay,
                const at::Tensor &scale, const at::Tensor &broken);
    void updateOrthogonally(const std::vector<std::size_t> &which, double learningRate,
                            const at::Tensor &scale, const at::Tensor &sound);

    const ParameterSet &m_parameters;
    OptimizerConfig m_config;
    std::vector<at::Tensor> m_first;  // first moments
    std::vector<at::Tensor> m_second; // second moments
    std::vector<at::Tensor> m_averages;
    at::Tensor m_count; // steps done, float32 scalar
    at::Tensor m_norm;
};

// Runs with the averages while it lives.
class AveragedWeights
{
public:
    explicit AveragedWeights(Optimizer &optimizer) : m_optimizer(optimizer) { m_optimizer.swapAverages(); }
    ~AveragedWeights() { m_optimizer.swapAverages(); }
    AveragedWeights(const AveragedWeights &) = delete;
    AveragedWeights &operator=(const AveragedWeights &) = delete;

private:
    Optimizer &m_optimizer;
};

} // namespace faststar::train
