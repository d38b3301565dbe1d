// SPDX-License-Identifier: Apache-2.0
//
// The transformer's blocks as functions of their parameters, on any device and with gradients: what training
// runs, over many scales at once. Transformer is the same network with buffers and weights laid out for
// fast inference; a test holds the two together.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/domain/model_config.h"
#include "core/model/transformer.h"
#include "gpu/packed_attention.h"

namespace faststar::model
{

// A parameter by the release's name (weight_list.h has all names and shapes).
using ParameterLookup = std::function<at::Tensor(const std::string &name)>;

class TransformerNetwork
{
public:
    // Merges and converts the weights of the blocks to `blockType`; everything else stays as it is, and so
    // does the stream between the blocks. Differentiable: made anew from the parameters in each training
    // step.
    TransformerNetwork(const TransformerConfig &config, const ParameterLookup &parameters,
                       at::ScalarType blockType);

    [[nodiscard]] at::Tensor
    projectText(const at::Tensor &features) const; // [.., textChannels] -> [.., width]
    [[nodiscard]] at::Tensor
    embedTokens(const at::Tensor &input) const; // [.., latentChannels] -> [.., width]

    // All blocks over a packed sequence. x [rows, tokens, width], rope [2, tokens, headDim / 2].
    [[nodiscard]] at::Tensor run(const at::Tensor &x, const at::Tensor &rope,
                                 const gpu::PackedLayout &layout) const;
    // All blocks over one range that also reads `before`, in this order; empty ones are skipped. Its own keys
    // and values go to `store` when given.
    [[nodiscard]] at::Tensor run(const at::Tensor &x, const at::Tensor &rope,
                                 std::span<const KeyValues *const> before, KeyValues *store) const;

    [[nodiscard]] at::Tensor finish(const at::Tensor &x) const; // the final norm
    // Logit of class 1 minus logit of class 0, [.., bits]: all that the probability of a bit depends on.
    [[nodiscard]] at::Tensor bitLogits(const at::Tensor &hidden, bool semantic) const;
    [[nodiscard]] at::Tensor head(const at::Tensor &hidden, bool semantic) const; // [.., bits, 2]

private:
    struct Linear {
        at::Tensor weight;
        at::Tensor bias;
    };
    struct Block {
        at::Tensor inputNorm;
        at::Tensor postNorm;
        at::Tensor headNorms; // [heads + kvHeads, headDim]
        at::Tensor qkv;
        at::Tensor out;
        at::Tensor gate;
        at::Tensor up;
        at::Tensor down;
    };
    // Query, key and value of one block [rows, tokens, heads or kvHeads, headDim].
    using Attention = std::function<at::Tensor(std::size_t block, const at::Tensor &query,
                                               const at::Tensor &key, const at::Tensor &value)>;

    [[nodiscard]] at::Tensor runBlocks(const at::Tensor &x, const at::Tensor &rope,
                                       const Attention &attention) const;

    TransformerConfig m_config;
    at::ScalarType m_type;
    std::vector<Block> m_blocks;
    Linear m_textProjection;
    Linear m_wordEmbedding;
    Linear m_detailHead;
    Linear m_semanticHead;
    at::Tensor m_finalNorm;
};

} // namespace faststar::model
