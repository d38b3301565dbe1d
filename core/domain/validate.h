// SPDX-License-Identifier: Apache-2.0
//
// The one judge of a request, for the studio, the command line and files: what is refused here is
// refused everywhere, by the same words.
#pragma once

#include <string>
#include <vector>

#include "core/domain/model_config.h"
#include "core/domain/request.h"
#include "core/domain/result.h"

namespace faststar
{

struct FieldError {
    std::string field; // of the request, snake_case: "frames", "ratios", "p", "guidance_scale", ...
    ErrorCode code = ErrorCode::InvalidRequest;
    std::string detail; // English, without the field's name: "16 is not 1 + 4k; the nearest are 13 and 17"

    bool operator==(const FieldError &) const = default;
};

// Video clips that a run may have at most; beyond, nothing was ever trained.
inline constexpr int kMaxVideoClips = 8;

// The most frames a request to this model may ask for (1 + 4k).
[[nodiscard]] int maxFrames(const ModelConfig &model);

// Every field that is wrong, in the order of the request; empty = may run.
[[nodiscard]] std::vector<FieldError> validate(const GenerationRequest &request, const ModelConfig &model);

// The first of them as one error ("frames: 16 is not ..."), or success.
[[nodiscard]] Status checkRequest(const GenerationRequest &request, const ModelConfig &model);

// A request with the model's own defaults and an empty prompt. Prefix and suffix are expanded for
// the default length; call expandPrompts again after changing `frames`.
[[nodiscard]] GenerationRequest defaultRequest(const ModelConfig &model);
void expandPrompts(GenerationRequest &request, const ModelConfig &model);

} // namespace faststar
