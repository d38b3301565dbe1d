// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "app/cli/jobs.h"
#include "app/cli/media_port.h"

namespace faststar::cli
{

// The frames that a request starts from, at the size of the clip: one, or 1 + 4m of a video, of which
// the request must leave at least one latent frame to generate.
[[nodiscard]] Result<std::vector<Image>> readCondition(const GenerationRequest &request,
                                                       const ModelConfig &model, int width, int height,
                                                       const MediaPort &media);

// Can the clip have the name that was asked for?
[[nodiscard]] Status checkClipName(const Job &job, const MediaPort &media);

// Scores, masks and their overlay exist only where something is pruned.
[[nodiscard]] Status checkPruned(const Job &job, const ModelConfig &model);

} // namespace faststar::cli
