// SPDX-License-Identifier: Apache-2.0
//
// Drawn clips as the transformer sees them: encoded by a finished autoencoder, with tokenised captions.
#pragma once

#include <filesystem>

#include "app/train/clip_pool.h"
#include "app/train/training_config.h"
#include "core/domain/result.h"

namespace faststar::train
{

struct DrawnLatentsOptions {
    std::filesystem::path autoencoder; // checkpoint of the VAE stage; its running averages are used
    bool autoencoderOfModel = false;   // or the file of a model folder instead
    std::filesystem::path tokenizer;   // spiece.model
    int vocabulary = 0;                // pieces in it
    int captions = 1;                  // wordings of each clip
};

// Draws scene `number` of the configuration's seed and data, encodes on `device` and tokenises. Errors of
// files and of the configuration.
[[nodiscard]] Result<ClipMaker> drawnLatents(const TrainConfig &config, const DrawnLatentsOptions &options,
                                             at::Device device);

} // namespace faststar::train
