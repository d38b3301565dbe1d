// SPDX-License-Identifier: Apache-2.0
//
// The merged projection of a token as heads: one block a token, a group of lanes a head with eight elements
// each. Query and key heads get their norm and turn, all go where attention reads them.
#include "gpu/cuda/entries.cuh"
#include "gpu/cuda/launch.cuh"

namespace faststar::gpu::cuda
{
namespace
{

constexpr int kThreads = 256;
constexpr int kAhead = 3; // reads of a thread at once: all that it has for 48 heads of 128

// Where vector `place` of head `head` of this token goes.
__device__ __forceinline__ uint4 *target(const HeadJob &job, int head, int place, std::int64_t batch,
                                         std::int64_t token)
{
    __nv_bfloat16 *start = nullptr;
    if (head < job.heads) {
        start = static_cast<__nv_bfloat16 *>(job.query) +
                ((batch * job.tokens + token) * job.heads + head) * job.dim;
    } else {
        const bool isKey = head < job.heads + job.keyHeads;
        const int own = head - job.heads - (isKey ? 0 : job.keyHeads);
        start = static_cast<__nv_bfloat16 *>(isKey ? job.key : job.value) + batch * job.keyStride +
                (token * job.keyHeads + own) * job.dim;
    }
    return reinterpret_cast<uint4 *>(start) + place;
}

// Works on vector `index` of the token, in whole warps: past the end there is nothing to do but to meet the
// others.
template <int kLanes> __device__ __forceinline__ void turn(const HeadJob &job, int index, const uint4 &packed,
                                                           const float (&cosine)[4], const float (&sine)[4],
                                                           std::int64_t batch, std::int64_t token)
{
    const int turned = job.heads + job.keyHeads;
    const int head = index / kLanes;
    const int place = index % kLanes;
    float x[kVector];
    unpack(packed, x);
    float sum = 0.0F;
#pragma unroll
    for (const float value : x)
        sum += value * value;
#pragma unroll
    for (int step = kLanes / 2; step > 0; step /= 2)
        sum += __shfl_xor_sync(0xffffffffU, sum, step);
    if (head >= turned) {
        if (head < turned + job.keyHeads)
            *target(job, head, place, batch, token) = packed;
        return;
    }
    const float inverse = rsqrtf(sum / float(job.dim) + job.eps);
    const auto *norm = reinterpret_cast<const float4 *>(job.norms + head * job.dim) + 2 * place;
    const float4 low = __ldg(norm);
    const float4 high = __ldg(norm + 1);
    const float w[kVector] = {low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w};
#pragma unroll
    for (int k = 0; k < kVector; ++k)
        x[k] = x[k] * inverse * w[k];
#pragma unroll
    for (int k = 0; k < kVector / 2; ++k) {
        const float even = x[2 * k];
        const float odd = x[2 * k + 1];
        x[2 * k] = even * cosine[k] - odd * sine[k];
        x[2 * k + 1] = even * sine[k] + odd * cosine[k];
    }
    *target(job, head, place, batch, token) = pack(x);
}

// kLanes = dim / 8 lanes share a head: a power of two, so that a warp holds whole heads.
template <int kLanes> __global__ void __launch_bounds__(kThreads) splitToken(HeadJob job)
{
    const std::int64_t row = blockIdx.x;
    const std::int64_t batch = row / job.tokens;
    const std::int64_t token = row % job.tokens;
    const int place = int(threadIdx.x) % kLanes;
    const int vectors = (job.heads + 2 * job.keyHeads) * kLanes;
    const auto *input =
        reinterpret_cast<const uint4 *>(static_cast<const __nv_bfloat16 *>(job.input)) + row * vectors;
    // The four pairs of this thread are at the same place of every head.
    const std::int64_t pairs = job.dim / 2;
    const auto *cosines = reinterpret_cast<const float4 *>(job.rope + token * pairs) + place;
    const auto *sines = reinterpret_cast<const float4 *>(job.rope + (job.tokens + token) * pairs) + place;
    const float4 c = __ldg(cosines);
    const float4 s = __ldg(sines);
    const float cosine[4] = {c.x, c.y, c.z, c.w};
    const float sine[4] = {s.x, s.y, s.z, s.w};

    // Whole rounds, so that all lanes of a warp meet at the shuffles; some reads are under way before the
    // first of them is worked on.
    for (int first = int(threadIdx.x); first < vectors + int(threadIdx.x); first += kAhead * kThreads) {
        uint4 packed[kAhead];
#pragma unroll
        for (int i = 0; i < kAhead; ++i) {
            const int index = first + i * kThreads;
            packed[i] = index < vectors ? input[index] : make_uint4(0, 0, 0, 0);
        }
#pragma unroll
        for (int i = 0; i < kAhead; ++i)
            turn<kLanes>(job, first + i * kThreads, packed[i], cosine, sine, batch, token);
    }
}

} // namespace

int splitHeads(const KernelTarget &target, const HeadJob &job)
{
    const std::int64_t rows = job.batches * job.tokens;
    if (rows > INT32_MAX || job.heads < 1 || job.keyHeads < 1 || job.keyStride % kVector != 0)
        return cudaErrorInvalidValue;
    if (rows == 0)
        return cudaSuccess;
    if (const int error = enter(target); error != cudaSuccess)
        return error;
    const auto stream = static_cast<cudaStream_t>(target.stream);
    const auto blocks = static_cast<unsigned>(rows);
    switch (job.dim) {
    case 16:
        splitToken<2><<<blocks, kThreads, 0, stream>>>(job);
        break;
    case 32:
        splitToken<4><<<blocks, kThreads, 0, stream>>>(job);
        break;
    case 64:
        splitToken<8><<<blocks, kThreads, 0, stream>>>(job);
        break;
    case 128:
        splitToken<16><<<blocks, kThreads, 0, stream>>>(job);
        break;
    case 256:
        splitToken<32><<<blocks, kThreads, 0, stream>>>(job);
        break;
    default:
        return cudaErrorInvalidValue;
    }
    return launched();
}

} // namespace faststar::gpu::cuda
