// SPDX-License-Identifier: Apache-2.0
//
// The norm in front of the video autoencoder's convolutions. A group of lanes holds a pixel's channels in
// registers: one read and one write of the memory, where separate operations make seven of each.
#include "gpu/cuda/entries.cuh"

#include <type_traits>

#include "gpu/cuda/launch.cuh"

namespace faststar::gpu::cuda
{
namespace
{

constexpr int kThreads = 256;
constexpr float kLeastNorm = 1e-12F;

// The cell of pixel `index`, counted over all frames.
__device__ __forceinline__ std::int64_t cellOf(const FrameJob &job, std::uint32_t index)
{
    const auto width = static_cast<std::uint32_t>(job.width);
    const auto height = static_cast<std::uint32_t>(job.height);
    const std::uint32_t line = index / width;
    const std::uint32_t column = index - line * width;
    const std::uint32_t frame = line / height;
    const std::uint32_t row = line - frame * height;
    const std::uint32_t cellRow = row / static_cast<std::uint32_t>(job.cellHeight);
    const std::uint32_t cellColumn = column / static_cast<std::uint32_t>(job.cellWidth);
    const std::uint32_t rows = height / static_cast<std::uint32_t>(job.cellHeight);
    const std::uint32_t columns = width / static_cast<std::uint32_t>(job.cellWidth);
    return (std::int64_t{frame} * rows + cellRow) * columns + cellColumn;
}

// kLanes lanes a pixel, kPer vectors a lane, kPixels pixels under way in each group.
template <int kLanes, int kPer, int kPixels> __global__ void __launch_bounds__(kThreads)
    normPixels(FrameJob job)
{
    constexpr int kGroups = kThreads / kLanes;
    const int lane = int(threadIdx.x) % kLanes;
    const int vectors = int(job.channels / kVector);
    const auto *input = static_cast<const __nv_bfloat16 *>(job.input);
    auto *output = static_cast<__nv_bfloat16 *>(job.output);
    const std::uint32_t first = blockIdx.x * (kGroups * kPixels) + threadIdx.x / kLanes;
    const auto pixels = static_cast<std::uint32_t>(job.pixels);

    uint4 packed[kPixels][kPer];
#pragma unroll
    for (int k = 0; k < kPixels; ++k) {
        const std::uint32_t index = first + k * kGroups;
        const auto *source = reinterpret_cast<const uint4 *>(input + std::int64_t{index} * job.channels);
#pragma unroll
        for (int i = 0; i < kPer; ++i) {
            const int at = lane + i * kLanes;
            packed[k][i] = index < pixels && at < vectors ? source[at] : make_uint4(0, 0, 0, 0);
        }
    }
#pragma unroll
    for (int k = 0; k < kPixels; ++k) {
        const std::uint32_t index = first + k * kGroups;
        float sum = 0.0F;
#pragma unroll
        for (int i = 0; i < kPer; ++i) {
            float x[kVector];
            unpack(packed[k][i], x);
#pragma unroll
            for (const float value : x)
                sum += value * value;
        }
        // Every lane of the warp takes part, also those whose pixel lies behind the end.
#pragma unroll
        for (int step = kLanes / 2; step > 0; step /= 2)
            sum += __shfl_xor_sync(0xffffffffU, sum, step);
        if (index >= pixels)
            continue;
        // NaN passes: a comparison with it is false.
        float norm = sqrtf(sum);
        if (norm < kLeastNorm)
            norm = kLeastNorm;
        const float inverse = __frcp_rn(norm);
        const std::int64_t cell = job.shift != nullptr ? cellOf(job, index) * job.cellStride : 0;
        const auto *scales =
            reinterpret_cast<const uint4 *>(static_cast<const __nv_bfloat16 *>(job.scale) + cell);
        const auto *shifts =
            reinterpret_cast<const uint4 *>(static_cast<const __nv_bfloat16 *>(job.shift) + cell);
        auto *target = reinterpret_cast<uint4 *>(output + std::int64_t{index} * job.outputStride);
#pragma unroll
        for (int i = 0; i < kPer; ++i) {
            const int at = lane + i * kLanes;
            if (at >= vectors)
                continue;
            float x[kVector];
            float scale[kVector];
            float shift[kVector] = {};
            unpack(packed[k][i], x);
            unpack(__ldg(scales + at), scale);
            if (job.shift != nullptr)
                unpack(__ldg(shifts + at), shift);
#pragma unroll
            for (int c = 0; c < kVector; ++c) {
                const float y = x[c] * inverse * scale[c] + shift[c];
                x[c] = __fdividef(y, 1.0F + __expf(-y));
            }
            target[at] = pack(x);
        }
    }
}

template <int kLanes, int kPer, int kPixels> void launch(const FrameJob &job, cudaStream_t stream)
{
    constexpr std::int64_t kPerBlock = std::int64_t{kThreads / kLanes} * kPixels;
    const auto blocks = static_cast<unsigned>((job.pixels + kPerBlock - 1) / kPerBlock);
    normPixels<kLanes, kPer, kPixels><<<blocks, kThreads, 0, stream>>>(job);
}

bool possible(const FrameJob &job)
{
    return job.pixels <= INT32_MAX && job.channels > 0 && job.channels <= kMostChannels &&
           job.channels % kVector == 0 && job.outputStride % kVector == 0 && job.cellStride % kVector == 0 &&
           job.width > 0 && job.height > 0 && job.cellWidth > 0 && job.cellHeight > 0;
}

} // namespace

int frameNorm(const KernelTarget &target, const FrameJob &job)
{
    if (!possible(job))
        return cudaErrorInvalidValue;
    if (job.pixels == 0)
        return cudaSuccess;
    if (const int error = enter(target); error != cudaSuccess)
        return error;
    const auto stream = static_cast<cudaStream_t>(target.stream);
    const std::int64_t vectors = job.channels / kVector;
    if (vectors <= 4)
        launch<4, 1, 4>(job, stream);
    else if (vectors <= 8)
        launch<8, 1, 4>(job, stream);
    else if (vectors <= 16)
        launch<16, 1, 4>(job, stream);
    else if (vectors <= 32)
        launch<32, 1, 4>(job, stream);
    else if (vectors <= 64)
        launch<32, 2, 2>(job, stream);
    else
        launch<32, 4, 1>(job, stream);
    return launched();
}

} // namespace faststar::gpu::cuda
