// SPDX-License-Identifier: Apache-2.0
//
// winograd::runBlock for any processor.
#include "gpu/winograd_block.h"

namespace faststar::gpu::winograd
{
namespace
{

constexpr int kRows = 4;   // tiles multiplied together: sums that fit the registers
constexpr int kGroups = 1; // groups of output channels taken together

#include "gpu/winograd_block_impl.h"

} // namespace

void runBlockGeneric(const Job &job, int first, int count, float *scratch)
{
    runBlock(job, first, count, scratch);
}

BlockFunction blockFunction()
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
        return runBlockAvx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return runBlockAvx2;
#endif
    return runBlockGeneric;
}

} // namespace faststar::gpu::winograd
