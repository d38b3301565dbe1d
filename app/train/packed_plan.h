// SPDX-License-Identifier: Apache-2.0
//
// How the text and all scales of all clips of a batch lie in one packed sequence: the text, then the scales
// with semantic bits, then those with detail bits, so that each head reads one range.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/domain/schedule.h"
#include "gpu/packed_attention.h"

namespace faststar::train
{

class PackedPlan
{
public:
    // All rows have `textTokens` tokens of text. `oneKernel` as in gpu::PackedLayout. With `clipScales` > 0
    // only so many scales of the video clips, the coarsest, take part; none of them may be read by a clip.
    PackedPlan(const Schedule &schedule, const TransformerConfig &config, std::int64_t rows, int textTokens,
               at::Device device, bool oneKernel = true, int clipScales = 0);

    [[nodiscard]] const gpu::PackedLayout &layout() const { return m_layout; }
    // Scale indices in the order of the sequence.
    [[nodiscard]] const std::vector<int> &order() const { return m_order; }
    [[nodiscard]] std::int64_t semanticTokens() const { return m_semanticTokens; }
    [[nodiscard]] std::int64_t detailTokens() const { return m_detailTokens; }
    // [2, tokens, headDim / 2], each scale at the given repetition (by scale index).
    [[nodiscard]] at::Tensor rope(const std::vector<int> &repetitions) const;

private:
    [[nodiscard]] static std::vector<gpu::Segment> segmentsOf(const Schedule &schedule,
                                                              const std::vector<int> &order, int textTokens);

    std::vector<int> m_order;
    gpu::PackedLayout m_layout;
    std::int64_t m_semanticTokens = 0;
    std::int64_t m_detailTokens = 0;
    at::Tensor m_textRope;
    std::vector<std::vector<at::Tensor>> m_ropes; // by scale index and repetition
};

// The same for every batch: each scale's share of the loss, spread over its tokens. A scale of n tokens has
// the weight n^power; all together 1. In the sequence's order, [semantic + detail tokens].
[[nodiscard]] at::Tensor tokenWeights(const Schedule &schedule, const std::vector<int> &order, double power,
                                      at::Device device);

} // namespace faststar::train
