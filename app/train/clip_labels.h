// SPDX-License-Identifier: Apache-2.0
//
// What the transformer is taught: inputs and bits of every scale of whole batches of clips, on any device.
// The residual quantisation of core/model/quantizer.h, written as small matrices because interpolation is
// linear and never mixes frames.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include "core/domain/schedule.h"

namespace faststar::train
{

// One scale at the repetition that was asked for, tokens t-major.
struct ScaleLabels {
    at::Tensor input; // [rows, tokens, 64], what the transformer reads
    at::Tensor bits;  // [rows, tokens, bits] float32, 0 or 1
};

class ClipLabels
{
public:
    // With `clipScales` > 0 only so many scales of the video clips, the coarsest, are labelled.
    ClipLabels(const Schedule &schedule, at::Device device, int clipScales = 0);

    // Labels of every scale (by its index) of `latents` [rows, frames, 64, H * W]. `repetitions` says which
    // repetition of each scale is wanted. With `mostFlips` > 0 (bitwise self-correction, Han et al. 2024,
    // "Infinity"): in every row, clip, scale and repetition a share of the bits, drawn from [0, mostFlips],
    // is turned over before the codes are added, so that later ones learn to repair; the labels themselves
    // are right, and nothing is turned over at the last scale of a clip.
    [[nodiscard]] std::vector<ScaleLabels> of(const at::Tensor &latents, const std::vector<int> &repetitions,
                                              double mostFlips, const at::Generator &generator) const;

    // How much every token of every scale changes in time: the mean square difference to the frame before (of
    // the first frame: to the one after), [rows, tokens] each. One frame alone: zeros.
    [[nodiscard]] std::vector<at::Tensor> motionOf(const at::Tensor &latents) const;

private:
    struct Size {
        at::Tensor down; // [H * W, h * w], undefined where nothing changes
        at::Tensor up;   // [h * w, H * W]
        int bits = 0;
        at::Tensor channelsUp; // [64, bits], undefined for 64
    };
    // Clips with consecutive frames that have one more repetition to do.
    struct Frames {
        std::int64_t first = 0;
        std::int64_t count = 0;
    };
    [[nodiscard]] std::vector<Frames> framesAt(int scale, int repetition) const;
    [[nodiscard]] const Scale &scaleOf(int clip, int scale) const;

    Schedule m_schedule;
    std::vector<Size> m_sizes; // of the scales of a clip
    at::Tensor m_clipOfFrame;  // [frames] int64
    int m_mostRepetitions = 0;
    int m_clipScales = 0;
};

} // namespace faststar::train
