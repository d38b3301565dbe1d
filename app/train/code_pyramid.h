// SPDX-License-Identifier: Apache-2.0
//
// Residual quantisation over the whole pyramid, for batches on any device: the codes of
// core/model/quantizer.h with every resize written as a product with a small matrix.
#pragma once

#include <functional>
#include <vector>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include "core/domain/schedule.h"

namespace faststar::train
{

// One scale of a clip, for any number of frames.
struct PyramidScale {
    int height = 1;
    int width = 1;
    int bits = 16;
    int repetitions = 1;
};

// The scales of a clip of the schedule, or, for a window of height x width of its latent cells, the same
// scales shrunk to the window (each at least one cell).
[[nodiscard]] std::vector<PyramidScale> pyramidOf(const Schedule &schedule, int clip);
[[nodiscard]] std::vector<PyramidScale> pyramidOf(const Schedule &schedule, int clip, int height, int width);

// Wrong bits, for robustness: of each sample, scale and repetition a random share of at most `most` is turned
// over, in the codes but not in what is reported as the right bits; later steps repair them. The last
// `spared` steps get none.
struct BitFlips {
    double most = 0.0;
    int spared = 0;
    at::Generator generator;
};

// One repetition of one scale: features [N, H * W, 64] before it, and its right bits [N, h * w, bits] (bool).
struct PyramidStep {
    int scale = 0;
    int repetition = 0;
    at::Tensor features;
    at::Tensor bits;
};

class CodePyramid
{
public:
    // For latents of height x width, the last scale's size.
    CodePyramid(int height, int width, const std::vector<PyramidScale> &scales, at::Device device);

    // target [samples, frames, H, W, 64] float32 -> the feature map that its codes give, of the same shape.
    // No gradients. `onStep` may look at every step (N = samples * frames).
    [[nodiscard]] at::Tensor quantize(const at::Tensor &target, const BitFlips &flips = {},
                                      const std::function<void(const PyramidStep &)> &onStep = {}) const;

    // Of features [N, H * W, 64] what a step of scale `scale` reads: [N, h * w, 64].
    [[nodiscard]] at::Tensor tokensOf(const at::Tensor &features, int scale) const;

private:
    struct Level {
        PyramidScale scale;
        at::Tensor down;         // [h * w, H * W]; undefined where the sizes agree
        at::Tensor up;           // [H * W, h * w]; likewise
        at::Tensor channelsDown; // [64, bits]; likewise
        at::Tensor channelsUp;   // [bits, 64]; likewise
    };

    int m_height;
    int m_width;
    std::vector<Level> m_levels;
};

} // namespace faststar::train
