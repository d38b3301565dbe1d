// SPDX-License-Identifier: Apache-2.0
//
// Hand-written float32 loops for the CPU, compiled once for each instruction set and chosen when the program
// runs. Plain pointers, no threads: callers split the work. Every output is reduced in one fixed order, so
// that a result does not depend on how the work was split.
#pragma once

#include <cstdint>

namespace faststar::gpu
{

// What a product does with its result.
enum class Finish {
    Store,     // out = a * w (+ bias)
    Add,       // out += a * w (+ bias)
    GatedSilu, // columns alternate between gate and up: out = silu(gate) * up
};

// out [rows, columns] from a [rows, depth] and packed weights. A panel holds `CpuKernels::panel` columns,
// depth-major: packed[(panel * depth + k) * width + column]; missing columns are zero. For GatedSilu the
// first half of a panel are gates, the second the same columns of up, and `columns` counts results.
struct Product {
    const float *a = nullptr;
    std::int64_t stride = 0; // of a row of a
    const float *packed = nullptr;
    const float *bias = nullptr; // [columns] or null
    std::int64_t depth = 0;
    float *out = nullptr;
    std::int64_t outStride = 0;
    std::int64_t columns = 0;
    Finish finish = Finish::Store;
};

// Splits and rotates the heads of merged projections; see splitHeads in fused_ops.h.
struct HeadSplit {
    const float *qkv = nullptr;
    const float *queryNorm = nullptr;
    const float *keyNorm = nullptr;
    const float *rope = nullptr; // [2, tokens, dim / 2]
    float eps = 0.0F;
    std::int64_t tokens = 0;
    std::int64_t heads = 0;
    std::int64_t kvHeads = 0;
    std::int64_t dim = 0;
    float *query = nullptr;
    float *key = nullptr;
    float *value = nullptr;
};

// One key head's attention. Keys are packed like the weights of a product (a panel holds keys, depth-major
// over dim), values [keys, paddedDim] with zeros beyond dim.
struct HeadAttention {
    const float *query = nullptr; // [queries, dim]
    const float *keys = nullptr;
    const float *values = nullptr;
    std::int64_t keyCount = 0;
    std::int64_t dim = 0;
    std::int64_t paddedDim = 0;
    float scale = 0.0F; // of the scores, times log2(e)
    // Query i of head h of the group goes to out + i % tokens * outStride + i / tokens * dim.
    std::int64_t tokens = 0;
    float *out = nullptr;
    std::int64_t outStride = 0;
};

struct CpuKernels {
    const char *name = "";
    int panel = 0;      // columns of a packed panel
    int queryBlock = 0; // queries that attend together
    // Rows [rowBegin, rowEnd) of the product, panels [panelBegin, panelEnd).
    void (*multiply)(const Product &product, std::int64_t rowBegin, std::int64_t rowEnd,
                     std::int64_t panelBegin, std::int64_t panelEnd) = nullptr;
    void (*rmsNorm)(const float *x, const float *weight, float eps, std::int64_t rows, std::int64_t width,
                    float *out) = nullptr;
    // Rows [begin, end) of rows * tokens.
    void (*splitHeads)(const HeadSplit &split, std::int64_t begin, std::int64_t end) = nullptr;
    // Floats of scratch that `attend` needs.
    std::int64_t (*attendScratch)(std::int64_t dim, std::int64_t paddedDim) = nullptr;
    // Queries [begin, end), at most queryBlock of them.
    void (*attend)(const HeadAttention &head, std::int64_t begin, std::int64_t end, float *scratch) = nullptr;
};

// The fastest set that this processor runs.
[[nodiscard]] const CpuKernels &cpuKernels();

// Every set that this processor runs, for tests: the fastest first, the portable one last.
struct CpuKernelList {
    const CpuKernels *sets[3] = {};
    int count = 0;
};
[[nodiscard]] CpuKernelList availableCpuKernels();

} // namespace faststar::gpu
