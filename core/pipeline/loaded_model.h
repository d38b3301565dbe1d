// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "core/domain/model_config.h"
#include "core/model/text_encoder.h"
#include "core/model/transformer.h"
#include "core/model/video_vae.h"

namespace faststar::pipeline
{

// The parts of one model, loaded. A part that a job does not need may be null.
struct LoadedModel {
    ModelConfig config;
    std::unique_ptr<model::TextEncoder> textEncoder;
    std::unique_ptr<model::Transformer> transformer;
    std::unique_ptr<model::VideoVae> vae;
};

// Features per guidance branch, row 0 conditional.
struct TextFeatures {
    std::vector<at::Tensor> branches;
    int promptTokens = 0;
    bool promptCut = false;
    bool negativeCut = false;
};

// Tokenises and encodes the prompt and, where guidance needs it, the negative prompt or the model's
// unconditional rows. Throws model::StopRequested.
[[nodiscard]] TextFeatures encodePrompt(const LoadedModel &model, const GenerationRequest &request,
                                        const std::stop_token &stop);

} // namespace faststar::pipeline
