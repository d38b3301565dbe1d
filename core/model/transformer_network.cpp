// SPDX-License-Identifier: Apache-2.0
#include "core/model/transformer_network.h"

#include <ATen/ATen.h>

#include "core/model/weight_list.h"
#include "gpu/aten_ops.h"

namespace faststar::model
{

TransformerNetwork::TransformerNetwork(const TransformerConfig &config, const ParameterLookup &parameters,
                                       at::ScalarType blockType)
    : m_config(config), m_type(blockType)
{
    const auto linear = [&](const std::string &name) {
        return Linear{parameters(name + ".weight"), parameters(name + ".bias")};
    };
    const std::int64_t dim = config.headDim();
    for (int i = 0; i < config.depth; ++i) {
        const std::string prefix = blockPrefix(config, i);
        const auto weight = [&](const char *name) { return parameters(prefix + name).to(blockType); };
        Block block;
        block.inputNorm = parameters(prefix + "input_layernorm.weight");
        block.postNorm = parameters(prefix + "post_attention_layernorm.weight");
        block.headNorms = at::cat({parameters(prefix + "attn.q_norm.weight").expand({config.heads, dim}),
                                   parameters(prefix + "attn.k_norm.weight").expand({config.kvHeads, dim})});
        block.qkv =
            at::cat({parameters(prefix + "attn.q_proj.weight"), parameters(prefix + "attn.k_proj.weight"),
                     parameters(prefix + "attn.v_proj.weight")})
                .to(blockType);
        block.out = weight("attn.o_proj.weight");
        block.gate = weight("mlp.gate_proj.weight");
        block.up = weight("mlp.up_proj.weight");
        block.down = weight("mlp.down_proj.weight");
        m_blocks.push_back(std::move(block));
    }
    m_textProjection = linear("text_proj");
    m_wordEmbedding = linear("word_embed");
    m_detailHead = linear("head");
    m_semanticHead = linear("semantic_head2");
    m_finalNorm = parameters("norm_hidden_sates.weight"); // the checkpoints' spelling
}

at::Tensor TransformerNetwork::projectText(const at::Tensor &features) const
{
    return at::linear(features, m_textProjection.weight, m_textProjection.bias);
}

at::Tensor TransformerNetwork::embedTokens(const at::Tensor &input) const
{
    return at::linear(input, m_wordEmbedding.weight, m_wordEmbedding.bias);
}

at::Tensor TransformerNetwork::runBlocks(const at::Tensor &input, const at::Tensor &rope,
                                         const Attention &attention) const
{
    const std::int64_t dim = m_config.headDim();
    const std::int64_t turned = (m_config.heads + m_config.kvHeads) * dim;
    const at::Tensor turns = rope.unsqueeze(2); // the same for every head
    at::Tensor x = input;
    for (std::size_t i = 0; i < m_blocks.size(); ++i) {
        const Block &block = m_blocks[i];
        const at::Tensor normed = gpu::aten::normalised(x, block.inputNorm, m_config.rmsEps).to(m_type);
        const auto parts =
            at::linear(normed, block.qkv).split_with_sizes({turned, m_config.kvHeads * dim}, -1);
        const at::Tensor heads =
            gpu::aten::rotated(gpu::aten::normalised(parts[0].unflatten(-1, {-1, dim}).to(x.scalar_type()),
                                                     block.headNorms, m_config.rmsEps),
                               turns)
                .to(m_type);
        const auto split = heads.split_with_sizes({m_config.heads, m_config.kvHeads}, 2);
        const at::Tensor mixed = attention(i, split[0], split[1], parts[1].unflatten(-1, {-1, dim}));
        x = x + at::linear(mixed, block.out);
        const at::Tensor wide = gpu::aten::gated(
            gpu::aten::normalised(x, block.postNorm, m_config.rmsEps).to(m_type), block.gate, block.up);
        x = x + at::linear(wide, block.down);
    }
    return x;
}

at::Tensor TransformerNetwork::run(const at::Tensor &x, const at::Tensor &rope,
                                   const gpu::PackedLayout &layout) const
{
    return runBlocks(x, rope,
                     [&](std::size_t, const at::Tensor &query, const at::Tensor &key,
                         const at::Tensor &value) { return gpu::attendPacked(query, key, value, layout); });
}

at::Tensor TransformerNetwork::run(const at::Tensor &x, const at::Tensor &rope,
                                   std::span<const KeyValues *const> before, KeyValues *store) const
{
    if (store != nullptr)
        *store = KeyValues{};
    return runBlocks(
        x, rope,
        [&](std::size_t block, const at::Tensor &query, const at::Tensor &key, const at::Tensor &value) {
            std::vector<at::Tensor> keys;
            std::vector<at::Tensor> values;
            for (const KeyValues *source : before) {
                if (source->empty())
                    continue;
                keys.push_back(source->keys[block]);
                values.push_back(source->values[block]);
            }
            keys.push_back(key.transpose(1, 2));
            values.push_back(value.transpose(1, 2));
            if (store != nullptr) {
                store->keys.push_back(keys.back());
                store->values.push_back(values.back());
            }
            return gpu::aten::attended(query.transpose(1, 2), at::cat(keys, 2), at::cat(values, 2));
        });
}

at::Tensor TransformerNetwork::finish(const at::Tensor &x) const
{
    return gpu::aten::normalised(x, m_finalNorm, m_config.rmsEps);
}

at::Tensor TransformerNetwork::bitLogits(const at::Tensor &hidden, bool semantic) const
{
    const Linear &linear = semantic ? m_semanticHead : m_detailHead;
    const at::Tensor weights = linear.weight.unflatten(0, {-1, 2});
    const at::Tensor biases = linear.bias.unflatten(0, {-1, 2});
    return at::linear(hidden, weights.select(1, 1) - weights.select(1, 0),
                      biases.select(1, 1) - biases.select(1, 0));
}

at::Tensor TransformerNetwork::head(const at::Tensor &hidden, bool semantic) const
{
    const Linear &linear = semantic ? m_semanticHead : m_detailHead;
    return at::linear(hidden, linear.weight, linear.bias).unflatten(-1, {-1, 2});
}

} // namespace faststar::model
