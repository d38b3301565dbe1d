// SPDX-License-Identifier: Apache-2.0
//
// The door between the programs and the module of kernels, libfaststar_kernels.so: plain C, so that the
// module needs nothing of LibTorch and may be missing. Every function puts work into a stream and returns at
// once, with 0 or the number of a CUDA error. Pointers are of the device and aligned to 16 bytes, as are
// rows.
#pragma once

#include <cstdint>

namespace faststar::gpu
{

// Goes up with every change of what follows.
constexpr std::uint32_t kKernelAbi = 2;
constexpr char kKernelTableName[] = "faststarKernelTable"; // of the function that returns the table

// Where a launch goes.
struct KernelTarget {
    std::int32_t device = 0;
    void *stream = nullptr; // a cudaStream_t
};

constexpr std::int64_t kWidestRow = 65536;

// Rows of bfloat16 that become rows of bfloat16, or of e4m3 with a scale each where `scales` is not null.
struct RowJob {
    const void *input = nullptr;
    std::int64_t inputStride = 0; // elements between rows, a multiple of 8
    void *output = nullptr;
    std::int64_t outputStride = 0; // elements between rows
    float *scales = nullptr;       // [rows]
    std::int64_t rows = 0;
    std::int64_t width = 0; // of the output, a multiple of 8
};

// Splits rows of a merged projection into heads.
struct HeadJob {
    const void *input = nullptr;  // [batches * tokens, (heads + 2 keyHeads) * dim] bfloat16
    const float *norms = nullptr; // [heads + keyHeads, dim]
    const float *rope = nullptr;  // [2, tokens, dim / 2]
    void *query = nullptr;        // [batches, tokens, heads, dim]
    void *key = nullptr;          // [batches, tokens, keyHeads, dim], batches keyStride elements apart
    void *value = nullptr;        // as key
    std::int64_t keyStride = 0;
    std::int64_t batches = 0;
    std::int64_t tokens = 0;
    std::int32_t heads = 0;
    std::int32_t keyHeads = 0;
    std::int32_t dim = 0; // 8 times a power of two, at most 256
    float eps = 0.0F;
};

constexpr std::int64_t kMostChannels = 1024;

// Pixels of channels that get unit length, a scale, a shift and silu: gpu/frame_norm.h.
struct FrameJob {
    const void *input = nullptr; // [pixels, channels] bfloat16
    void *output = nullptr;      // pixels outputStride elements apart
    const void *scale =
        nullptr; // [channels], or where there is a shift one a cell, cellStride elements apart
    const void *shift = nullptr; // as scale, or null
    std::int64_t outputStride = 0;
    std::int64_t cellStride = 0;
    std::int64_t pixels = 0;   // frames * height * width
    std::int32_t channels = 0; // a multiple of 8, at most kMostChannels
    std::int32_t height = 0;   // of a frame
    std::int32_t width = 0;
    std::int32_t cellHeight = 1; // pixels of a cell
    std::int32_t cellWidth = 1;
};

struct KernelTable {
    std::uint32_t abi = 0;
    std::uint32_t bytes = 0; // sizeof this
    // x / sqrt(mean(x^2) + eps) * weight; weight [width] bfloat16.
    int (*rmsNorm)(const KernelTarget &target, const RowJob &job, const void *weight, float eps) = nullptr;
    // silu(first half) * second half of rows that are twice as wide as the output.
    int (*swiGlu)(const KernelTarget &target, const RowJob &job) = nullptr;
    // The rows as they are; always with scales.
    int (*quantise)(const KernelTarget &target, const RowJob &job) = nullptr;
    int (*splitHeads)(const KernelTarget &target, const HeadJob &job) = nullptr;
    int (*frameNorm)(const KernelTarget &target, const FrameJob &job) = nullptr;
    const char *(*errorText)(int error) = nullptr;
};

using KernelTableFunction = const KernelTable *(*)();

} // namespace faststar::gpu
