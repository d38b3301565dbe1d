// SPDX-License-Identifier: Apache-2.0
//
// What a run can leave behind besides its clip.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/cli/media_port.h"
#include "core/domain/schedule.h"
#include "core/domain/step_event.h"

namespace faststar::cli
{

using Frames = std::vector<Image>;
using PrunedSteps = std::vector<std::shared_ptr<const StepEvent>>; // in order, each with record and scores

// "27.1": scale over all clips and repetition, as the golden cases name a step.
[[nodiscard]] std::string stepName(const StepIndex &index);

// frame_0000.png, frame_0001.png, ...; `text` goes into the first.
[[nodiscard]] Status writeFrames(const std::filesystem::path &folder, const Frames &frames,
                                 const std::map<std::string, std::string> &text, bool replace);

// SS.R/tau_TT.png (tau = latent frame within the clip; one pixel a position of the feature map; white =
// kept) and, where videos can be written, masks.mp4: step after step, every latent frame as long as its
// frames, at the size of the clip.
[[nodiscard]] Status writeMasks(const std::filesystem::path &folder, const PrunedSteps &steps,
                                const MediaPort &media, int fps, bool replace);

// step/SS.R/{spatial_similarity, temporal_similarity, score, mask_full} [t, H, W] and kept [k].
[[nodiscard]] Status writeScores(const std::filesystem::path &file, const PrunedSteps &steps, bool replace);

// The clip under the heatmap and the mask's outline of each clip's last pruned step; frames of a clip
// without one stay as they are.
[[nodiscard]] Status writeOverlay(const std::filesystem::path &file, const Frames &frames,
                                  const PrunedSteps &steps, const Schedule &schedule, const MediaPort &media,
                                  int fps, bool replace);

// The cheap pictures of a step side by side, one a latent frame.
[[nodiscard]] Status writePreview(const std::filesystem::path &file, const Frames &preview);

} // namespace faststar::cli
