// SPDX-License-Identifier: Apache-2.0
#include "gpu/score_maps.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <ATen/Parallel.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/empty.h>

namespace faststar::gpu
{

namespace
{

// Positions handled together, so that three running sums stay in the first-level cache while the
// channels pass by.
constexpr std::int64_t kBlock = 512;

void cosineBlock(const float *a, const float *c, std::int64_t aStride, std::int64_t cStride,
                 std::int64_t channels, std::int64_t count, float eps, float *out)
{
    std::array<float, kBlock> dot{};
    std::array<float, kBlock> normA{};
    std::array<float, kBlock> normC{};
    std::array<std::uint32_t, kBlock> differs{};
    for (std::int64_t channel = 0; channel < channels; ++channel) {
        const float *rowA = a + channel * aStride;
        const float *rowC = c + channel * cStride;
        for (std::int64_t i = 0; i < count; ++i) {
            const auto at = std::size_t(i);
            dot[at] += rowA[i] * rowC[i];
            normA[at] += rowA[i] * rowA[i];
            normC[at] += rowC[i] * rowC[i];
            differs[at] |= rowA[i] != rowC[i] ? 1U : 0U;
        }
    }
    for (std::int64_t i = 0; i < count; ++i) {
        const auto at = std::size_t(i);
        // Positions that nothing changed are exactly alike: without this, rounding noise would rank them.
        if (differs[at] == 0 && normA[at] > 0.0F) {
            out[i] = 1.0F;
            continue;
        }
        const float scale = std::max(std::sqrt(normA[at]), eps) * std::max(std::sqrt(normC[at]), eps);
        const float value = dot[at] / scale;
        out[i] = value > 1.0F ? 1.0F : (value < -1.0F ? -1.0F : value); // a NaN passes
    }
}

} // namespace

at::Tensor cosineMap(const at::Tensor &a, const at::Tensor &c, double eps)
{
    if (!c.is_cpu())
        return aten::cosineMap(a, c, eps);
    const at::Tensor left = a.contiguous();
    const at::Tensor right = c.contiguous();
    const std::int64_t channels = right.size(0);
    const std::int64_t frames = right.size(1);
    const std::int64_t area = right.size(2) * right.size(3);
    const bool broadcast = left.size(1) == 1;
    at::Tensor out = at::empty({frames, right.size(2), right.size(3)}, right.options());
    const float *pa = left.const_data_ptr<float>();
    const float *pc = right.const_data_ptr<float>();
    float *po = out.data_ptr<float>();
    const std::int64_t blocks = (area + kBlock - 1) / kBlock;
    at::parallel_for(0, frames * blocks, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t block = begin; block < end; ++block) {
            const std::int64_t frame = block / blocks;
            const std::int64_t first = (block % blocks) * kBlock;
            const std::int64_t count = std::min(kBlock, area - first);
            cosineBlock(pa + (broadcast ? 0 : frame * area) + first, pc + frame * area + first,
                        left.size(1) * area, frames * area, channels, count, float(eps),
                        po + frame * area + first);
        }
    });
    return out;
}

at::Tensor aten::cosineMap(const at::Tensor &a, const at::Tensor &c, double eps)
{
    const at::Tensor normA = a.square().sum(0);
    const at::Tensor scale = normA.sqrt().clamp_min(eps).mul(c.square().sum(0).sqrt().clamp_min(eps));
    const at::Tensor value = a.mul(c).sum(0).div(scale).clamp(-1.0, 1.0);
    const at::Tensor same = a.eq(c).all(0).logical_and(normA.gt(0));
    return value.masked_fill(same, 1.0);
}

} // namespace faststar::gpu
