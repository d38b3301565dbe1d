// SPDX-License-Identifier: Apache-2.0
//
// What each kind of golden case computes.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <ATen/core/Tensor.h>
#include <nlohmann/json_fwd.hpp>

#include "core/domain/result.h"
#include "core/model/checkpoint/weight_source.h"
#include "gpu/torch_device.h"

namespace faststar::pipeline
{

using TensorMap = std::map<std::string, at::Tensor>;

struct ReplayInput {
    std::filesystem::path folder;
    const nlohmann::json &description; // case.json
    TensorMap tensors;                 // inputs.safetensors
    // Names of the tensors wanted (rope: which scales and steps); empty without an expectation.
    std::vector<std::string> wanted;
    gpu::Placement placement = {};
};

// InvalidRequest for an unknown kind or an unknown key of the request.
[[nodiscard]] Result<TensorMap> replayTensors(const ReplayInput &input);

// A member of case.json of the right type, or CorruptFile naming it.
[[nodiscard]] Result<std::string> textMember(const nlohmann::json &object, const char *key);

} // namespace faststar::pipeline
