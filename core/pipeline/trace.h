// SPDX-License-Identifier: Apache-2.0
//
// Collects the tensors of a run under the names of the golden cases.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/domain/step_event.h"

namespace faststar::pipeline
{

// "step/SS.R": scale over all clips, repetition.
[[nodiscard]] std::string stepKey(const StepIndex &index);

class Trace
{
public:
    // A copy on the CPU. Types of a device's profile, narrower than float32, become float32 as in the golden
    // cases, without loss.
    void add(std::string name, const at::Tensor &tensor);
    // spatial_similarity, temporal_similarity, score, mask_full, kept.
    void addReduction(const StepIndex &index, const ScoreMaps &maps, const StepRecord &record);

    [[nodiscard]] const std::vector<std::pair<std::string, at::Tensor>> &tensors() const { return m_tensors; }

private:
    std::vector<std::pair<std::string, at::Tensor>> m_tensors;
};

} // namespace faststar::pipeline
