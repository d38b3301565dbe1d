// SPDX-License-Identifier: Apache-2.0
//
// The stages by name, and the model folder that they give together.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/train/stage.h"

namespace faststar::train
{

// "vae" or "transformer"; a later stage reads what the earlier ones left in `out`. Errors of the
// configuration and of those files.
[[nodiscard]] Result<std::unique_ptr<Stage>> makeStage(const std::string &name, const TrainConfig &config,
                                                       const std::filesystem::path &out,
                                                       const at::Device &device);

// OUT/model from the checkpoints in `out`: model.json, the weights in float16 under the names of the release
// (of the stages whose checkpoints are there), and train.json.
[[nodiscard]] Status exportModel(const TrainConfig &config, const std::filesystem::path &out);

} // namespace faststar::train
