// SPDX-License-Identifier: Apache-2.0
#include "gpu/block_ops.h"

#include <algorithm>
#include <mutex>

#include <ATen/ops/_scaled_dot_product_cudnn_attention.h>
#include <ATen/ops/_scaled_dot_product_flash_attention.h>
#include <ATen/ops/rms_norm.h>
#include <ATen/ops/silu.h>
#include <c10/util/Exception.h>

#include "gpu/aten_ops.h"

namespace faststar::gpu::block
{
namespace
{

// Tokens worked on at once, so that what is held in float32 stays small.
constexpr std::int64_t kChunk = 16384;
// cuDNN builds a plan for each shape, 0.3 s of one core: below this many queries that never pays.
constexpr std::int64_t kCudnnQueries = 1024;

std::mutex refusalMutex;
std::string cudnnRefusal; // why cuDNN is not used any more; guarded by the mutex

std::string refusal()
{
    const std::scoped_lock lock(refusalMutex);
    return cudnnRefusal;
}

// Undefined when cuDNN does not take these tensors.
at::Tensor cudnnAttention(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value)
{
    if (!refusal().empty())
        return {};
    try {
        return std::get<0>(
            at::_scaled_dot_product_cudnn_attention(query, key, value, std::nullopt, false, 0.0, false));
    } catch (const c10::OutOfMemoryError &) {
        throw;
    } catch (const c10::Error &error) {
        const std::scoped_lock lock(refusalMutex);
        cudnnRefusal = error.what_without_backtrace();
        cudnnRefusal = cudnnRefusal.substr(0, cudnnRefusal.find('\n'));
        return {};
    }
}

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
            aten::rotated(aten::normalised(part.narrow(2, 0, heads + kvHeads).to(type), headNorms, eps),
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

at::Tensor attention(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value)
{
    const at::Tensor q = query.transpose(1, 2);
    const at::Tensor k = key.transpose(1, 2);
    const at::Tensor v = value.transpose(1, 2);
    const bool half = query.scalar_type() == at::kBFloat16 || query.scalar_type() == at::kHalf;
    at::Tensor result;
    if (query.is_cuda() && half) {
        if (query.size(1) >= kCudnnQueries)
            result = cudnnAttention(q, k, v);
        if (!result.defined())
            result = std::get<0>(at::_scaled_dot_product_flash_attention(q, k, v));
        result = result.transpose(1, 2);
    } else {
        result = aten::attended(q, k, v);
    }
    return result.reshape({query.size(0) * query.size(1), query.size(2) * query.size(3)});
}

std::string attentionName(std::int64_t queries)
{
    if (queries < kCudnnQueries)
        return "flash";
    const std::string why = refusal();
    return why.empty() ? "cudnn" : "flash (cuDNN: " + why + ")";
}

} // namespace faststar::gpu::block
