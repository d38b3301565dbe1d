// SPDX-License-Identifier: Apache-2.0
//
// What the kernels share: eight values of bfloat16 in a register quadruple, and launches.
#pragma once

#include <cstdint>

#include <cuda_bf16.h>
#include <cuda_runtime.h>

#include "gpu/cuda/kernel_table.h"

namespace faststar::gpu::cuda
{

constexpr int kWarp = 32;
constexpr int kVector = 8; // elements of a 16-byte access

__device__ __forceinline__ void unpack(const uint4 &packed, float (&x)[kVector])
{
    const std::uint32_t words[4] = {packed.x, packed.y, packed.z, packed.w};
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        // A bfloat16 is the upper half of a float.
        x[2 * i] = __uint_as_float(words[i] << 16);
        x[2 * i + 1] = __uint_as_float(words[i] & 0xffff0000U);
    }
}

__device__ __forceinline__ std::uint32_t pack(float low, float high)
{
    const __nv_bfloat162 pair = __floats2bfloat162_rn(low, high);
    return *reinterpret_cast<const std::uint32_t *>(&pair);
}

__device__ __forceinline__ uint4 pack(const float (&x)[kVector])
{
    return make_uint4(pack(x[0], x[1]), pack(x[2], x[3]), pack(x[4], x[5]), pack(x[6], x[7]));
}

// The device of the target becomes the thread's: 0 or an error.
inline int enter(const KernelTarget &target)
{
    return static_cast<int>(cudaSetDevice(target.device));
}

// Of the launch just made.
inline int launched()
{
    return static_cast<int>(cudaGetLastError());
}

} // namespace faststar::gpu::cuda
