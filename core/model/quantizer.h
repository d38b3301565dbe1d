// SPDX-License-Identifier: Apache-2.0
//
// The bitwise quantiser both ways. Feature maps are float32 [64, t, H, W]; token maps are t-major.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/domain/grids.h"
#include "core/domain/step_event.h"

namespace faststar::model
{

// bits [N, d] uint8 -> codes [d, t, h, w] with entries +-1/sqrt(d). With `kept` (int64 [k], bits [k, d]) all
// other tokens are zero: "pruned tokens add nothing".
[[nodiscard]] at::Tensor codesFromBits(const at::Tensor &bits, GridShape shape, const at::Tensor &kept = {});

// [d, t, h, w] -> [channels, t, H, W]: per latent frame the volume (channel, h, w) is interpolated
// 'trilinear' (align_corners false); time is never interpolated.
[[nodiscard]] at::Tensor upsampleCodes(const at::Tensor &codes, GridShape target, int channels = 64);

// 'area' of a feature map to a token map, all channels: [64, t, H, W] -> tokens [N, 64].
[[nodiscard]] at::Tensor tokensFromFeatures(const at::Tensor &features, GridShape shape);

// Residual quantisation of one step: sign bits of the residual target - features, brought down with
// 'area' over (channel, h, w) to (d, h, w) and L2-normalised over d. [N, d] uint8.
[[nodiscard]] at::Tensor bitsFromResidual(const at::Tensor &target, const at::Tensor &features,
                                          GridShape shape, int bits);

// 1 at the listed tokens of a token grid.
[[nodiscard]] inline MaskGrid tokenMask(const std::vector<std::int32_t> &tokens, GridShape shape)
{
    MaskGrid mask{shape, std::vector<std::uint8_t>(std::size_t(shape.tokens()), 0)};
    for (const auto token : tokens)
        mask.values[std::size_t(token)] = 1;
    return mask;
}

// `bits` on any device.
[[nodiscard]] PackedBits packBits(const at::Tensor &bits);
namespace aten
{

// The same made of ATen operations: packed where the bits are, so that an eighth has to be copied.
[[nodiscard]] PackedBits packBits(const at::Tensor &bits);

} // namespace aten
// [tokens, bits] uint8. The record is untrusted: an inconsistent one gives an undefined tensor.
[[nodiscard]] at::Tensor unpackBits(const PackedBits &packed);

} // namespace faststar::model
