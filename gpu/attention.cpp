// SPDX-License-Identifier: Apache-2.0
//
// Attention of fused_ops.h: the keys and values of all sources are laid out once for each key head as the
// loops read them, then blocks of queries go over them with a running maximum.
#include <algorithm>
#include <cmath>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "gpu/aten_ops.h"
#include "gpu/fused_ops.h"
#include "gpu/kernels/cpu_kernels.h"

namespace faststar::gpu
{
namespace
{

constexpr double kLog2E = 1.4426950408889634;

bool plain(const at::Tensor &x)
{
    return x.is_cpu() && x.scalar_type() == at::kFloat && x.is_contiguous();
}

std::int64_t roundedUp(std::int64_t value, std::int64_t step)
{
    return (value + step - 1) / step * step;
}

void attendPlainly(const at::Tensor &query, std::span<const KeyValueSpan> sources, at::Tensor &out)
{
    std::vector<at::Tensor> keys;
    std::vector<at::Tensor> values;
    for (const KeyValueSpan &source : sources) {
        keys.push_back(source.keys);
        values.push_back(source.values);
    }
    out.copy_(aten::attended(query, at::cat(keys, 2), at::cat(values, 2)).flatten(0, 1));
}

struct Layout {
    std::int64_t keys = 0;
    std::int64_t dim = 0;
    std::int64_t paddedKeys = 0;
    std::int64_t paddedDim = 0;

    [[nodiscard]] std::int64_t keyFloats() const { return paddedKeys * dim; }
    [[nodiscard]] std::int64_t floats() const { return keyFloats() + keys * paddedDim; }
};

// Keys of head `head` (of rows * kvHeads) as panels over dim, its values padded to whole vectors.
void layOut(std::span<const KeyValueSpan> sources, std::int64_t head, const Layout &layout, float *target)
{
    const std::int64_t panel = cpuKernels().panel;
    const std::int64_t dim = layout.dim;
    float *values = target + layout.keyFloats();
    std::fill(target + (layout.paddedKeys - panel) * dim, values, 0.0F);
    std::int64_t place = 0;
    for (const KeyValueSpan &source : sources) {
        const std::int64_t count = source.keys.size(2);
        const float *key = source.keys.const_data_ptr<float>() + head * count * dim;
        const float *value = source.values.const_data_ptr<float>() + head * count * dim;
        for (std::int64_t i = 0; i < count; ++i, ++place, key += dim, value += dim) {
            float *column = target + place / panel * panel * dim + place % panel;
            for (std::int64_t d = 0; d < dim; ++d)
                column[d * panel] = key[d];
            float *row = values + place * layout.paddedDim;
            std::copy_n(value, dim, row);
            std::fill(row + dim, row + layout.paddedDim, 0.0F);
        }
    }
}

} // namespace

void attend(const at::Tensor &query, std::span<const KeyValueSpan> sources, at::Tensor &out)
{
    bool plainSources = true;
    std::int64_t keys = 0;
    for (const KeyValueSpan &source : sources) {
        plainSources = plainSources && plain(source.keys) && plain(source.values);
        keys += source.keys.size(2);
    }
    if (!plainSources || !plain(query) || !plain(out)) {
        attendPlainly(query, sources, out);
        return;
    }
    const CpuKernels &kernels = cpuKernels();
    const std::int64_t rows = query.size(0);
    const std::int64_t heads = query.size(1);
    const std::int64_t tokens = query.size(2);
    const std::int64_t kvHeads = sources.front().keys.size(1);
    const std::int64_t group = heads / kvHeads;
    const Layout layout{keys, query.size(3), roundedUp(keys, kernels.panel),
                        roundedUp(query.size(3), kernels.panel)};
    if (keys == 0 || tokens == 0)
        return;
    const at::Tensor buffer = at::empty({rows * kvHeads, layout.floats()}, query.options());
    auto *packed = buffer.mutable_data_ptr<float>();
    at::parallel_for(0, rows * kvHeads, 1 + 50'000 / layout.floats(),
                     [&](std::int64_t begin, std::int64_t end) {
                         for (std::int64_t head = begin; head < end; ++head)
                             layOut(sources, head, layout, packed + head * layout.floats());
                     });

    const std::int64_t blocks = (group * tokens + kernels.queryBlock - 1) / kernels.queryBlock;
    const auto *queries = query.const_data_ptr<float>();
    auto *target = out.mutable_data_ptr<float>();
    const std::int64_t blockCost =
        std::min<std::int64_t>(group * tokens, kernels.queryBlock) * keys * layout.dim * 2;
    at::parallel_for(
        0, rows * kvHeads * blocks, 1 + 100'000 / blockCost, [&](std::int64_t begin, std::int64_t end) {
            std::vector<float> scratch(
                static_cast<std::size_t>(kernels.attendScratch(layout.dim, layout.paddedDim)));
            for (std::int64_t task = begin; task < end; ++task) {
                const std::int64_t head = task / blocks; // of rows * kvHeads
                const std::int64_t first = task % blocks * kernels.queryBlock;
                HeadAttention attention;
                attention.query = queries + head * group * tokens * layout.dim;
                attention.keys = packed + head * layout.floats();
                attention.values = attention.keys + layout.keyFloats();
                attention.keyCount = keys;
                attention.dim = layout.dim;
                attention.paddedDim = layout.paddedDim;
                attention.scale = static_cast<float>(kLog2E / std::sqrt(double(layout.dim)));
                attention.tokens = tokens;
                attention.out =
                    target + (head / kvHeads * tokens * heads + head % kvHeads * group) * layout.dim;
                attention.outStride = heads * layout.dim;
                kernels.attend(attention, first, std::min(group * tokens, first + kernels.queryBlock),
                               scratch.data());
            }
        });
}

} // namespace faststar::gpu
