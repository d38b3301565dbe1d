// SPDX-License-Identifier: Apache-2.0
#include "core/model/transformer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include "core/model/device_blocks.h"
#include "core/model/rope.h"
#include "core/model/stop.h"
#include "core/model/weight_list.h"
#include "gpu/block_ops.h"
#include "gpu/fused_ops.h"
#include "gpu/part_clock.h"

namespace faststar::model
{
namespace
{

// The widest layer of a block is held for at most so many tokens at once.
constexpr std::int64_t kMlpRows = 4096;
// Rows of the hidden state that are held in float32 at once for the head of a 16-bit network.
constexpr std::int64_t kHeadRows = 32768;

struct Block {
    at::Tensor inputNorm;
    at::Tensor queryNorm;
    at::Tensor keyNorm;
    at::Tensor postNorm;
    gpu::Linear qkv; // the three projections in one
    gpu::Linear out;
    gpu::Linear gatedUp;
    gpu::Linear down;
};

// Loads tensor after tensor and remembers the first error, so that the callers stay readable.
class Loader
{
public:
    Loader(const WeightSource &weights, c10::Device device) : m_weights(weights), m_device(device) {}

    at::Tensor take(const std::string &name, const std::vector<std::int64_t> &shape,
                    at::ScalarType type = at::kFloat)
    {
        if (m_error)
            return {};
        Result<at::Tensor> tensor = m_weights.load(name, shape, type);
        if (tensor)
            return tensor->to(m_device);
        m_error = std::move(tensor.error());
        return {};
    }

    // Several [out_i, in] matrices, one below the other.
    gpu::Linear merged(const std::vector<std::pair<std::string, std::int64_t>> &parts, std::int64_t in)
    {
        std::vector<at::Tensor> tensors;
        tensors.reserve(parts.size());
        for (const auto &[name, out] : parts)
            tensors.push_back(take(name, {out, in}));
        return m_error ? gpu::Linear() : gpu::Linear(at::cat(tensors));
    }

    gpu::Linear gated(const std::string &gate, const std::string &up, std::int64_t out, std::int64_t in)
    {
        const at::Tensor first = take(gate, {out, in});
        const at::Tensor second = take(up, {out, in});
        return m_error ? gpu::Linear() : gpu::Linear::gated(first, second);
    }

    gpu::Linear biased(const std::string &name, std::int64_t out, std::int64_t in)
    {
        const at::Tensor weight = take(name + ".weight", {out, in});
        const at::Tensor bias = take(name + ".bias", {out});
        return m_error ? gpu::Linear() : gpu::Linear(weight, bias);
    }

    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }

private:
    const WeightSource &m_weights;
    c10::Device m_device;
    std::optional<Error> m_error;
};

at::Tensor apply(const gpu::Linear &linear, const at::Tensor &input)
{
    at::Tensor out = at::empty({input.size(0), linear.outputs()}, input.options());
    linear.store(input.contiguous(), out);
    return out;
}

Block loadBlock(Loader &loader, const std::string &prefix, const TransformerConfig &config)
{
    const std::int64_t width = config.width;
    const std::int64_t dim = config.headDim();
    const std::int64_t queryWidth = config.heads * dim;
    const std::int64_t keyWidth = config.kvHeads * dim;
    Block block;
    block.inputNorm = loader.take(prefix + "input_layernorm.weight", {width});
    block.postNorm = loader.take(prefix + "post_attention_layernorm.weight", {width});
    block.queryNorm = loader.take(prefix + "attn.q_norm.weight", {dim});
    block.keyNorm = loader.take(prefix + "attn.k_norm.weight", {dim});
    block.qkv = loader.merged({{prefix + "attn.q_proj.weight", queryWidth},
                               {prefix + "attn.k_proj.weight", keyWidth},
                               {prefix + "attn.v_proj.weight", keyWidth}},
                              width);
    block.out = loader.merged({{prefix + "attn.o_proj.weight", width}}, queryWidth);
    block.gatedUp =
        loader.gated(prefix + "mlp.gate_proj.weight", prefix + "mlp.up_proj.weight", config.mlpWidth, width);
    block.down = loader.merged({{prefix + "mlp.down_proj.weight", width}}, config.mlpWidth);
    return block;
}

bool consistent(const TransformerConfig &config, const QuantizerConfig &quantizer)
{
    return config.width > 0 && config.depth > 0 && config.heads > 0 && config.kvHeads > 0 &&
           config.mlpWidth > 0 && config.textChannels > 0 && config.textMaxTokens > 0 &&
           config.latentChannels > 0 && config.blockChunks > 0 && config.depth % config.blockChunks == 0 &&
           config.width % config.heads == 0 && config.heads % config.kvHeads == 0 &&
           config.headDim() % 8 == 0 && quantizer.semanticBits > 0 && quantizer.detailBits > 0;
}

} // namespace

