// SPDX-License-Identifier: Apache-2.0
#include "gpu/cuda/kernel_table.h"

#include "gpu/cuda/entries.cuh"
#include "gpu/cuda/launch.cuh"

namespace faststar::gpu
{

// Its name is kKernelTableName.
extern "C" __attribute__((visibility("default"))) const KernelTable *faststarKernelTable()
{
    static const KernelTable table{
        kKernelAbi,      sizeof(KernelTable),
        cuda::rmsNorm,   cuda::swiGlu,
        cuda::quantise,  cuda::splitHeads,
        cuda::frameNorm, [](int error) { return cudaGetErrorString(static_cast<cudaError_t>(error)); }};
    return &table;
}

} // namespace faststar::gpu
