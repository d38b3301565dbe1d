// SPDX-License-Identifier: Apache-2.0
#define FASTSTAR_LANES 4
#define FASTSTAR_KERNEL_NAME "portable"
#include "gpu/kernels/cpu_kernels_body.h"

namespace faststar::gpu
{

const CpuKernels &cpuKernelsPortable();

const CpuKernels &cpuKernelsPortable()
{
    return kKernels;
}

} // namespace faststar::gpu
