// SPDX-License-Identifier: Apache-2.0
#include "gpu/kernels/cpu_kernels.h"

namespace faststar::gpu
{

const CpuKernels &cpuKernelsPortable();
#if defined(__x86_64__)
const CpuKernels &cpuKernelsAvx2();
const CpuKernels &cpuKernelsAvx512();
#endif

CpuKernelList availableCpuKernels()
{
    CpuKernelList list;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq"))
        list.sets[list.count++] = &cpuKernelsAvx512();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        list.sets[list.count++] = &cpuKernelsAvx2();
#endif
    list.sets[list.count++] = &cpuKernelsPortable();
    return list;
}

const CpuKernels &cpuKernels()
{
    static const CpuKernels &best = *availableCpuKernels().sets[0];
    return best;
}

} // namespace faststar::gpu