struct Transformer::Impl {
    TransformerConfig config;
    QuantizerConfig quantizer;
    gpu::Placement placement;
    std::vector<Block> blocks;            // float32 on the CPU
    std::unique_ptr<DeviceBlocks> device; // else
    gpu::Linear textProjection;
    gpu::Linear wordEmbedding;
    gpu::Linear detailHead;
    gpu::Linear semanticHead;
    at::Tensor finalNorm;
    at::Tensor unconditional;

    // Runs x [rows * tokens, C] through every block, in place.
    void run(at::Tensor &x, std::int64_t rows, const at::Tensor &rope,
             const std::array<const KeyValues *, 2> &before, KeyValues *store,
             const std::stop_token &stop) const;
};

void Transformer::Impl::run(at::Tensor &x, std::int64_t rows, const at::Tensor &rope,
                            const std::array<const KeyValues *, 2> &before, KeyValues *store,
                            const std::stop_token &stop) const
{
    if (device) {
        device->run(x, rows, rope, before, store, stop);
        return;
    }
    const std::int64_t dim = config.headDim();
    const std::int64_t tokens = x.size(0) / rows;
    const auto options = x.options();
    at::Tensor normed = at::empty_like(x);
    at::Tensor qkv = at::empty({x.size(0), (config.heads + 2 * config.kvHeads) * dim}, options);
    at::Tensor query = at::empty({rows, config.heads, tokens, dim}, options);
    at::Tensor attended = at::empty({x.size(0), config.heads * dim}, options);
    at::Tensor gated = at::empty({std::min(x.size(0), kMlpRows), std::int64_t(config.mlpWidth)}, options);
    at::Tensor key;
    at::Tensor value;
    if (store != nullptr)
        *store = KeyValues{};
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        throwIfStopped(stop);
        const Block &block = blocks[i];
        if (store != nullptr || i == 0) {
            key = at::empty({rows, config.kvHeads, tokens, dim}, options);
            value = at::empty_like(key);
        }
        gpu::timed(gpu::Part::Elementwise, [&] { gpu::rmsNorm(x, block.inputNorm, config.rmsEps, normed); });
        gpu::timed(gpu::Part::Linear, [&] { block.qkv.store(normed, qkv); });
        gpu::timed(gpu::Part::Elementwise, [&] {
            gpu::splitHeads(qkv, block.queryNorm, block.keyNorm, config.rmsEps, rope, query, key, value);
        });
        std::vector<gpu::KeyValueSpan> sources;
        for (const KeyValues *source : before) {
            if (source != nullptr && !source->empty())
                sources.push_back({source->keys[i], source->values[i]});
        }
        sources.push_back({key, value});
        gpu::timed(gpu::Part::Attention, [&] { gpu::attend(query, sources, attended); });
        gpu::timed(gpu::Part::Linear, [&] { block.out.add(attended, x); });
        gpu::timed(gpu::Part::Elementwise, [&] { gpu::rmsNorm(x, block.postNorm, config.rmsEps, normed); });
        const gpu::PartScope part(gpu::Part::Linear); // the gate's product ends in its activation
        for (std::int64_t first = 0; first < x.size(0); first += kMlpRows) {
            const std::int64_t count = std::min(kMlpRows, x.size(0) - first);
            at::Tensor wide = gated.narrow(0, 0, count);
            at::Tensor target = x.narrow(0, first, count);
            block.gatedUp.store(normed.narrow(0, first, count), wide);
            block.down.add(wide, target);
        }
        if (store != nullptr) {
            store->keys.push_back(key);
            store->values.push_back(value);
        }
    }
}

