// SPDX-License-Identifier: Apache-2.0
//
// The spacetime autoregressive transformer ("qwen" blocks): RMS norm, grouped-query attention with
// per-head norms and four-axis RoPE, gated MLP. Inference only, no gradients.
#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/domain/model_config.h"
#include "core/domain/result.h"
#include "core/model/checkpoint/weight_source.h"
#include "gpu/torch_device.h"

namespace faststar::model
{

// Keys and values after norm and RoPE, one pair a block, each [rows, kvHeads, tokens, headDim].
struct KeyValues {
    std::vector<at::Tensor> keys;
    std::vector<at::Tensor> values;

    [[nodiscard]] bool empty() const { return keys.empty(); }
};

class Transformer
{
public:
    // Every tensor the configuration calls for must be there with its shape; unused ones are ignored. The
    // blocks compute in the placement's type, everything else in float32, all on its device.
    static Result<std::unique_ptr<Transformer>> load(const WeightSource &weights,
                                                     const TransformerConfig &config,
                                                     const QuantizerConfig &quantizer,
                                                     const gpu::Placement &placement = {});
    ~Transformer();
    Transformer(const Transformer &) = delete;
    Transformer &operator=(const Transformer &) = delete;

    [[nodiscard]] const TransformerConfig &config() const;
    [[nodiscard]] c10::Device device() const; // of all inputs and outputs

    // The first n rows of the unconditional parameter, [n, textChannels]; n <= textMaxTokens.
    [[nodiscard]] at::Tensor unconditionalFeatures(int n) const;

    // One row per guidance branch (1 or 2 tensors [n_i, textChannels]). Each is projected, the shorter is
    // zero-padded after projection (unmasked), and the text runs once through all blocks.
    // Returns the block output [rows, n, width]; its K/V go to `cache`. Throws StopRequested. The features
    // may be on any device.
    at::Tensor encodeText(const std::vector<at::Tensor> &features, KeyValues &cache,
                          const std::stop_token &stop) const;

    // One step. `input` [k, latentChannels] are the kept tokens of the area-downsampled feature map,
    // shared by all rows; `rope` [2, k, headDim/2]. Attends to `context` (may be empty), `text` and itself.
    // When `store` is given this step's own K/V are put there. Returns [rows, k, width] after the final
    // norm, in the type of the blocks. Throws StopRequested between blocks.
    at::Tensor forward(const at::Tensor &input, const at::Tensor &rope, const KeyValues &context,
                       const KeyValues &text, KeyValues *store, const std::stop_token &stop) const;

    // Logits of `hidden`, [rows, k, bits, 2], float32.
    at::Tensor head(const at::Tensor &hidden, bool semantic) const;

private:
    struct Impl;
    explicit Transformer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace faststar::model
