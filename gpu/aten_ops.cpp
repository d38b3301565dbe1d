// SPDX-License-Identifier: Apache-2.0
#include "gpu/aten_ops.h"

#include <ATen/ATen.h>

namespace faststar::gpu::aten
{

at::Tensor normalised(const at::Tensor &x, const at::Tensor &weight, double eps)
{
    // One kernel where the rows are long enough to fill a group of threads.
    constexpr std::int64_t kLong = 128;
    if (x.size(-1) >= kLong && x.scalar_type() == weight.scalar_type() && weight.dim() == 1)
        return at::rms_norm(x, {x.size(-1)}, weight, eps);
    return x * at::rsqrt(x.square().mean(-1, true) + eps) * weight;
}

at::Tensor rotated(const at::Tensor &x, const at::Tensor &rope)
{
    // A pair is a complex number, and the turn one product: a third of the passes over the memory.
    const auto type = at::promote_types(x.scalar_type(), rope.scalar_type());
    const at::Tensor pairs = at::view_as_complex(x.to(type).contiguous().unflatten(-1, {-1, 2}));
    const at::Tensor turns = at::complex(rope.select(0, 0).to(type), rope.select(0, 1).to(type));
    return at::view_as_real(pairs * turns).flatten(-2);
}

at::Tensor gated(const at::Tensor &x, const at::Tensor &gate, const at::Tensor &up)
{
    return at::silu(at::linear(x, gate)) * at::linear(x, up);
}

at::Tensor attended(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value)
{
    const std::int64_t rows = query.size(0);
    const std::int64_t heads = query.size(1);
    const std::int64_t tokens = query.size(2);
    const std::int64_t dim = query.size(3);
    // Without a mask the query heads that share a key head are just more queries of that head.
    const std::int64_t group = heads / key.size(1);
    const at::Tensor folded = query.reshape({rows, key.size(1), group * tokens, dim});
    const at::Tensor result = at::scaled_dot_product_attention(folded, key, value);
    return result.reshape({rows, heads, tokens, dim}).transpose(1, 2).reshape({rows, tokens, heads * dim});
}

} // namespace faststar::gpu::aten
