// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/trace.h"

#include <array>
#include <cstdio>
#include <cstring>

#include <ATen/ATen.h>

namespace faststar::pipeline
{

namespace
{

at::Tensor tensorOf(const ScoreGrid &grid)
{
    at::Tensor tensor = at::empty({grid.shape.t, grid.shape.h, grid.shape.w}, at::kFloat);
    std::memcpy(tensor.data_ptr<float>(), grid.values.data(), grid.values.size() * sizeof(float));
    return tensor;
}

} // namespace

std::string stepKey(const StepIndex &index)
{
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "step/%02d.%d", index.scale, index.repetition);
    return text.data();
}

void Trace::add(std::string name, const at::Tensor &tensor)
{
    // Always a copy: the engine goes on using its own memory.
    const bool narrow = at::isFloatingType(tensor.scalar_type()) && tensor.element_size() < 4;
    const auto type = narrow ? at::kFloat : tensor.scalar_type();
    m_tensors.emplace_back(std::move(name), tensor.detach().to(at::kCPU, type, false, true).contiguous());
}

void Trace::addReduction(const StepIndex &index, const ScoreMaps &maps, const StepRecord &record)
{
    const std::string key = stepKey(index);
    add(key + "/spatial_similarity", tensorOf(maps.spatialSimilarity));
    if (!maps.temporalSimilarity.values.empty())
        add(key + "/temporal_similarity", tensorOf(maps.temporalSimilarity));
    add(key + "/score", tensorOf(maps.score));
    at::Tensor mask = at::empty({record.mask.shape.t, record.mask.shape.h, record.mask.shape.w}, at::kByte);
    std::memcpy(mask.data_ptr<std::uint8_t>(), record.mask.values.data(), record.mask.values.size());
    add(key + "/mask_full", mask);
    add(key + "/kept", at::tensor(record.tokens, at::kInt));
}

} // namespace faststar::pipeline
