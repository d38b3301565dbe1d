// SPDX-License-Identifier: Apache-2.0
//
// Partial Update, equations (8) and (9): only kept positions change the feature map.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "core/domain/grids.h"
#include "core/domain/request.h"

namespace faststar::pruning
{

// Codes [d, t, h, w] with zeros at pruned tokens -> the same with every pruned token of a frame given the
// code of its nearest kept token in that frame (grid distance, ties to the lower index); a frame without
// kept tokens stays zero.
[[nodiscard]] at::Tensor fillNearestKept(const at::Tensor &codes, const std::vector<std::int32_t> &tokens);

// F + M (.) Up(r): `upsampled` [64, t, H, W] already holds Up(r); `mask` is at feature-map resolution. With
// `keptShare` (Up(m), defined for fill = renorm) the update is divided by max(keptShare, 0.25) first.
// Positions outside the mask keep their bits exactly.
[[nodiscard]] at::Tensor maskedUpdate(const at::Tensor &featureMap, const at::Tensor &upsampled,
                                      const MaskGrid &mask, const at::Tensor &keptShare = {});

// [1, t, H, W] float of a mask.
[[nodiscard]] at::Tensor maskTensor(const MaskGrid &mask);

} // namespace faststar::pruning
