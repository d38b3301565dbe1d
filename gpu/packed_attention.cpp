// SPDX-License-Identifier: Apache-2.0
#include "gpu/packed_attention.h"

#include <algorithm>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/ops/_flash_attention_forward.h>
#include <torch/csrc/autograd/custom_function.h>

#include "gpu/aten_ops.h"

namespace faststar::gpu
{
namespace
{

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

at::Tensor onDevice(const std::vector<std::int64_t> &values, at::ScalarType type, at::Device device)
{
    return at::tensor(values, at::kLong).to(type).to(device);
}

// The gathering of keys. ATen's own gradient of an index adds number by number in no fixed order; here each
// token's places are known, so that the gradient is gathered too and sums in one order.
struct Gather : torch::autograd::Function<Gather> {
    // `places` of every shared range one after the other; `ranges` first token, tokens and places of each.
    static at::Tensor forward(AutogradContext *context, const at::Tensor &x, const at::Tensor &index,
                              const at::Tensor &own, const at::Tensor &places,
                              const std::vector<std::int64_t> &ranges)
    {
        context->save_for_backward({own, places});
        context->saved_data["ranges"] = ranges;
        return x.index_select(1, index);
    }

    static tensor_list backward(AutogradContext *context, const tensor_list &grads)
    {
        const tensor_list saved = context->get_saved_variables();
        const std::vector<std::int64_t> ranges = context->saved_data["ranges"].toIntVector();
        const at::Tensor &grad = grads[0];
        at::Tensor result = grad.index_select(1, saved[0]);
        std::int64_t used = 0;
        for (std::size_t i = 0; i < ranges.size(); i += 3) {
            const at::Tensor read = grad.index_select(1, saved[1].narrow(0, used, ranges[i + 2]));
            result.narrow(1, ranges[i], ranges[i + 1]).add_(read.unflatten(1, {-1, ranges[i + 1]}).sum(1));
            used += ranges[i + 2];
        }
        return {result, {}, {}, {}, {}};
    }
};

} // namespace

PackedLayout::PackedLayout(std::vector<Segment> segments, std::int64_t rows, at::Device device,
                           bool oneKernel)
    : m_segments(std::move(segments)), m_rows(rows), m_oneKernel(oneKernel)
{
    const auto count = static_cast<int>(m_segments.size());
    for (const Segment &segment : m_segments) {
        TORCH_CHECK(segment.tokens > 0, "a packed segment without tokens");
        m_firsts.push_back(m_tokens);
        m_tokens += segment.tokens;
    }
    std::vector<std::int64_t> gather;
    std::vector<std::int64_t> own;
    std::vector<std::vector<std::int64_t>> places(m_segments.size());
    const auto range = [](std::vector<std::int64_t> &list, std::int64_t first, std::int64_t size) {
        for (std::int64_t i = 0; i < size; ++i)
            list.push_back(first + i);
    };
    for (int i = 0; i < count; ++i) {
        const Segment &segment = m_segments[std::size_t(i)];
        const auto before = static_cast<std::int64_t>(gather.size());
        for (const int source : segment.sources) {
            TORCH_CHECK(source >= 0 && source < count && source != i, "segment ", i, " has no source ",
                        source);
            range(places[std::size_t(source)], static_cast<std::int64_t>(gather.size()),
                  m_segments[std::size_t(source)].tokens);
            range(gather, first(source), m_segments[std::size_t(source)].tokens);
        }
        range(own, static_cast<std::int64_t>(gather.size()), segment.tokens);
        range(gather, first(i), segment.tokens);
        m_keyCounts.push_back(static_cast<std::int64_t>(gather.size()) - before);
        m_mostTokens = std::max(m_mostTokens, segment.tokens);
        m_mostKeys = std::max(m_mostKeys, m_keyCounts.back());
    }
    m_keys = static_cast<std::int64_t>(gather.size());
    m_gather = onDevice(gather, at::kLong, device);
    m_own = onDevice(own, at::kLong, device);
    std::vector<std::int64_t> shared;
    for (int i = 0; i < count; ++i) {
        const auto &list = places[std::size_t(i)];
        if (list.empty())
            continue;
        shared.insert(shared.end(), list.begin(), list.end());
        for (const std::int64_t value :
             {first(i), m_segments[std::size_t(i)].tokens, std::int64_t(list.size())})
            m_sharedRanges.push_back(value);
    }
    m_sharedPlaces = onDevice(shared, at::kLong, device);
    std::vector<std::int64_t> queryEnds{0};
    std::vector<std::int64_t> keyEnds{0};
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::size_t i = 0; i < m_segments.size(); ++i) {
            queryEnds.push_back(queryEnds.back() + m_segments[i].tokens);
            keyEnds.push_back(keyEnds.back() + m_keyCounts[i]);
        }
    }
    m_queryEnds = onDevice(queryEnds, at::kInt, device);
    m_keyEnds = onDevice(keyEnds, at::kInt, device);
}

at::Tensor PackedLayout::gathered(const at::Tensor &x) const
{
    return Gather::apply(x, m_gather, m_own, m_sharedPlaces, m_sharedRanges);
}

// One attention after the other. pairs [rows, keys, 2, kvHeads, dim].
at::Tensor PackedLayout::attendEach(const at::Tensor &query, const at::Tensor &pairs) const
{
    std::vector<std::int64_t> counts;
    counts.reserve(m_segments.size());
    for (const Segment &segment : m_segments)
        counts.push_back(segment.tokens);
    const auto queries = query.transpose(1, 2).split_with_sizes(counts, 2);
    const auto keys = pairs.permute({2, 0, 3, 1, 4}).split_with_sizes(m_keyCounts, 3);
    std::vector<at::Tensor> results;
    results.reserve(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i)
        results.push_back(aten::attended(queries[i], keys[i].select(0, 0), keys[i].select(0, 1)));
    return at::cat(results, 1);
}

// All of them in one kernel.
at::Tensor PackedLayout::attendVariable(const at::Tensor &query, const at::Tensor &pairs) const
{
    const at::Tensor flat = pairs.flatten(0, 1);
    const auto result =
        at::_flash_attention_forward(query.flatten(0, 1), flat.select(1, 0), flat.select(1, 1), m_queryEnds,
                                     m_keyEnds, m_mostTokens, m_mostKeys, 0.0, false, false);
    return std::get<0>(result).view({m_rows, m_tokens, -1});
}

at::Tensor attendPacked(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
                        const PackedLayout &layout)
{
    const std::int64_t kvHeads = key.size(2);
    const at::Tensor both = at::cat({key.flatten(2), value.flatten(2)}, 2);
    const at::Tensor pairs = layout.gathered(both).unflatten(2, {2, kvHeads, -1});
    const bool half = query.scalar_type() == at::kBFloat16 || query.scalar_type() == at::kHalf;
    const bool together = layout.m_oneKernel && query.is_cuda() && half;
    return together ? layout.attendVariable(query, pairs) : layout.attendEach(query, pairs);
}

} // namespace faststar::gpu
