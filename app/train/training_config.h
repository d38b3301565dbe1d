// SPDX-License-Identifier: Apache-2.0
//
// train.json: everything that decides a training run, kept beside the model. Members:
//   seed         all random choices derive from it
//   model        what model.json of the result will say (core/model/model_folder.h); sizes of all parts
//   data         the distribution of drawn clips (SceneOptions)
//   vae          the VAE stage (vae_stage.h)
//   transformer  the stage of transformer and text encoder
// Each stage has "optimizer" (OptimizerConfig) and "report" (ReportConfig).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "app/train/config_section.h"
#include "app/train/optimizer.h"
#include "core/domain/model_config.h"
#include "core/domain/result.h"

namespace faststar::train
{

struct TrainConfig {
    std::uint64_t seed = 1;
    ModelConfig model;
    nlohmann::json data = nlohmann::json::object();
    nlohmann::json vae; // sections as they stand; each stage reads its own
    nlohmann::json transformer;
    nlohmann::ordered_json modelDocument; // "model" as it stands, keys in their order
    std::string text;                     // the whole file, to be kept beside the model
};

// NotFound, Unreadable, CorruptFile.
[[nodiscard]] Result<TrainConfig> readTrainConfig(const std::filesystem::path &file);

// How often a stage reports. Times of the whole stage, evenly spread over its length.
struct ReportConfig {
    int logSteps = 50;   // a progress line every so many steps
    int validations = 4; // on clips never seen, with samples, the last at the end
    int checkpoints = 8; // one more at the end
};

void readOptimizerConfig(ConfigSection &section, OptimizerConfig &config);
void readReportConfig(ConfigSection &section, ReportConfig &config);

} // namespace faststar::train
