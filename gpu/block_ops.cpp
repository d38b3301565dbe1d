// SPDX-License-Identifier: Apache-2.0
#include "gpu/block_ops.h"

#include <mutex>
#include <utility>

#include <ATen/ops/_scaled_dot_product_cudnn_attention.h>
#include <ATen/ops/_scaled_dot_product_flash_attention.h>
#include <c10/util/Exception.h>

#include "gpu/aten_ops.h"
#include "gpu/block_twins.h"
#include "gpu/device_linear.h"
#include "gpu/own_kernels.h"

namespace faststar::gpu::block
{
namespace
{

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
    return normedInput(x, weight, eps, false).values;
}

LayerInput normedInput(const at::Tensor &x, const at::Tensor &weight, double eps, bool eightBit)
{
    if (auto done = kernels::rmsNorm(x, weight, eps, eightBit))
        return *std::move(done);
    return layerInput(aten::rmsNorm(x, weight, eps), eightBit);
}

void splitHeads(const at::Tensor &qkv, const at::Tensor &headNorms, double eps, const at::Tensor &rope,
                at::Tensor &query, at::Tensor &key, at::Tensor &value)
{
    if (!kernels::splitHeads(qkv, headNorms, eps, rope, query, key, value))
        aten::splitHeads(qkv, headNorms, eps, rope, query, key, value);
}

LayerInput gatedInput(at::Tensor &gateUp, bool eightBit)
{
    if (auto done = kernels::swiGlu(gateUp, eightBit))
        return *std::move(done);
    return layerInput(aten::swiGlu(gateUp), eightBit);
}

LayerInput layerInput(const at::Tensor &x, bool eightBit)
{
    return eightBit ? quantiseRows(x) : LayerInput{x, {}};
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
