// SPDX-License-Identifier: Apache-2.0
//
// The tensors that each part of a model must have, by the release's names, from the hyper-parameters
// alone. The one place where names and shapes are spelled for checking.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/model_config.h"

namespace faststar::model
{

struct ExpectedTensor {
    std::string name;
    std::vector<std::int64_t> shape;
    std::string alias = {}; // another name that will do; usually empty
};

// "block_chunks.<c>.module.<i>." of block `index`, or "blocks.<index>." in a model of one chunk.
[[nodiscard]] std::string blockPrefix(const TransformerConfig &config, int index);

[[nodiscard]] std::vector<ExpectedTensor> transformerTensors(const ModelConfig &config);
[[nodiscard]] std::vector<ExpectedTensor> vaeTensors(const VaeConfig &config);
[[nodiscard]] std::vector<ExpectedTensor> textEncoderTensors(const TextEncoderConfig &config);

// Tensors that released checkpoints carry although the network never reads them (whatever their type).
[[nodiscard]] bool isKnownUnused(std::string_view name);

} // namespace faststar::model
