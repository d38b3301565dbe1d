// SPDX-License-Identifier: Apache-2.0
//
// Which steps of a schedule a request prunes, and what each step costs: pure arithmetic for the
// engine, forecasts and progress.
#pragma once

#include <cstdint>
#include <vector>

#include "core/domain/model_config.h"
#include "core/domain/schedule.h"

namespace faststar
{

// Share pruned at one step, in permille; 0 = runs in full. The last four scales of a video clip are
// pruned, except in the last of several repetitions; a scale that a later clip attends to is protected
// unless the request says otherwise.
[[nodiscard]] int stepRatioPermille(const GenerationRequest &request, const Schedule &schedule,
                                    const Scale &scale, int repetition);

// Scales whose codes come from a condition: the whole image clip (image), also the first video clip (video).
[[nodiscard]] int forcedScales(const GenerationRequest &request, const Schedule &schedule);

struct PlannedStep {
    int scale = 0;
    int repetition = 0;
    int ratioPermille = 0;
    bool forced = false;
    std::int64_t tokens = 0; // full grid
    std::int64_t run =
        0; // forecast of tokens through the transformer, one branch; 0 for a forced step that nothing reads
    double flops = 0.0; // of all branches
};

// `textTokens` is the prompt's length with its end token, if known.
[[nodiscard]] std::vector<PlannedStep> planSteps(const GenerationRequest &request, const ModelConfig &model,
                                                 const Schedule &schedule, int textTokens = 32);

// Work of decoding `latentFrames` latent frames, by convolutions (two per multiply-add).
[[nodiscard]] double decodeFlops(const VaeConfig &vae, int latentFrames, int latentHeight, int latentWidth);
[[nodiscard]] double encodeFlops(const VaeConfig &vae, int latentFrames, int latentHeight, int latentWidth);

} // namespace faststar
