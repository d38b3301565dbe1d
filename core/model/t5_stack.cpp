// SPDX-License-Identifier: Apache-2.0
#include "core/model/t5_stack.h"

#include <cmath>
#include <string>

#include <ATen/ATen.h>

#include "core/model/stop.h"

namespace faststar::model
{

namespace
{

at::Tensor rmsNorm(const at::Tensor &x, const at::Tensor &weight, double eps)
{
    return x * at::rsqrt(x.square().mean(-1, true) + eps) * weight;
}

// x * weight^T in the type of the weight, as x's type.
at::Tensor multiplied(const at::Tensor &x, const at::Tensor &weight)
{
    return at::linear(x.to(weight.scalar_type()), weight).to(x.scalar_type());
}

} // namespace

at::Tensor relativePositionBuckets(std::int64_t tokens, int buckets, int maxDistance)
{
    const auto positions = at::arange(tokens, at::kLong);
    const auto relative = positions.unsqueeze(0) - positions.unsqueeze(1); // key - query
    const int half = buckets / 2;
    const int exact = half / 2;
    const auto distance = relative.abs();
    // In float32 like the reference, so that a distance on the edge of a bucket falls the same way.
    const auto far =
        (at::log(distance.to(at::kFloat) / exact) / std::log(double(maxDistance) / exact) * (half - exact))
            .clamp(0, half) // log(0) must not reach the conversion
            .to(at::kLong)
            .add(exact)
            .clamp_max(half - 1);
    return (relative > 0).to(at::kLong) * half + at::where(distance < exact, distance, far);
}

T5Stack T5Stack::fromParameters(const TextEncoderConfig &config, const Parameters &parameters,
                                const std::string &embedding)
{
    T5Stack stack;
    stack.m_config = config;
    const std::int64_t width = config.width;
    const std::int64_t inner = std::int64_t(config.heads) * config.headDim;
    const std::int64_t mlp = config.mlpWidth;
    const auto stacked = [&](const std::vector<std::string> &names, std::int64_t rows) {
        std::vector<at::Tensor> parts;
        parts.reserve(names.size());
        for (const auto &name : names)
            parts.push_back(parameters(name, {rows, width}));
        return at::cat(parts);
    };

    stack.m_embedding = parameters(embedding, {config.vocabulary, width});
    stack.m_relativeBias = parameters("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
                                      {config.buckets, config.heads});
    stack.m_finalNorm = parameters("encoder.final_layer_norm.weight", {width});
    for (int i = 0; i < config.depth; ++i) {
        const auto prefix = "encoder.block." + std::to_string(i) + ".layer.";
        const auto attention = prefix + "0.SelfAttention.";
        const auto feedForward = prefix + "1.DenseReluDense.";
        Block block;
        block.attentionNorm = parameters(prefix + "0.layer_norm.weight", {width});
        block.qkv = stacked({attention + "q.weight", attention + "k.weight", attention + "v.weight"}, inner);
        block.output = parameters(attention + "o.weight", {width, inner});
        block.mlpNorm = parameters(prefix + "1.layer_norm.weight", {width});
        block.gateUp = stacked({feedForward + "wi_0.weight", feedForward + "wi_1.weight"}, mlp);
        block.down = parameters(feedForward + "wo.weight", {width, mlp});
        stack.m_blocks.push_back(std::move(block));
    }
    return stack;
}

Result<T5Stack> T5Stack::load(const WeightSource &weights, const TextEncoderConfig &config,
                              const gpu::Placement &placement)
{
    const bool hasShared =
        weights.find("shared.weight") != nullptr || weights.find("encoder.embed_tokens.weight") == nullptr;
    struct Missing {
        Error error;
    };
    try {
        return fromParameters(
            config,
            [&](const std::string &name, const std::vector<std::int64_t> &shape) {
                const bool linear = shape.size() == 2 && name.find("relative_attention_bias") == name.npos;
                auto loaded = weights.load(name, shape, linear ? placement.compute : at::kFloat);
                if (!loaded)
                    throw Missing{loaded.error()};
                return loaded->to(placement.device);
            },
            hasShared ? "shared.weight" : "encoder.embed_tokens.weight");
    } catch (const Missing &missing) { // never leaves this function
        return tl::unexpected(missing.error);
    }
}

at::Tensor T5Stack::positionBias(std::int64_t tokens) const
{
    const auto buckets = relativePositionBuckets(tokens, m_config.buckets, m_config.maxDistance)
                             .to(m_relativeBias.device(), at::kLong, /*non_blocking=*/true);
    return at::embedding(m_relativeBias, buckets).permute({2, 0, 1}).contiguous();
}

at::Tensor T5Stack::apply(const Block &block, const at::Tensor &input, const at::Tensor &bias) const
{
    const auto rows = input.size(0);
    const auto tokens = input.size(1);
    const auto qkv = multiplied(rmsNorm(input, block.attentionNorm, m_config.eps), block.qkv)
                         .view({rows, tokens, 3, m_config.heads, m_config.headDim})
                         .permute({2, 0, 3, 1, 4})
                         .flatten(1, 2); // [3, rows * heads, n, headDim]
    const auto weights = at::baddbmm(bias, qkv[0], qkv[1].transpose(1, 2)).softmax(-1);
    const auto merged = at::bmm(weights, qkv[2])
                            .view({rows, m_config.heads, tokens, m_config.headDim})
                            .transpose(1, 2)
                            .reshape({rows, tokens, -1});
    const auto hidden = input + multiplied(merged, block.output);

    const auto gateUp = multiplied(rmsNorm(hidden, block.mlpNorm, m_config.eps), block.gateUp).chunk(2, -1);
    return hidden + multiplied(at::gelu(gateUp[0], "tanh") * gateUp[1], block.down);
}

at::Tensor T5Stack::forward(const at::Tensor &ids, const std::stop_token &stop) const
{
    const bool single = ids.dim() == 1;
    const at::Tensor rows = (single ? ids.unsqueeze(0) : ids).to(m_embedding.device());
    auto hidden = at::embedding(m_embedding, rows).to(m_finalNorm.scalar_type());
    // Without a mask: all rows have the same number of real tokens.
    const auto bias = positionBias(ids.size(-1)).repeat({hidden.size(0), 1, 1});
    for (const auto &block : m_blocks) {
        throwIfStopped(stop);
        hidden = apply(block, hidden, bias);
    }
    const auto normed = rmsNorm(hidden, m_finalNorm, m_config.eps);
    return single ? normed.squeeze(0) : normed;
}

} // namespace faststar::model
