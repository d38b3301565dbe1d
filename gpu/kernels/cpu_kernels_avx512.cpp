// SPDX-License-Identifier: Apache-2.0
#if defined(__AVX512F__) // the build sets it where the compiler can make such code
#define FASTSTAR_LANES 16
#define FASTSTAR_KERNEL_NAME "AVX-512"
#include "gpu/kernels/cpu_kernels_body.h"

namespace faststar::gpu
{

const CpuKernels &cpuKernelsAvx512();

const CpuKernels &cpuKernelsAvx512()
{
    return kKernels;
}

} // namespace faststar::gpu

#endif
