// SPDX-License-Identifier: Apache-2.0
//
// The norm in front of every convolution of the video autoencoder, in the layout of its device form: frames
// of rows of pixels of channels. On CUDA a kernel of our own runs where it can (own_kernels.h), elsewhere
// ATen operations of the same meaning, on every device.
#pragma once

#include <ATen/core/Tensor.h>

namespace faststar::gpu
{

// What the unit vectors of the pixels are multiplied with and moved by. One vector for all ([1, 1, 1, C], no
// shift), or one for each cell of an h x w grid over every frame ([F, h, w, C]; views whose cells lie
// anywhere but equally far apart). In the type of the pixels.
struct Modulation {
    at::Tensor scale;
    at::Tensor shift; // undefined = none
};

// out = silu(x / max(|x|, 1e-12) * scale + shift), |x| over the channels of a pixel. x [F, H, W, C]
// contiguous, H and W multiples of h and w; out of the same shape, its pixels equally far apart. Computed in
// float32 (in float64 where x is), rounded once.
void frameNorm(const at::Tensor &x, const Modulation &modulation, at::Tensor &out);

namespace aten
{

// A frame at a time, so that little is held in float32.
void frameNorm(const at::Tensor &x, const Modulation &modulation, at::Tensor &out);

} // namespace aten

} // namespace faststar::gpu
