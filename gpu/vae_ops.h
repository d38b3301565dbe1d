// SPDX-License-Identifier: Apache-2.0
//
// The video autoencoder's pointwise passes, each fused into one walk over memory. Activations lie
// channels-last: [frames, height, width, channels], float32, contiguous; `out` may be `x` where the shapes
// agree. Every function has an ATen path of the same meaning (namespace aten), which is its reference and
// runs on other devices. Results do not depend on the number of threads.
#pragma once

#include <ATen/core/Tensor.h>

namespace faststar::gpu
{

// SiLU(x / max(|x|, 1e-12) * scale), |x| over channels; scale [C] = sqrt(C) * gamma.
void normSilu(const at::Tensor &x, const at::Tensor &scale, at::Tensor &out);

// SiLU(x / max(|x|, 1e-12) * y + b), with y and b the first and second half of the channels of `modulation`
// [t, h, w, 2C], nearest-resized to x: height and width by whole factors, time so that, with `leading`,
// the first frame takes the first and the rest are spread over the rest, else all are spread over all.
void modulatedNormSilu(const at::Tensor &x, const at::Tensor &modulation, bool leading, at::Tensor &out);

// Up: conv [t, h, w, p * 4 * C] -> out [t * p, 2h, 2w, C], channels in order (frame, row, column, c), plus
// x [t, h, w, Cin] with its channel block repeated to as many channels and rearranged the same way.
// p = 1 or 2. With p = 2 and `leading` the first two frames become their mean: out has 2t - 1.
void expandWithShortcut(const at::Tensor &conv, const at::Tensor &x, int framesPerFrame, bool leading,
                        at::Tensor &out);

// Down: conv [T, 2h, 2w, C / 4] -> [T, h, w, C], channels in order (row, column, c), plus x [T, 2h, 2w, Cin]
// rearranged the same way, with channels g * C + c averaged over g into c. With `halveTime` pairs of frames
// then become their mean; with `leading` too, the first frame stays and pairs begin after it.
void foldWithShortcut(const at::Tensor &conv, const at::Tensor &x, bool halveTime, bool leading,
                      at::Tensor &out);

namespace aten
{

[[nodiscard]] at::Tensor normSilu(const at::Tensor &x, const at::Tensor &scale);
[[nodiscard]] at::Tensor modulatedNormSilu(const at::Tensor &x, const at::Tensor &modulation, bool leading);
[[nodiscard]] at::Tensor expandWithShortcut(const at::Tensor &conv, const at::Tensor &x, int framesPerFrame,
                                            bool leading);
[[nodiscard]] at::Tensor foldWithShortcut(const at::Tensor &conv, const at::Tensor &x, bool halveTime,
                                          bool leading);

} // namespace aten
} // namespace faststar::gpu
