// SPDX-License-Identifier: Apache-2.0
//
// The sizes and durations that a model can be asked for, as the panel lists them.
#pragma once

#include <vector>

#include "core/domain/model_config.h"
#include "core/domain/request.h"

namespace faststar::studio
{

struct PictureSize {
    Aspect aspect;
    int width = 0; // pixels
    int height = 0;

    bool operator==(const PictureSize &) const = default;
};

// Common aspects, each with the pixels that the nearest template gives; landscape first. Aspects whose
// template is the same as that of one before are left out.
[[nodiscard]] std::vector<PictureSize> pictureSizes(const ModelConfig &model);

// Numbers of frames, 1 + 4k, ascending: a picture, quarters of the first second, halves up to five,
// whole seconds up to what the validator accepts or `mostSeconds`; the model's own number is among them.
[[nodiscard]] std::vector<int> frameChoices(const ModelConfig &model, int mostSeconds = 20);

} // namespace faststar::studio
