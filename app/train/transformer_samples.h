// SPDX-License-Identifier: Apache-2.0
//
// What the transformer makes of prompts it is never trained on, to be looked at while training goes on.
#pragma once

#include <filesystem>
#include <string>

#include "app/train/training_config.h"
#include "core/domain/result.h"

namespace faststar::train
{

// OUT/transformer-<label>.png from the checkpoints in `out`: each pair of rows is a drawn clip and what the
// engine generates from its caption, with the averaged weights and the model's own settings, on the CPU. The
// model folder made for it is removed. Errors of the checkpoints and of files.
[[nodiscard]] Status writeTransformerSamples(const TrainConfig &config, const std::filesystem::path &out,
                                             int prompts, const std::string &label);

} // namespace faststar::train
