// SPDX-License-Identifier: Apache-2.0
//
// The settings that a stage was trained with, kept in its checkpoint, so that a resumed run can say what has
// changed.
#pragma once

#include <string>
#include <vector>

#include "app/train/training_config.h"

namespace faststar::train
{

// Seed, model, data and the section of the stage, as JSON.
[[nodiscard]] std::string settingsOf(const TrainConfig &config, const std::string &stage);

// "vae.optimizer.steps 200, now 300": every value that differs. None where `before` is no record.
[[nodiscard]] std::vector<std::string> changedSettings(const std::string &before, const std::string &now);

} // namespace faststar::train
