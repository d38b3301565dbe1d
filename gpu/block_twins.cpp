// SPDX-License-Identifier: Apache-2.0
#include "gpu/block_twins.h"

#include <algorithm>

#include <ATen/ops/amax.h>
#include <ATen/ops/rms_norm.h>
#include <ATen/ops/silu.h>

#include "gpu/aten_ops.h"

namespace faststar::gpu::aten
{
namespace
{

// Tokens worked on at once, so that what is held in float32 stays small.
constexpr std::int64_t kChunk = 16384;
constexpr double kLargest = 448.0; // of e4m3
constexpr double kLeast = 1e-12;   // a row of zeros keeps a scale that can be divided by

} // namespace

at::Tensor rmsNorm(const at::Tensor &x, const at::Tensor &weight, double eps)
{
    return at::rms_norm(x, {x.size(-1)}, weight, eps);
}

void splitHeads(const at::Tensor &qkv, const at::Tensor &headNorms, double eps, const at::Tensor &rope,
                at::Tensor &query, at::Tensor &key, at::Tensor &value)
{
    const std::int64_t heads = query.size(2);
    const std::int64_t kvHeads = key.size(2);
    const std::int64_t dim = query.size(3);
    const at::Tensor all = qkv.view({query.size(0), query.size(1), heads + 2 * kvHeads, dim});
    const auto type = c10::promoteTypes(qkv.scalar_type(), at::kFloat);
    const at::Tensor turns = rope.unsqueeze(2); // the same for every head
    for (std::int64_t first = 0; first < query.size(1); first += kChunk) {
        const std::int64_t count = std::min(kChunk, query.size(1) - first);
        const at::Tensor part = all.narrow(1, first, count);
        const at::Tensor turned =
            rotated(normalised(part.narrow(2, 0, heads + kvHeads).to(type), headNorms, eps),
                    turns.narrow(1, first, count));
        query.narrow(1, first, count).copy_(turned.narrow(2, 0, heads));
        key.narrow(1, first, count).copy_(turned.narrow(2, heads, kvHeads));
        value.narrow(1, first, count).copy_(part.narrow(2, heads + kvHeads, kvHeads));
    }
}

at::Tensor swiGlu(at::Tensor &gateUp)
{
    const std::int64_t width = gateUp.size(1) / 2;
    at::Tensor gate = gateUp.narrow(1, 0, width);
    at::silu_(gate);
    return gate.mul(gateUp.narrow(1, width, width));
}

LayerInput quantiseRows(const at::Tensor &x)
{
    // Products with constants, because devices divide by them differently.
    const at::Tensor scales = x.abs().amax(1, true).to(at::kFloat).clamp_min(kLeast).mul(1.0 / kLargest);
    const at::Tensor values = x.to(at::kFloat).mul(scales.reciprocal()).clamp(-kLargest, kLargest);
    return {values.to(at::kFloat8_e4m3fn), scales};
}

} // namespace faststar::gpu::aten
