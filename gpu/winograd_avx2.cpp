// SPDX-License-Identifier: Apache-2.0
//
// winograd::runBlock for AVX2 and FMA.
#include "gpu/winograd_block.h"

#if defined(__x86_64__)

// After every include, so that no shared inline function is compiled for it.
#pragma GCC target("avx2,fma")

namespace faststar::gpu::winograd
{
namespace
{

constexpr int kRows = 6;   // tiles multiplied together: sums that fit the registers
constexpr int kGroups = 1; // groups of output channels taken together

#include "gpu/winograd_block_impl.h"

} // namespace

void runBlockAvx2(const Job &job, int first, int count, float *scratch)
{
    runBlock(job, first, count, scratch);
}

} // namespace faststar::gpu::winograd

#endif
