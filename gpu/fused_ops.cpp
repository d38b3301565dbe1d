// SPDX-License-Identifier: Apache-2.0
#include "gpu/fused_ops.h"

#include <algorithm>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "gpu/aten_ops.h"
#include "gpu/kernels/cpu_kernels.h"

namespace faststar::gpu
{
namespace
{

bool plain(const at::Tensor &x)
{
    return x.is_cpu() && x.scalar_type() == at::kFloat && x.is_contiguous();
}

// Below this many multiplications a second thread costs more than it saves.
constexpr std::int64_t kWorthSplitting = 100'000;
// A whole number of register tiles for every kernel set.
constexpr std::int64_t kTile = 12;

// [out, in] -> [panels, width, in] with zero rows where the last panel is not full.
at::Tensor panelsOf(const at::Tensor &weight, std::int64_t width)
{
    const std::int64_t missing = (width - weight.size(0) % width) % width;
    return at::constant_pad_nd(weight, {0, 0, 0, missing}).view({-1, width, weight.size(1)});
}

} // namespace

Linear::Linear(const at::Tensor &weight, const at::Tensor &bias) : m_bias(bias), m_outputs(weight.size(0))
{
    m_packed = plain(weight) && (!bias.defined() || plain(bias));
    m_weight = m_packed ? panelsOf(weight, cpuKernels().panel).transpose(1, 2).contiguous() : weight.t();
}

Linear Linear::gated(const at::Tensor &gate, const at::Tensor &up)
{
    Linear linear;
    linear.m_gated = true;
    linear.m_outputs = gate.size(0);
    linear.m_packed = plain(gate) && plain(up);
    if (linear.m_packed) {
        const std::int64_t width = cpuKernels().panel / 2;
        linear.m_weight =
            at::cat({panelsOf(gate, width), panelsOf(up, width)}, 1).transpose(1, 2).contiguous();
    } else {
        linear.m_weight = at::cat({gate, up}).t();
    }
    return linear;
}

void Linear::store(const at::Tensor &x, at::Tensor &out) const
{
    multiply(x, out, false);
}
void Linear::add(const at::Tensor &x, at::Tensor &out) const
{
    multiply(x, out, true);
}

void Linear::multiply(const at::Tensor &x, at::Tensor &out, bool add) const
{
    if (!m_packed || !plain(x) || !plain(out)) {
        TORCH_CHECK(!m_packed, "a packed layer needs contiguous float32 tensors on the CPU");
        at::Tensor y = m_bias.defined() ? at::addmm(m_bias, x, m_weight) : at::mm(x, m_weight);
        if (m_gated)
            y = at::silu(y.narrow(1, 0, m_outputs)) * y.narrow(1, m_outputs, m_outputs);
        add ? out.add_(y) : out.copy_(y);
        return;
    }
    const CpuKernels &kernels = cpuKernels();
    const std::int64_t rows = x.size(0);
    const std::int64_t panels = m_weight.size(0);
    Product product;
    product.a = x.const_data_ptr<float>();
    product.stride = x.size(1);
    product.packed = m_weight.const_data_ptr<float>();
    product.bias = m_bias.defined() ? m_bias.const_data_ptr<float>() : nullptr;
    product.depth = x.size(1);
    product.out = out.mutable_data_ptr<float>();
    product.outStride = out.size(1);
    product.columns = m_outputs;
    product.finish = m_gated ? Finish::GatedSilu : add ? Finish::Add : Finish::Store;
    const std::int64_t tiles = (rows + kTile - 1) / kTile;
    // Few rows share out the weights, so that each thread reads only its own.
    if (tiles < 4 * std::int64_t(at::get_num_threads())) {
        const std::int64_t panelCost = std::max<std::int64_t>(1, rows * x.size(1) * kernels.panel);
        at::parallel_for(
            0, panels, (kWorthSplitting + panelCost - 1) / panelCost,
            [&](std::int64_t begin, std::int64_t end) { kernels.multiply(product, 0, rows, begin, end); });
    } else {
        at::parallel_for(0, tiles, 1, [&](std::int64_t begin, std::int64_t end) {
            kernels.multiply(product, begin * kTile, std::min(rows, end * kTile), 0, panels);
        });
    }
}

void rmsNorm(const at::Tensor &x, const at::Tensor &weight, double eps, at::Tensor &out)
{
    if (!plain(x) || !plain(weight) || !plain(out)) {
        out.copy_(aten::normalised(x, weight, eps));
        return;
    }
    const std::int64_t width = x.size(1);
    const auto *source = x.const_data_ptr<float>();
    const auto *scale = weight.const_data_ptr<float>();
    auto *target = out.mutable_data_ptr<float>();
    const std::int64_t grain = kWorthSplitting / std::max<std::int64_t>(1, width) + 1;
    at::parallel_for(0, x.size(0), grain, [&](std::int64_t begin, std::int64_t end) {
        cpuKernels().rmsNorm(source + begin * width, scale, float(eps), end - begin, width,
                             target + begin * width);
    });
}

void splitHeads(const at::Tensor &qkv, const at::Tensor &queryNorm, const at::Tensor &keyNorm, double eps,
                const at::Tensor &rope, at::Tensor &query, at::Tensor &key, at::Tensor &value)
{
    const std::int64_t heads = query.size(1);
    const std::int64_t kvHeads = key.size(1);
    if (!plain(qkv) || !plain(rope) || !plain(query) || !plain(key) || !plain(value)) {
        const at::Tensor all =
            qkv.view({query.size(0), query.size(2), heads + 2 * kvHeads, query.size(3)}).transpose(1, 2);
        query.copy_(aten::rotated(aten::normalised(all.narrow(1, 0, heads), queryNorm, eps), rope));
        key.copy_(aten::rotated(aten::normalised(all.narrow(1, heads, kvHeads), keyNorm, eps), rope));
        value.copy_(all.narrow(1, heads + kvHeads, kvHeads));
        return;
    }
    HeadSplit split;
    split.qkv = qkv.const_data_ptr<float>();
    split.queryNorm = queryNorm.const_data_ptr<float>();
    split.keyNorm = keyNorm.const_data_ptr<float>();
    split.rope = rope.const_data_ptr<float>();
    split.eps = float(eps);
    split.tokens = query.size(2);
    split.heads = heads;
    split.kvHeads = kvHeads;
    split.dim = query.size(3);
    split.query = query.mutable_data_ptr<float>();
    split.key = key.mutable_data_ptr<float>();
    split.value = value.mutable_data_ptr<float>();
    const std::int64_t grain = kWorthSplitting / (4 * std::max<std::int64_t>(1, qkv.size(1))) + 1;
    at::parallel_for(0, qkv.size(0), grain, [&](std::int64_t begin, std::int64_t end) {
        cpuKernels().splitHeads(split, begin, end);
    });
}

} // namespace faststar::gpu
