// SPDX-License-Identifier: Apache-2.0
#include "gpu/frame_norm.h"

#include <algorithm>

#include <ATen/ops/addcmul.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/silu.h>

#include "gpu/own_kernels.h"

namespace faststar::gpu
{
namespace
{

constexpr double kLeastNorm = 1e-12;

// x [H, W, C] as [h, H/h, w, W/w, C], to meet one vector a cell of an h x w grid.
at::Tensor cells(const at::Tensor &x, const at::Tensor &grid)
{
    const std::int64_t h = grid.size(0);
    const std::int64_t w = grid.size(1);
    return x.view({h, x.size(0) / h, w, x.size(1) / w, x.size(2)});
}

at::Tensor ofCells(const at::Tensor &grid, at::ScalarType type)
{
    return grid.to(type).unsqueeze(2).unsqueeze(1);
}

} // namespace

namespace aten
{

void frameNorm(const at::Tensor &x, const Modulation &modulation, at::Tensor &out)
{
    const auto type = c10::promoteTypes(x.scalar_type(), at::kFloat);
    for (std::int64_t frame = 0; frame < x.size(0); ++frame) {
        const std::int64_t of = std::min(frame, modulation.scale.size(0) - 1);
        const at::Tensor scale = modulation.scale[of];
        at::Tensor y = x[frame].to(type, false, true);
        y.mul_(at::linalg_vector_norm(y, 2, at::IntArrayRef{2}, true).clamp_min_(kLeastNorm).reciprocal_());
        at::Tensor inCells = cells(y, scale);
        if (modulation.shift.defined())
            at::addcmul_out(inCells, ofCells(modulation.shift[of], type), inCells, ofCells(scale, type));
        else
            inCells.mul_(ofCells(scale, type));
        out[frame].copy_(at::silu_(y));
    }
}

} // namespace aten

void frameNorm(const at::Tensor &x, const Modulation &modulation, at::Tensor &out)
{
    if (!kernels::frameNorm(x, modulation, out))
        aten::frameNorm(x, modulation, out);
}

} // namespace faststar::gpu
