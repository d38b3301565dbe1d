// SPDX-License-Identifier: Apache-2.0
//
// A causal 3x3x3 convolution in 4x4 output tiles (Winograd F(4x4, 3x3) in space, the three frames summed in
// the transformed domain): 36 multiplications where the plain sum has 144. The interpolation points are
// 0, +-sqrt(1/2), +-sqrt(2) and infinity, which round better than the usual 0, +-1, +-2.
#pragma once

#include <cstdint>

namespace faststar::gpu::winograd
{

inline constexpr int kTile = 4;  // outputs a side
inline constexpr int kPatch = 6; // inputs a side
inline constexpr int kPoints = 36;
inline constexpr int kLanes = 16; // channels are handled in groups of this many

// All arrays channels-last, float32.
struct Job {
    const float *const *frames = nullptr; // outFrames + 2 input frames [height, width, inChannels]
    int outFrames = 0;
    int height = 0;
    int width = 0;
    int inChannels = 0;
    int inPadded = 0; // inChannels rounded up to kLanes
    int outChannels = 0;
    int outGroups = 0;              // groups of kLanes output channels
    const float *weights = nullptr; // [outGroups][kPoints][3 * inPadded][kLanes]
    const float *bias = nullptr;    // [outGroups * kLanes]
    const float *addend = nullptr;  // like out; may be out itself
    float *out = nullptr;           // [outFrames, height, width, outChannels]
};

// Floats of scratch that a call for `tiles` tiles needs.
inline std::int64_t scratchFloats(int inPadded, int tiles)
{
    return std::int64_t{kPoints} * tiles * (3 * inPadded + 2 * kLanes) + kLanes;
}

// Tiles [first, first + count) of the row-major tile grid, in all frames. A tile's result does not depend
// on how tiles are grouped.
using BlockFunction = void (*)(const Job &job, int first, int count, float *scratch);

void runBlockGeneric(const Job &job, int first, int count, float *scratch);
#if defined(__x86_64__)
void runBlockAvx2(const Job &job, int first, int count, float *scratch);
void runBlockAvx512(const Job &job, int first, int count, float *scratch);
#endif

// The widest that this processor can run.
BlockFunction blockFunction();

} // namespace faststar::gpu::winograd
