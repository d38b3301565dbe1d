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

Result<T5Stack> T5Stack::load(const WeightSource &weights, const TextEncoderConfig &config)
{
    T5Stack stack;
    stack.m_config = config;
    const std::int64_t width = config.width;
    const std::int64_t inner = std::int64_t(config.heads) * config.headDim;
    const std::int64_t mlp = config.mlpWidth;

    Error problem;
    bool failed = false;
    const auto tensor = [&](const std::string &name, const std::vector<std::int64_t> &shape) {
        if (failed)
            return at::Tensor();
        auto loaded = weights.load(name, shape, at::kFloat);
        if (loaded)
            return *loaded;
        failed = true;
        problem = loaded.error();
        return at::Tensor();
    };
    const auto stacked = [&](const std::vector<std::string> &names, std::int64_t rows) {
        std::vector<at::Tensor> parts;
        for (const auto &name : names)
            parts.push_back(tensor(name, {rows, width}));
        return failed ? at::Tensor() : at::cat(parts);
    };

    const bool hasShared =
        weights.find("shared.weight") != nullptr || weights.find("encoder.embed_tokens.weight") == nullptr;
    stack.m_embedding =
        tensor(hasShared ? "shared.weight" : "encoder.embed_tokens.weight", {config.vocabulary, width});
    stack.m_relativeBias = tensor("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
                                  {config.buckets, config.heads});
    stack.m_finalNorm = tensor("encoder.final_layer_norm.weight", {width});
    for (int i = 0; i < config.depth && !failed; ++i) {
        const auto prefix = "encoder.block." + std::to_string(i) + ".layer.";
        const auto attention = prefix + "0.SelfAttention.";
        const auto feedForward = prefix + "1.DenseReluDense.";
        Block block;
        block.attentionNorm = tensor(prefix + "0.layer_norm.weight", {width});
        block.qkv = stacked({attention + "q.weight", attention + "k.weight", attention + "v.weight"}, inner);
        block.output = tensor(attention + "o.weight", {width, inner});
        block.mlpNorm = tensor(prefix + "1.layer_norm.weight", {width});
        block.gateUp = stacked({feedForward + "wi_0.weight", feedForward + "wi_1.weight"}, mlp);
        block.down = tensor(feedForward + "wo.weight", {width, mlp});
        stack.m_blocks.push_back(std::move(block));
    }
    if (failed)
        return tl::unexpected(problem);
    return stack;
}

at::Tensor T5Stack::positionBias(std::int64_t tokens) const
{
    const auto buckets = relativePositionBuckets(tokens, m_config.buckets, m_config.maxDistance);
    return at::embedding(m_relativeBias, buckets).permute({2, 0, 1}).contiguous();
}

void T5Stack::apply(const Block &block, at::Tensor &hidden, const at::Tensor &bias) const
{
    const auto tokens = hidden.size(0);
    const auto qkv = at::linear(rmsNorm(hidden, block.attentionNorm, m_config.eps), block.qkv)
                         .view({tokens, 3, m_config.heads, m_config.headDim})
                         .permute({1, 2, 0, 3}); // [3, heads, n, headDim]
    const auto weights = at::baddbmm(bias, qkv[0], qkv[1].transpose(1, 2)).softmax(-1);
    const auto merged = at::bmm(weights, qkv[2]).transpose(0, 1).reshape({tokens, -1});
    hidden = hidden + at::linear(merged, block.output);

    const auto gateUp = at::linear(rmsNorm(hidden, block.mlpNorm, m_config.eps), block.gateUp).chunk(2, -1);
    hidden = hidden + at::linear(at::gelu(gateUp[0], "tanh").mul_(gateUp[1]), block.down);
}

at::Tensor T5Stack::forward(const at::Tensor &ids, const std::stop_token &stop) const
{
    auto hidden = at::embedding(m_embedding, ids);
    const auto bias = positionBias(ids.size(0));
    for (const auto &block : m_blocks) {
        throwIfStopped(stop);
        apply(block, hidden, bias);
    }
    return rmsNorm(hidden, m_finalNorm, m_config.eps);
}

} // namespace faststar::model
