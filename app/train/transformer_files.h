// SPDX-License-Identifier: Apache-2.0
//
// The transformer stage's files: what it reads of the stages before, and what it gives to a model folder.
#pragma once

#include <filesystem>
#include <memory>

#include "app/train/stages.h"
#include "app/train/transformer_stage.h"

namespace faststar::train
{

// What can be said of the configuration before there is an autoencoder.
[[nodiscard]] Status checkTransformerStage(const TrainConfig &config);

// The stage on drawn clips. Reads OUT/vae.safetensors, and fits OUT/spiece.model to the captions (the same
// for the same configuration) unless `start` brings one. InvalidRequest for an autoencoder that is not
// trained to its end; errors of configuration and files.
[[nodiscard]] Result<std::unique_ptr<Stage>> makeTransformerStage(const TrainConfig &config,
                                                                  const std::filesystem::path &out,
                                                                  at::Device device, const StageStart &start);

// MODEL/transformer.safetensors and MODEL/text_encoder from OUT/transformer.safetensors and OUT/spiece.model.
[[nodiscard]] Status exportTransformer(const TrainConfig &config, const std::filesystem::path &out,
                                       const std::filesystem::path &model);

} // namespace faststar::train
