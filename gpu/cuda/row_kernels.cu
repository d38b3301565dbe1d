// SPDX-License-Identifier: Apache-2.0
//
// Kernels of one block a row: the row is read once, stays in registers, and leaves as bfloat16 or as e4m3
// with its scale. Sums are float32. Rounding happens where the ATen twins round, so that the values that are
// quantised are the bfloat16 values that would have been stored.
#include "gpu/cuda/entries.cuh"

#include <type_traits>

#include <cuda_fp8.h>

#include "gpu/cuda/launch.cuh"

namespace faststar::gpu::cuda
{
namespace
{

constexpr int kThreads = 256;
constexpr int kMostWarps = 1024 / kWarp;
constexpr float kPerLargest = float(1.0 / 448.0); // of e4m3, as the twin multiplies
constexpr float kLeast = 1e-12F;                  // a row of zeros keeps a scale that can be divided by

// The sum, or the largest, over the block; every thread gets it. `space` may be used again after the next
// __syncthreads().
template <typename T, typename Join> __device__ T reduced(T value, T *space, Join join)
{
#pragma unroll
    for (int step = kWarp / 2; step > 0; step /= 2)
        value = join(value, __shfl_xor_sync(0xffffffffU, value, step));
    const int warps = blockDim.x / kWarp;
    if (warps == 1)
        return value;
    if (threadIdx.x % kWarp == 0)
        space[threadIdx.x / kWarp] = value;
    __syncthreads();
    const int lane = threadIdx.x % kWarp;
    value = lane < warps ? space[lane] : T(0);
#pragma unroll
    for (int step = kWarp / 2; step > 0; step /= 2)
        value = join(value, __shfl_xor_sync(0xffffffffU, value, step));
    return value;
}

// Largest magnitude of packed values as the bits of a bfloat16: NaN is above infinity.
__device__ __forceinline__ std::uint32_t largestBits(const uint4 &packed, std::uint32_t most)
{
    constexpr std::uint32_t kMagnitude = 0x7fff7fffU;
    const std::uint32_t pair = __vmaxu2(__vmaxu2(packed.x & kMagnitude, packed.y & kMagnitude),
                                        __vmaxu2(packed.z & kMagnitude, packed.w & kMagnitude));
    return max(most, max(pair & 0xffffU, pair >> 16));
}

__device__ __forceinline__ std::uint32_t fourBytes(float a, float b, float c, float d)
{
    const std::uint32_t low = __nv_cvt_float2_to_fp8x2(make_float2(a, b), __NV_SATFINITE, __NV_E4M3);
    const std::uint32_t high = __nv_cvt_float2_to_fp8x2(make_float2(c, d), __NV_SATFINITE, __NV_E4M3);
    return low | high << 16;
}

// Every row kernel below: vectors threadIdx.x + i * blockDim.x of the row are this thread's.
template <int kPer> struct Row {
    uint4 vectors[kPer];
    int count; // vectors in the row

    __device__ explicit Row(std::int64_t width) : count(int(width / kVector)) {}
    __device__ static int at(int i) { return int(threadIdx.x) + i * int(blockDim.x); }
    __device__ bool has(int i) const { return at(i) < count; }

    __device__ void load(const void *input, std::int64_t first)
    {
        const auto *source =
            reinterpret_cast<const uint4 *>(static_cast<const __nv_bfloat16 *>(input) + first);
#pragma unroll
        for (int i = 0; i < kPer; ++i)
            vectors[i] = has(i) ? source[at(i)] : make_uint4(0, 0, 0, 0);
    }

    __device__ void store(const RowJob &job, std::int64_t row) const
    {
        auto *target =
            reinterpret_cast<uint4 *>(static_cast<__nv_bfloat16 *>(job.output) + row * job.outputStride);
#pragma unroll
        for (int i = 0; i < kPer; ++i) {
            if (has(i))
                target[at(i)] = vectors[i];
        }
    }

    __device__ void storeEightBit(const RowJob &job, std::int64_t row, std::uint32_t *space) const
    {
        std::uint32_t most = 0;
#pragma unroll
        for (int i = 0; i < kPer; ++i) {
            if (has(i))
                most = largestBits(vectors[i], most);
        }
        most = reduced(most, space, [](std::uint32_t a, std::uint32_t b) { return max(a, b); });
        float largest = __uint_as_float(most << 16);
        if (largest < kLeast) // false for NaN, which stays
            largest = kLeast;
        const float scale = largest * kPerLargest;
        const float inverse = __frcp_rn(scale);
        auto *target =
            reinterpret_cast<uint2 *>(static_cast<std::uint8_t *>(job.output) + row * job.outputStride);
#pragma unroll
        for (int i = 0; i < kPer; ++i) {
            if (!has(i))
                continue;
            float x[kVector];
            unpack(vectors[i], x);
#pragma unroll
            for (float &value : x)
                value *= inverse;
            target[at(i)] = make_uint2(fourBytes(x[0], x[1], x[2], x[3]), fourBytes(x[4], x[5], x[6], x[7]));
        }
        if (threadIdx.x == 0)
            job.scales[row] = scale;
    }
};

template <int kPer, bool kEightBit> __global__ void __launch_bounds__(1024)
    normRows(RowJob job, const uint4 *weight, float eps)
{
    __shared__ float sums[kMostWarps];
    __shared__ std::uint32_t maxima[kMostWarps];
    const std::int64_t index = blockIdx.x;
    Row<kPer> row(job.width);
    row.load(job.input, index * job.inputStride);
    float sum = 0.0F;
#pragma unroll
    for (int i = 0; i < kPer; ++i) {
        float x[kVector];
        unpack(row.vectors[i], x);
#pragma unroll
        for (const float value : x)
            sum += value * value;
    }
    sum = reduced(sum, sums, [](float a, float b) { return a + b; });
    const float inverse = rsqrtf(sum / float(job.width) + eps);
#pragma unroll
    for (int i = 0; i < kPer; ++i) {
        if (!row.has(i))
            continue;
        float x[kVector];
        float w[kVector];
        unpack(row.vectors[i], x);
        unpack(__ldg(weight + row.at(i)), w);
#pragma unroll
        for (int k = 0; k < kVector; ++k)
            x[k] = x[k] * inverse * w[k];
        row.vectors[i] = pack(x);
    }
    if constexpr (kEightBit)
        row.storeEightBit(job, index, maxima);
    else
        row.store(job, index);
}

// silu(gate), rounded, times up, rounded.
__device__ __forceinline__ uint4 gated(const uint4 &gate, const uint4 &up)
{
    float x[kVector];
    float y[kVector];
    unpack(gate, x);
    unpack(up, y);
#pragma unroll
    for (int k = 0; k < kVector; ++k) {
        const float silu = __fdividef(x[k], 1.0F + __expf(-x[k]));
        x[k] = __bfloat162float(__float2bfloat16_rn(silu)) * y[k];
    }
    return pack(x);
}

template <int kPer, bool kEightBit> __global__ void __launch_bounds__(1024) gateRows(RowJob job)
{
    __shared__ std::uint32_t maxima[kMostWarps];
    const std::int64_t index = blockIdx.x;
    Row<kPer> row(job.width);
    row.load(job.input, index * job.inputStride);
    Row<kPer> up(job.width);
    up.load(job.input, index * job.inputStride + job.width);
#pragma unroll
    for (int i = 0; i < kPer; ++i)
        row.vectors[i] = gated(row.vectors[i], up.vectors[i]);
    if constexpr (kEightBit)
        row.storeEightBit(job, index, maxima);
    else
        row.store(job, index);
}

template <int kPer> __global__ void __launch_bounds__(1024) quantiseRows(RowJob job)
{
    __shared__ std::uint32_t maxima[kMostWarps];
    const std::int64_t index = blockIdx.x;
    Row<kPer> row(job.width);
    row.load(job.input, index * job.inputStride);
    row.storeEightBit(job, index, maxima);
}

struct Shape {
    int threads = 0;
    int per = 0; // vectors a thread: 1, 2, 4 or 8
};

// Few threads with several vectors each keep more reads under way than many with one.
Shape shapeOf(std::int64_t width)
{
    const std::int64_t vectors = width / kVector;
    Shape shape{kThreads, 1};
    if (vectors <= kThreads)
        shape.threads = int((vectors + kWarp - 1) / kWarp * kWarp);
    while (shape.per < 8 && std::int64_t{shape.threads} * shape.per < vectors)
        shape.per *= 2;
    if (std::int64_t{shape.threads} * shape.per < vectors)
        shape.threads = 1024;
    // Four vectors a thread from 512 threads rather than eight from 256: fewer registers.
    if (shape.per == 8 && shape.threads == kThreads)
        shape = {2 * kThreads, 4};
    return shape;
}

bool possible(const RowJob &job)
{
    return job.rows <= INT32_MAX && job.width > 0 && job.width <= kWidestRow && job.width % kVector == 0 &&
           job.inputStride % kVector == 0 && job.outputStride % kVector == 0;
}

// launch(shape, std::integral_constant<int, vectors a thread>)
template <typename Launch> int run(const KernelTarget &target, const RowJob &job, Launch launch)
{
    if (!possible(job))
        return cudaErrorInvalidValue;
    if (job.rows == 0)
        return cudaSuccess;
    if (const int error = enter(target); error != cudaSuccess)
        return error;
    const Shape shape = shapeOf(job.width);
    const auto stream = static_cast<cudaStream_t>(target.stream);
    const auto rows = static_cast<unsigned>(job.rows);
    switch (shape.per) {
    case 1:
        launch(std::integral_constant<int, 1>(), rows, shape.threads, stream);
        break;
    case 2:
        launch(std::integral_constant<int, 2>(), rows, shape.threads, stream);
        break;
    case 4:
        launch(std::integral_constant<int, 4>(), rows, shape.threads, stream);
        break;
    default:
        launch(std::integral_constant<int, 8>(), rows, shape.threads, stream);
    }
    return launched();
}

} // namespace

int rmsNorm(const KernelTarget &target, const RowJob &job, const void *weight, float eps)
{
    const auto *weights = static_cast<const uint4 *>(weight);
    return run(target, job, [&](auto per, unsigned rows, int threads, cudaStream_t stream) {
        if (job.scales != nullptr)
            normRows<per.value, true><<<rows, threads, 0, stream>>>(job, weights, eps);
        else
            normRows<per.value, false><<<rows, threads, 0, stream>>>(job, weights, eps);
    });
}

int swiGlu(const KernelTarget &target, const RowJob &job)
{
    return run(target, job, [&](auto per, unsigned rows, int threads, cudaStream_t stream) {
        if (job.scales != nullptr)
            gateRows<per.value, true><<<rows, threads, 0, stream>>>(job);
        else
            gateRows<per.value, false><<<rows, threads, 0, stream>>>(job);
    });
}

int quantise(const KernelTarget &target, const RowJob &job)
{
    if (job.scales == nullptr)
        return cudaErrorInvalidValue;
    return run(target, job, [&](auto per, unsigned rows, int threads, cudaStream_t stream) {
        quantiseRows<per.value><<<rows, threads, 0, stream>>>(job);
    });
}

} // namespace faststar::gpu::cuda
