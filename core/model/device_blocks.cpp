// SPDX-License-Identifier: Apache-2.0
#include "core/model/device_blocks.h"

#include <algorithm>

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

#include "core/model/stop.h"
#include "gpu/block_ops.h"
#include "gpu/part_clock.h"

namespace faststar::model
{
namespace
{

using gpu::Part;
using gpu::timed;

// Rows of the MLP's wide layer held at once: it decides the peak of memory, and larger products are no
// faster.
constexpr std::int64_t kMlpRows = 24576;

} // namespace

void DeviceBlocks::loadBlock(const Take &take)
{
    const std::int64_t width = m_config.width;
    const std::int64_t dim = m_config.headDim();
    const std::int64_t queryWidth = m_config.heads * dim;
    const std::int64_t keyWidth = m_config.kvHeads * dim;
    const std::int64_t mlp = m_config.mlpWidth;
    const at::ScalarType type = m_placement.compute;
    bool whole = true;
    const auto get = [&](const char *name, const std::vector<std::int64_t> &shape, at::ScalarType as) {
        at::Tensor tensor = whole ? take(name, shape, as) : at::Tensor();
        whole = whole && tensor.defined();
        return tensor;
    };
    const auto linear = [&](const std::vector<at::Tensor> &parts, bool fastSum = true) {
        return whole ? gpu::DeviceLinear(parts.size() == 1 ? parts.front() : at::cat(parts),
                                         m_placement.eightBit, fastSum)
                     : gpu::DeviceLinear();
    };
    Block block;
    block.inputNorm = get("input_layernorm.weight", {width}, type);
    block.postNorm = get("post_attention_layernorm.weight", {width}, type);
    const at::Tensor queryNorm = get("attn.q_norm.weight", {dim}, at::kFloat);
    const at::Tensor keyNorm = get("attn.k_norm.weight", {dim}, at::kFloat);
    if (whole)
        block.headNorms = at::cat({queryNorm.expand({std::int64_t(m_config.heads), dim}),
                                   keyNorm.expand({std::int64_t(m_config.kvHeads), dim})});
    // One layer after the other, so that its parts are gone before the next comes.
    block.qkv = linear({get("attn.q_proj.weight", {queryWidth, width}, type),
                        get("attn.k_proj.weight", {keyWidth, width}, type),
                        get("attn.v_proj.weight", {keyWidth, width}, type)});
    block.out = linear({get("attn.o_proj.weight", {width, queryWidth}, type)});
    block.gateUp = linear(
        {get("mlp.gate_proj.weight", {mlp, width}, type), get("mlp.up_proj.weight", {mlp, width}, type)});
    // Its sums are four times as long, too long for the short accumulator.
    block.down = linear({get("mlp.down_proj.weight", {width, mlp}, type)}, false);
    if (whole)
        m_blocks.push_back(std::move(block));
}

void DeviceBlocks::attend(const Block &block, at::Tensor &x, at::Tensor &query, at::Tensor &keys,
                          at::Tensor &values, std::int64_t tokens, const at::Tensor &rope) const
{
    const bool eightBit = m_placement.eightBit;
    at::Tensor qkv;
    {
        // Gone before the next: it is as large as x.
        const gpu::LayerInput normed = timed(Part::Elementwise, [&] {
            return gpu::block::normedInput(x, block.inputNorm, m_config.rmsEps, eightBit);
        });
        qkv = timed(Part::Linear, [&] { return block.qkv(normed); });
    }
    timed(Part::Elementwise, [&] {
        const std::int64_t before = keys.size(1) - tokens;
        at::Tensor key = keys.narrow(1, before, tokens);
        at::Tensor value = values.narrow(1, before, tokens);
        gpu::block::splitHeads(qkv.view({keys.size(0), tokens, -1}), block.headNorms, m_config.rmsEps, rope,
                               query, key, value);
    });
    qkv = at::Tensor();
    at::Tensor mixed = timed(Part::Attention, [&] { return gpu::block::attention(query, keys, values); });
    const gpu::LayerInput input =
        timed(Part::Elementwise, [&] { return gpu::block::layerInput(mixed, eightBit); });
    mixed = at::Tensor();
    timed(Part::Linear, [&] { block.out.add(input, x); });
}

void DeviceBlocks::transform(const Block &block, at::Tensor &x) const
{
    const bool eightBit = m_placement.eightBit;
    for (std::int64_t first = 0; first < x.size(0); first += kMlpRows) {
        at::Tensor rows = x.narrow(0, first, std::min(kMlpRows, x.size(0) - first));
        const gpu::LayerInput normed = timed(Part::Elementwise, [&] {
            return gpu::block::normedInput(rows, block.postNorm, m_config.rmsEps, eightBit);
        });
        at::Tensor wide = timed(Part::Linear, [&] { return block.gateUp(normed); });
        const gpu::LayerInput gated =
            timed(Part::Elementwise, [&] { return gpu::block::gatedInput(wide, eightBit); });
        timed(Part::Linear, [&] { block.down.add(gated, rows); });
    }
}

void DeviceBlocks::run(at::Tensor &x, std::int64_t rows, const at::Tensor &rope,
                       const std::array<const KeyValues *, 2> &before, KeyValues *store,
                       const std::stop_token &stop) const
{
    const std::int64_t dim = m_config.headDim();
    const std::int64_t tokens = x.size(0) / rows;
    std::int64_t total = tokens;
    for (const KeyValues *source : before) {
        if (source != nullptr && !source->empty())
            total += source->keys.front().size(2);
    }
    at::Tensor query = at::empty({rows, tokens, m_config.heads, dim}, x.options());
    at::Tensor keys = at::empty({rows, total, m_config.kvHeads, dim}, x.options());
    at::Tensor values = at::empty_like(keys);
    if (store != nullptr)
        *store = KeyValues{};
    for (std::size_t i = 0; i < m_blocks.size(); ++i) {
        throwIfStopped(stop);
        timed(Part::Copy, [&] {
            std::int64_t place = 0;
            for (const KeyValues *source : before) {
                if (source == nullptr || source->empty())
                    continue;
                const std::int64_t count = source->keys[i].size(2);
                keys.narrow(1, place, count).copy_(source->keys[i].transpose(1, 2));
                values.narrow(1, place, count).copy_(source->values[i].transpose(1, 2));
                place += count;
            }
        });
        attend(m_blocks[i], x, query, keys, values, tokens, rope);
        transform(m_blocks[i], x);
        if (store != nullptr) {
            store->keys.push_back(keys.narrow(1, total - tokens, tokens).clone().transpose(1, 2));
            store->values.push_back(values.narrow(1, total - tokens, tokens).clone().transpose(1, 2));
        }
    }
}

} // namespace faststar::model
