// SPDX-License-Identifier: Apache-2.0
//
// winograd::runBlock for AVX-512.
#include "gpu/winograd_block.h"

#if defined(__x86_64__)

// After every include, so that no shared inline function is compiled for it.
#pragma GCC target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,prefer-vector-width=512")

namespace faststar::gpu::winograd
{
namespace
{

constexpr int kRows = 6;   // tiles multiplied together: sums that fit the registers
constexpr int kGroups = 2; // groups of output channels taken together

#include "gpu/winograd_block_impl.h"

} // namespace

void runBlockAvx512(const Job &job, int first, int count, float *scratch)
{
    runBlock(job, first, count, scratch);
}

} // namespace faststar::gpu::winograd

#endif
