// SPDX-License-Identifier: Apache-2.0
#include "gpu/fused_ops.h"

#include <cmath>
#include <vector>

#include <ATen/ATen.h>

namespace faststar::gpu
{
namespace
{

at::Tensor normalised(const at::Tensor &x, const at::Tensor &weight, double eps)
{
    return x * at::rsqrt(x.square().mean(-1, true) + eps) * weight;
}

// [rows, heads, tokens, dim], rotated pair by pair.
at::Tensor rotated(const at::Tensor &x, const at::Tensor &rope)
{
    const at::Tensor pairs = x.unflatten(-1, {-1, 2});
    const at::Tensor even = pairs.select(-1, 0);
    const at::Tensor odd = pairs.select(-1, 1);
    const at::Tensor cosines = rope.select(0, 0);
    const at::Tensor sines = rope.select(0, 1);
    return at::stack({even * cosines - odd * sines, odd * cosines + even * sines}, -1).flatten(-2);
}

} // namespace

void rmsNorm(const at::Tensor &x, const at::Tensor &weight, double eps, at::Tensor &out)
{
    out.copy_(normalised(x, weight, eps));
}

void swiGlu(const at::Tensor &gateUp, at::Tensor &out)
{
    const std::int64_t width = out.size(1);
    out.copy_(at::silu(gateUp.narrow(1, 0, width)) * gateUp.narrow(1, width, width));
}

void splitHeads(const at::Tensor &qkv, const at::Tensor &queryNorm, const at::Tensor &keyNorm, double eps,
                const at::Tensor &rope, at::Tensor &query, at::Tensor &key, at::Tensor &value)
{
    const std::int64_t heads = query.size(1);
    const std::int64_t kvHeads = key.size(1);
    const at::Tensor all =
        qkv.view({query.size(0), query.size(2), heads + 2 * kvHeads, query.size(3)}).transpose(1, 2);
    query.copy_(rotated(normalised(all.narrow(1, 0, heads), queryNorm, eps), rope));
    key.copy_(rotated(normalised(all.narrow(1, heads, kvHeads), keyNorm, eps), rope));
    value.copy_(all.narrow(1, heads + kvHeads, kvHeads));
}

void attend(const at::Tensor &query, std::span<const KeyValueSpan> sources, at::Tensor &out)
{
    const std::int64_t rows = query.size(0);
    const std::int64_t heads = query.size(1);
    const std::int64_t tokens = query.size(2);
    const std::int64_t dim = query.size(3);
    std::vector<at::Tensor> keys;
    std::vector<at::Tensor> values;
    for (const KeyValueSpan &source : sources) {
        keys.push_back(source.keys);
        values.push_back(source.values);
    }
    const at::Tensor key = keys.size() == 1 ? keys.front() : at::cat(keys, 2);
    const at::Tensor value = values.size() == 1 ? values.front() : at::cat(values, 2);
    // Without a mask the query heads that share a key head are just more queries of that head.
    const std::int64_t kvHeads = key.size(1);
    const at::Tensor folded = query.view({rows, kvHeads, heads / kvHeads * tokens, dim});
    const at::Tensor result = at::scaled_dot_product_attention(folded, key, value);
    out.view({rows, tokens, heads, dim}).copy_(result.reshape({rows, heads, tokens, dim}).transpose(1, 2));
}

} // namespace faststar::gpu
