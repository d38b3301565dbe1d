// SPDX-License-Identifier: Apache-2.0
#include "app/train/packed_plan.h"

#include <cmath>

#include <ATen/ATen.h>

#include "core/model/rope.h"

namespace faststar::train
{
namespace
{

std::vector<int> semanticFirst(const Schedule &schedule, int clipScales)
{
    std::vector<int> order;
    for (const bool semantic : {true, false}) {
        for (const Scale &scale : schedule.scales) {
            const bool taken = clipScales == 0 || scale.clip == 0 || scale.indexInClip < clipScales;
            if (taken && scale.semantic == semantic)
                order.push_back(scale.index);
        }
    }
    return order;
}

} // namespace

std::vector<gpu::Segment> PackedPlan::segmentsOf(const Schedule &schedule, const std::vector<int> &order,
                                                 int textTokens)
{
    std::vector<int> segmentOf(schedule.scales.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        segmentOf[std::size_t(order[i])] = int(i) + 1; // segment 0 is the text
    std::vector<gpu::Segment> segments{{textTokens, {}}};
    for (const int index : order) {
        const Scale &scale = schedule.scales[std::size_t(index)];
        gpu::Segment segment{scale.shape.tokens(), {0}};
        if (scale.contextScale >= 0)
            segment.sources.push_back(segmentOf[std::size_t(scale.contextScale)]);
        segments.push_back(std::move(segment));
    }
    return segments;
}

PackedPlan::PackedPlan(const Schedule &schedule, const TransformerConfig &config, std::int64_t rows,
                       int textTokens, at::Device device, bool oneKernel, int clipScales)
    : m_order(semanticFirst(schedule, clipScales)),
      m_layout(segmentsOf(schedule, m_order, textTokens), rows, device, oneKernel),
      m_textRope(model::textRope(textTokens, config.headDim()).to(device))
{
    for (const int index : m_order) {
        const Scale &scale = schedule.scales[std::size_t(index)];
        (scale.semantic ? m_semanticTokens : m_detailTokens) += scale.shape.tokens();
    }
    for (const Scale &scale : schedule.scales) {
        std::vector<at::Tensor> ropes;
        ropes.reserve(std::size_t(scale.repetitions));
        for (int repetition = 0; repetition < scale.repetitions; ++repetition)
            ropes.push_back(model::visualRope(scale, scale.firstStep + repetition,
                                              schedule.lastShape(scale.clip), config.textMaxTokens,
                                              config.headDim())
                                .to(device));
        m_ropes.push_back(std::move(ropes));
    }
}

at::Tensor PackedPlan::rope(const std::vector<int> &repetitions) const
{
    std::vector<at::Tensor> parts{m_textRope};
    parts.reserve(m_order.size() + 1);
    for (const int index : m_order)
        parts.push_back(m_ropes[std::size_t(index)][std::size_t(repetitions[std::size_t(index)])]);
    return at::cat(parts, 1);
}

at::Tensor tokenWeights(const Schedule &schedule, const std::vector<int> &order, double power,
                        at::Device device)
{
    std::vector<at::Tensor> parts;
    parts.reserve(order.size());
    for (const int index : order) {
        const auto tokens = schedule.scales[std::size_t(index)].shape.tokens();
        parts.push_back(at::full({tokens}, std::pow(double(tokens), power - 1.0), at::kDouble));
    }
    const at::Tensor all = at::cat(parts);
    return (all / all.sum()).to(at::kFloat).to(device);
}

} // namespace faststar::train
