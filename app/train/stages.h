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

// How a stage begins, besides with random weights.
struct StageStart {
    bool resume = false;         // from its checkpoint, which is loaded later: what it was made with is kept
    std::filesystem::path model; // the transformer: from this model folder, with its tokenizer, and with its
                                 // autoencoder where `out` has none
};

// "vae" or "transformer"; a later stage reads what the earlier ones left in `out`. Errors of the
// configuration and of those files.
[[nodiscard]] Result<std::unique_ptr<Stage>> makeStage(const std::string &name, const TrainConfig &config,
                                                       const std::filesystem::path &out,
                                                       const at::Device &device,
                                                       const StageStart &start = {});

// Whether a stage can be trained with the configuration: everything that makeStage() says of it, before the
// stages that come first have taken their hours. Reads no file.
[[nodiscard]] Status checkStage(const std::string &name, const TrainConfig &config);

// Whether exportModel() could write OUT/model. WriteFailed. Leaves nothing behind.
[[nodiscard]] Status checkExportTarget(const std::filesystem::path &out);

// OUT/model from the checkpoints in `out`: model.json, the weights in float16 under the names of the release,
// and train.json. It is complete and was opened as a model of the configuration's sizes before it takes the
// place of an older one. NotFound without the checkpoint of every stage; ModelMismatch where they do not fit
// the configuration, or the transformer was trained on another autoencoder; WriteFailed.
[[nodiscard]] Status exportModel(const TrainConfig &config, const std::filesystem::path &out);

// Straight into the folder `model`, unchecked, of the stages whose checkpoints are there.
[[nodiscard]] Status exportModelTo(const TrainConfig &config, const std::filesystem::path &out,
                                   const std::filesystem::path &model);

} // namespace faststar::train
