// SPDX-License-Identifier: Apache-2.0
#if defined(__AVX2__) // the build sets it where the compiler can make such code
#define FASTSTAR_LANES 8
#define FASTSTAR_KERNEL_NAME "AVX2"
#include "gpu/kernels/cpu_kernels_body.h"

namespace faststar::gpu
{

const CpuKernels &cpuKernelsAvx2();

const CpuKernels &cpuKernelsAvx2()
{
    return kKernels;
}

} // namespace faststar::gpu

#endif
