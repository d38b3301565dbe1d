// SPDX-License-Identifier: Apache-2.0
//
// Attention over many independent token ranges of one packed sequence: every linear layer runs once over all
// of them, and each range attends to itself and to the ranges it names, without a mask.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace faststar::gpu
{

// A range of consecutive tokens.
struct Segment {
    std::int64_t tokens = 0;
    std::vector<int> sources; // other segments whose keys it reads besides its own
};

// Where the tokens of the segments lie, worked out once for `rows` rows on one device.
class PackedLayout
{
public:
    // `oneKernel`: whether attendPacked() may use one kernel for all. Throws c10::Error for a segment without
    // tokens or a source that is not another segment of the list.
    PackedLayout(std::vector<Segment> segments, std::int64_t rows, at::Device device, bool oneKernel = true);

    [[nodiscard]] const std::vector<Segment> &segments() const { return m_segments; }
    [[nodiscard]] std::int64_t rows() const { return m_rows; }
    [[nodiscard]] std::int64_t tokens() const { return m_tokens; } // of a row
    [[nodiscard]] std::int64_t keys() const { return m_keys; }     // of a row, shared ones counted again
    [[nodiscard]] std::int64_t first(int segment) const { return m_firsts[std::size_t(segment)]; }

private:
    friend at::Tensor attendPacked(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
                                   const PackedLayout &layout);

    // [rows, tokens, c] -> [rows, keys, c]: segment after segment, its sources first.
    [[nodiscard]] at::Tensor gathered(const at::Tensor &x) const;
    [[nodiscard]] at::Tensor attendEach(const at::Tensor &query, const at::Tensor &pairs) const;
    [[nodiscard]] at::Tensor attendVariable(const at::Tensor &query, const at::Tensor &pairs) const;

    std::vector<Segment> m_segments;
    std::vector<std::int64_t> m_firsts;    // token
    std::vector<std::int64_t> m_keyCounts; // of a segment
    std::int64_t m_rows = 0;
    std::int64_t m_tokens = 0;
    std::int64_t m_keys = 0;
    at::Tensor m_gather;       // [keys] int64, the token of each key
    at::Tensor m_own;          // [tokens] int64, the place of each token's key among its own segment's keys
    at::Tensor m_sharedPlaces; // [n] int64, where other segments read the tokens of shared ones
    std::vector<std::int64_t> m_sharedRanges; // first token, tokens and number of places of each of those
    at::Tensor m_queryEnds; // [rows * segments + 1] int32, running counts over rows and segments
    at::Tensor m_keyEnds;
    std::int64_t m_mostTokens = 0;
    std::int64_t m_mostKeys = 0;
    bool m_oneKernel = true;
};

// query [rows, tokens, heads, dim], key and value [rows, tokens, kvHeads, dim] -> [rows, tokens, heads *
// dim]. Scale 1/sqrt(dim). On a GPU with a 16-bit type one kernel runs over all segments and rows.
[[nodiscard]] at::Tensor attendPacked(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
                                      const PackedLayout &layout);

} // namespace faststar::gpu
