// SPDX-License-Identifier: Apache-2.0
#include "core/model/weight_list.h"

#include <algorithm>
#include <array>
#include <utility>

namespace faststar::model
{

namespace
{

using Shape = std::vector<std::int64_t>;

class List
{
public:
    void add(std::string name, Shape shape) { m_tensors.push_back({std::move(name), std::move(shape), {}}); }
    void linear(const std::string &name, std::int64_t out, std::int64_t in)
    {
        add(name + ".weight", {out, in});
        add(name + ".bias", {out});
    }
    void conv(const std::string &name, std::int64_t out, std::int64_t in, std::int64_t kernel)
    {
        add(name + ".conv.weight", {out, in, kernel, kernel, kernel});
        add(name + ".conv.bias", {out});
    }
    void norm(const std::string &name, std::int64_t channels) { add(name + ".gamma", {channels, 1, 1, 1}); }
    // The decoder's norms: a plain one, scaled and shifted by the latent.
    void spatialNorm(const std::string &name, std::int64_t channels, std::int64_t latent)
    {
        norm(name + ".norm_layer", channels);
        conv(name + ".conv_y", channels, latent, 1);
        conv(name + ".conv_b", channels, latent, 1);
    }
    // latent 0 = an encoder block.
    void resnet(const std::string &name, std::int64_t channels, std::int64_t latent)
    {
        for (const char *half : {"1", "2"}) {
            const std::string norms = name + ".norm" + half;
            if (latent > 0)
                spatialNorm(norms, channels, latent);
            else
                norm(norms, channels);
            conv(name + ".conv" + half, channels, channels, 3);
        }
    }
    std::vector<ExpectedTensor> take() { return std::move(m_tensors); }

private:
    std::vector<ExpectedTensor> m_tensors;
};

} // namespace

std::string blockPrefix(const TransformerConfig &config, int index)
{
    if (config.blockChunks == 1)
        return "blocks." + std::to_string(index) + ".";
    const int each = config.depth / config.blockChunks;
    return "block_chunks." + std::to_string(index / each) + ".module." + std::to_string(index % each) + ".";
}

std::vector<ExpectedTensor> transformerTensors(const ModelConfig &config)
{
    const auto &t = config.transformer;
    const std::int64_t width = t.width;
    const std::int64_t head = t.headDim();
    List list;
    list.linear("word_embed", width, t.latentChannels);
    list.linear("text_proj", width, t.textChannels);
    list.add("cfg_uncond", {t.textMaxTokens, t.textChannels});
    list.add("norm_hidden_sates.weight", {width});
    list.linear("head", 2LL * config.quantizer.detailBits, width);
    list.linear("semantic_head2", 2LL * config.quantizer.semanticBits, width);
    for (int i = 0; i < t.depth; ++i) {
        const std::string block = blockPrefix(t, i);
        list.add(block + "input_layernorm.weight", {width});
        list.add(block + "post_attention_layernorm.weight", {width});
        list.add(block + "attn.q_proj.weight", {t.heads * head, width});
        list.add(block + "attn.k_proj.weight", {t.kvHeads * head, width});
        list.add(block + "attn.v_proj.weight", {t.kvHeads * head, width});
        list.add(block + "attn.o_proj.weight", {width, t.heads * head});
        list.add(block + "attn.q_norm.weight", {head});
        list.add(block + "attn.k_norm.weight", {head});
        list.add(block + "mlp.gate_proj.weight", {t.mlpWidth, width});
        list.add(block + "mlp.up_proj.weight", {t.mlpWidth, width});
        list.add(block + "mlp.down_proj.weight", {width, t.mlpWidth});
    }
    return list.take();
}

std::vector<ExpectedTensor> vaeTensors(const VaeConfig &config)
{
    const auto &c = config.blockOutChannels;
    const std::int64_t latent = config.latentChannels;
    const std::int64_t patched = 4 * latent; // after the 2x2 patchify
    List list;

    list.conv("encoder.conv_in", c[0], 3, 3);
    for (int level = 0; level < 4; ++level) {
        const std::string block = "encoder.down_blocks." + std::to_string(level);
        for (int i = 0; i < config.layersPerBlock; ++i)
            list.resnet(block + ".resnets." + std::to_string(i), c[level], 0);
        if (level < 3) {
            list.norm(block + ".downsamplers.0.conv.norm", c[level]);
            list.conv(block + ".downsamplers.0.conv.conv", c[level + 1] / 4, c[level], 3);
        }
    }
    list.resnet("encoder.mid_block.resnets.0", c[4], 0);
    list.resnet("encoder.mid_block.resnets.1", c[4], 0);
    list.norm("encoder.norm_out", c[4]);
    list.conv("encoder.conv_out", 2 * latent, c[4], 3);

    list.conv("decoder.conv_in", c[4], latent, 3);
    list.resnet("decoder.mid_block.resnets.0", c[4], latent);
    list.resnet("decoder.mid_block.resnets.1", c[4], latent);
    for (int level = 0; level < 4; ++level) {
        const std::string block = "decoder.up_blocks." + std::to_string(level);
        const std::int64_t channels = c[4 - level];
        for (int i = 0; i <= config.layersPerBlock; ++i)
            list.resnet(block + ".resnets." + std::to_string(i), channels, latent);
        if (level > 0) {
            const std::int64_t spread = level > 1 ? 8 : 4; // the last two levels also expand in time
            list.norm(block + ".upsamplers.0.conv.norm", channels);
            list.conv(block + ".upsamplers.0.conv.conv", spread * c[3 - level], channels, 3);
        }
    }
    list.spatialNorm("decoder.norm_out", c[0], latent);
    list.conv("decoder.conv_out", 3, c[0], 3);

    list.linear("proj_down", patched, patched);
    list.linear("proj_up", patched, patched);
    list.add("scale_learnable_parameters", {4});
    return list.take();
}

std::vector<ExpectedTensor> textEncoderTensors(const TextEncoderConfig &config)
{
    const std::int64_t width = config.width;
    const std::int64_t inner = std::int64_t(config.heads) * config.headDim;
    List list;
    list.add("encoder.final_layer_norm.weight", {width});
    for (int i = 0; i < config.depth; ++i) {
        const std::string block = "encoder.block." + std::to_string(i) + ".layer.";
        list.add(block + "0.layer_norm.weight", {width});
        list.add(block + "0.SelfAttention.q.weight", {inner, width});
        list.add(block + "0.SelfAttention.k.weight", {inner, width});
        list.add(block + "0.SelfAttention.v.weight", {inner, width});
        list.add(block + "0.SelfAttention.o.weight", {width, inner});
        if (i == 0)
            list.add(block + "0.SelfAttention.relative_attention_bias.weight",
                     {config.buckets, config.heads});
        list.add(block + "1.layer_norm.weight", {width});
        list.add(block + "1.DenseReluDense.wi_0.weight", {config.mlpWidth, width});
        list.add(block + "1.DenseReluDense.wi_1.weight", {config.mlpWidth, width});
        list.add(block + "1.DenseReluDense.wo.weight", {width, config.mlpWidth});
    }
    auto tensors = list.take();
    tensors.push_back({"shared.weight", {config.vocabulary, width}, "encoder.embed_tokens.weight"});
    return tensors;
}

bool isKnownUnused(std::string_view name)
{
    // Transformer and video VAE: left-overs of training. Text encoder: the half of T5 that writes text.
    constexpr std::array<std::string_view, 4> exact{"sos_token", "shared.weight",
                                                    "encoder.embed_tokens.weight", "lm_head.weight"};
    constexpr std::array<std::string_view, 5> prefixes{"proj_down_two.", "proj_up_two.", "quantize.",
                                                       "quantizer.", "decoder.block."};
    return std::ranges::find(exact, name) != exact.end() || name == "decoder.embed_tokens.weight" ||
           name == "decoder.final_layer_norm.weight" ||
           std::ranges::any_of(prefixes,
                               [name](std::string_view prefix) { return name.starts_with(prefix); });
}

} // namespace faststar::model