Transformer::Transformer(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Transformer::~Transformer() = default;

Result<std::unique_ptr<Transformer>> Transformer::load(const WeightSource &weights,
                                                       const TransformerConfig &config,
                                                       const QuantizerConfig &quantizer,
                                                       const gpu::Placement &placement)
{
    const c10::InferenceMode guard;
    if (!consistent(config, quantizer))
        return failure(ErrorCode::ModelMismatch, "the transformer's sizes contradict each other");
    auto impl = std::make_unique<Impl>();
    impl->config = config;
    impl->quantizer = quantizer;
    impl->placement = placement;
    if (!placement.isPlain())
        impl->device = std::make_unique<DeviceBlocks>(config, placement);
    Loader loader(weights, placement.device);
    for (int i = 0; i < config.depth && !loader.error(); ++i) {
        const std::string prefix = blockPrefix(config, i);
        if (impl->device)
            impl->device->loadBlock(
                [&](const std::string &name, const std::vector<std::int64_t> &shape, at::ScalarType type) {
                    return loader.take(prefix + name, shape, type);
                });
        else
            impl->blocks.push_back(loadBlock(loader, prefix, config));
    }
    impl->textProjection = loader.biased("text_proj", config.width, config.textChannels);
    impl->wordEmbedding = loader.biased("word_embed", config.width, config.latentChannels);
    impl->detailHead = loader.biased("head", 2 * std::int64_t(quantizer.detailBits), config.width);
    impl->semanticHead =
        loader.biased("semantic_head2", 2 * std::int64_t(quantizer.semanticBits), config.width);
    impl->finalNorm = loader.take("norm_hidden_sates.weight", {config.width}); // the checkpoints' spelling
    impl->unconditional = loader.take("cfg_uncond", {config.textMaxTokens, config.textChannels});
    if (loader.error())
        return tl::unexpected<Error>(*loader.error());
    return std::unique_ptr<Transformer>(new Transformer(std::move(impl)));
}

const TransformerConfig &Transformer::config() const
{
    return m_impl->config;
}

c10::Device Transformer::device() const
{
    return m_impl->placement.device;
}

at::Tensor Transformer::unconditionalFeatures(int n) const
{
    const c10::InferenceMode guard;
    return m_impl->unconditional.narrow(0, 0, n);
}

at::Tensor Transformer::encodeText(const std::vector<at::Tensor> &features, KeyValues &cache,
                                   const std::stop_token &stop) const
{
    const c10::InferenceMode guard;
    const auto rows = static_cast<std::int64_t>(features.size());
    std::int64_t tokens = 0;
    for (const at::Tensor &text : features)
        tokens = std::max(tokens, text.size(0));
    const auto options = at::TensorOptions(m_impl->placement.device).dtype(m_impl->placement.compute);
    at::Tensor x = at::zeros({rows, tokens, m_impl->config.width}, options);
    for (std::int64_t row = 0; row < rows; ++row) {
        const at::Tensor text = features[static_cast<std::size_t>(row)].to(m_impl->placement.device);
        x.select(0, row).narrow(0, 0, text.size(0)).copy_(apply(m_impl->textProjection, text));
    }
    x = x.view({rows * tokens, m_impl->config.width});
    const at::Tensor rope =
        textRope(static_cast<int>(tokens), m_impl->config.headDim()).to(m_impl->placement.device);
    m_impl->run(x, rows, rope, {nullptr, nullptr}, &cache, stop);
    return x.view({rows, tokens, m_impl->config.width});
}

at::Tensor Transformer::forward(const at::Tensor &input, const at::Tensor &rope, const KeyValues &context,
                                const KeyValues &text, KeyValues *store, const std::stop_token &stop) const
{
    const c10::InferenceMode guard;
    const std::int64_t rows = text.keys.front().size(0);
    const std::int64_t tokens = input.size(0);
    // Both guidance branches start from the same tokens.
    at::Tensor x = apply(m_impl->wordEmbedding, input).to(m_impl->placement.compute).repeat({rows, 1});
    m_impl->run(x, rows, rope.contiguous(), {&context, &text}, store, stop);
    at::Tensor hidden;
    if (m_impl->device) {
        hidden = gpu::block::rmsNorm(x, m_impl->finalNorm.to(x.scalar_type()), m_impl->config.rmsEps);
    } else {
        hidden = at::empty_like(x);
        gpu::rmsNorm(x, m_impl->finalNorm, m_impl->config.rmsEps, hidden);
    }
    return hidden.view({rows, tokens, m_impl->config.width});
}

at::Tensor Transformer::head(const at::Tensor &hidden, bool semantic) const
{
    const c10::InferenceMode guard;
    const gpu::Linear &linear = semantic ? m_impl->semanticHead : m_impl->detailHead;
    const at::Tensor flat = hidden.reshape({-1, hidden.size(-1)});
    if (!m_impl->device)
        return apply(linear, flat).view({hidden.size(0), hidden.size(1), -1, 2});
    at::Tensor logits = at::empty({flat.size(0), linear.outputs()}, flat.options().dtype(at::kFloat));
    for (std::int64_t first = 0; first < flat.size(0); first += kHeadRows) {
        const std::int64_t count = std::min(kHeadRows, flat.size(0) - first);
        at::Tensor part = logits.narrow(0, first, count);
        linear.store(flat.narrow(0, first, count).to(at::kFloat), part);
    }
    return logits.view({hidden.size(0), hidden.size(1), -1, 2});
}

} // namespace faststar::model
