// SPDX-License-Identifier: Apache-2.0
//
// Four-axis rotary position embedding. headDim/2 rotation pairs (adjacent elements 2i, 2i+1) in four
// groups of headDim/8: scale axis, frame, height, width; theta_j = 10000^(-j / (headDim/8)).
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "core/domain/schedule.h"

namespace faststar::model
{

// Text token i: scale position i, the other three 0. [2 (cos, sin), tokens, headDim/2], float32.
[[nodiscard]] at::Tensor textRope(int tokens, int headDim);

// Every token of one step, t-major: scale position textMaxTokens + stepIndex, absolute latent frame,
// rows and columns in the coordinates of the schedule's last scale: round_half_even(y * Hlast / h).
// [2, N, headDim/2], float32, on `device`. Kept tokens use their rows of this table.
[[nodiscard]] at::Tensor visualRope(const Scale &scale, int stepIndex, GridShape last, int textMaxTokens,
                                    int headDim, c10::Device device = c10::kCPU);

} // namespace faststar::model
