// SPDX-License-Identifier: Apache-2.0
//
// The video autoencoder's operations on batches of whole clips, differentiable, for any device and
// floating-point type. Activations are channels-last: [batch, frames, height, width, channels], contiguous.
// They mean the same as gpu/vae_ops.h and gpu::CausalConv on each clip, with the clip's first frame leading.
#pragma once

#include <ATen/core/Tensor.h>

namespace faststar::model
{

// Which library convolution does the work: one in three dimensions, or one in two over three stacked frames.
// Equal up to rounding; which is faster depends on the device.
enum class VaeConvPath { Volume, StackedFrames };

// weight [out, in, 3, 3, 3], bias [out]; two frames of left context (the first frame repeated), zero padding
// in space. [B, T, H, W, in] -> [B, T, H, W, out].
[[nodiscard]] at::Tensor batchCausalConv(const at::Tensor &x, const at::Tensor &weight,
                                         const at::Tensor &bias, VaeConvPath path);

// SiLU(x / max(|x|, 1e-12) * scale), |x| over channels; scale [C].
[[nodiscard]] at::Tensor batchNormSilu(const at::Tensor &x, const at::Tensor &scale);

// SiLU(x / max(|x|, 1e-12) * y + b), y and b [B, t, h, w, C] nearest-resized to x: height and width by whole
// factors, time so that the first frame takes the first and the rest are spread over the rest.
[[nodiscard]] at::Tensor batchModulatedNormSilu(const at::Tensor &x, const at::Tensor &y,
                                                const at::Tensor &b);

// Up: conv [B, t, h, w, p * 4 * C] -> [B, t * p, 2h, 2w, C] (2t - 1 frames with p = 2), plus x's shortcut.
[[nodiscard]] at::Tensor batchExpandWithShortcut(const at::Tensor &conv, const at::Tensor &x,
                                                 int framesPerFrame);

// Down: conv [B, T, 2h, 2w, C / 4] -> [B, T, h, w, C] ((T + 1) / 2 frames with `halveTime`), plus x's
// shortcut.
[[nodiscard]] at::Tensor batchFoldWithShortcut(const at::Tensor &conv, const at::Tensor &x, bool halveTime);

} // namespace faststar::model
