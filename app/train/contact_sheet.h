// SPDX-License-Identifier: Apache-2.0
//
// Pictures of clips side by side, to be looked at while training goes on.
#pragma once

#include <filesystem>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/domain/grids.h"
#include "core/domain/result.h"

namespace faststar::train
{

// [3, H, W] in [-1, 1] (clamped), any device and floating-point type.
[[nodiscard]] Image imageOf(const at::Tensor &frame);

// One row a clip [frames, 3, H, W], `columns` frames of each, evenly spread from first to last. All clips
// of one frame size; two pixels between pictures. Replaces the file.
[[nodiscard]] Status writeContactSheet(const std::filesystem::path &file,
                                       const std::vector<at::Tensor> &clips, int columns);

} // namespace faststar::train
