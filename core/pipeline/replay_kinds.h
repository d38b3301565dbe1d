// SPDX-License-Identifier: Apache-2.0
//
// What each kind of golden case computes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/domain/result.h"
#include "core/pipeline/replay_compare.h"
#include "gpu/torch_device.h"

namespace faststar::pipeline
{

struct ReplayInput {
    std::filesystem::path folder;
    const nlohmann::json &description; // case.json
    TensorMap tensors;                 // inputs.safetensors
    // Names of the tensors wanted (rope: which scales and steps); empty without an expectation.
    std::vector<std::string> wanted;
    gpu::Placement placement = {};
};

struct ReplayResult {
    TensorMap tensors;
    StepSelections selections; // of the pruned steps
};

// CorruptFile for an unknown kind, for inputs of other shapes or types than the model's, and for what
// readCaseRequest() refuses; errors of the model folder as they are.
[[nodiscard]] Result<ReplayResult> replayTensors(const ReplayInput &input);

} // namespace faststar::pipeline
