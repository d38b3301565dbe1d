// SPDX-License-Identifier: Apache-2.0
//
// What a clip says about itself, under the keys of MP4 files and of PNG text.
#pragma once

#include <map>
#include <string>

#include "core/domain/pipeline.h"
#include "core/store/recipe.h"

namespace faststar::jobs
{

struct ClipMetadata {
    std::map<std::string, std::string> video;
    std::map<std::string, std::string> picture;
};

// "0.1.0+abc123"
[[nodiscard]] std::string versionText();

// The recipe of a run. `libraries`: those that decide the numbers ("torch" -> "2.11.0").
[[nodiscard]] store::Recipe recipeOf(const GenerationRequest &request, const ModelFacts &model,
                                     const std::map<std::string, std::string> &libraries,
                                     std::optional<StepIndex> keptAt);

// The recipe, a line for people, and the line that other programs read in PNG files. `width` and `height` of
// the picture.
[[nodiscard]] ClipMetadata metadataOf(const store::Recipe &recipe, int width, int height);

} // namespace faststar::jobs
