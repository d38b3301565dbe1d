// SPDX-License-Identifier: Apache-2.0
//
// The network of the T5 v1.1 encoder: RMS norms, attention with a learned relative position bias and
// no 1/sqrt(d), gated GELU (tanh form). On the device of its tensors, with gradients where they ask
// for them.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/domain/model_config.h"
#include "core/domain/result.h"
#include "core/model/checkpoint/weight_source.h"
#include "gpu/torch_device.h"

namespace faststar::model
{

class T5Stack
{
public:
    // Hugging Face's tensor names. ModelMismatch names file and tensor. The weights of the linear layers are
    // held in the placement's type, and multiply in it; the stream between them is float32.
    static Result<T5Stack> load(const WeightSource &weights, const TextEncoderConfig &config,
                                const gpu::Placement &placement = {});

    using Parameters =
        std::function<at::Tensor(const std::string &name, const std::vector<std::int64_t> &shape)>;
    // The same from parameters by name, differentiable: made anew from them in each training step.
    static T5Stack fromParameters(const TextEncoderConfig &config, const Parameters &parameters,
                                  const std::string &embedding = "shared.weight");

    // ids [n] or [rows, n] int64, on any device -> [.., n, width] float32. Throws StopRequested between
    // blocks.
    [[nodiscard]] at::Tensor forward(const at::Tensor &ids, const std::stop_token &stop) const;

private:
    struct Block {
        at::Tensor attentionNorm; // [width]
        at::Tensor qkv;           // [3 * heads * headDim, width], queries first
        at::Tensor output;        // [width, heads * headDim]
        at::Tensor mlpNorm;       // [width]
        at::Tensor gateUp;        // [2 * mlpWidth, width], the gate (wi_0) first
        at::Tensor down;          // [width, mlpWidth]
    };

    [[nodiscard]] at::Tensor positionBias(std::int64_t tokens) const; // [heads, n, n]
    [[nodiscard]] at::Tensor apply(const Block &block, const at::Tensor &input, const at::Tensor &bias) const;

    TextEncoderConfig m_config;
    at::Tensor m_embedding;    // [vocabulary, width]
    at::Tensor m_relativeBias; // [buckets, heads], from block 0, shared by all
    at::Tensor m_finalNorm;    // [width]
    std::vector<Block> m_blocks;
};

// Bucket of each (query, key) distance, [n, n] int64, as in Raffel et al. 2020 (T5), bidirectional: half of
// the buckets for keys behind the query; of each half the first half counts single steps and the rest
// grows logarithmically up to maxDistance.
[[nodiscard]] at::Tensor relativePositionBuckets(std::int64_t tokens, int buckets, int maxDistance);

} // namespace faststar::model
