// SPDX-License-Identifier: Apache-2.0
#include "core/model/vae_batch_ops.h"

#include <optional>
#include <utility>

#include <ATen/ops/add.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/conv3d.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/silu_backward.h>
#include <torch/csrc/autograd/custom_function.h>

namespace faststar::model
{
namespace
{

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr double kLeastNorm = 1e-12;
// The fast convolutions of CUDA want channels in multiples of this; others are filled up with zeros.
constexpr std::int64_t kAligned = 8;

std::int64_t missing(std::int64_t channels)
{
    return (kAligned - channels % kAligned) % kAligned;
}

// x [F, H, W, C] as [F, h, H/h, w, W/w, C], to meet one value a cell of an h x w grid.
at::Tensor cells(const at::Tensor &x, std::int64_t h, std::int64_t w)
{
    return x.view({x.size(0), h, x.size(1) / h, w, x.size(2) / w, x.size(3)});
}

// SiLU(x / |x| * y + b) with what a chain of library calls would keep and compute again left out: of the
// forward pass only x and the norms stay. x [F, H, W, C]; y and b [F, h, w, C], or y [1, 1, 1, C] without b.
struct NormSilu : torch::autograd::Function<NormSilu> {
    static at::Tensor wide(const at::Tensor &y)
    {
        return y.view({y.size(0), y.size(1), 1, y.size(2), 1, y.size(3)});
    }

    // x / |x| in cells, and 1 / |x|.
    static std::pair<at::Tensor, at::Tensor> unit(const at::Tensor &x, const at::Tensor &y)
    {
        const at::Tensor length = at::linalg_vector_norm(
            x, 2, at::IntArrayRef{3}, true, x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat);
        const at::Tensor inverse = length.clamp_min_(kLeastNorm).reciprocal_().to(x.scalar_type());
        return {cells(x.mul(inverse), y.size(1), y.size(2)), inverse};
    }

    static at::Tensor modulate(const at::Tensor &normed, const at::Tensor &y, const at::Tensor &b)
    {
        return b.defined() ? at::addcmul(wide(b), normed, wide(y)) : normed.mul(wide(y));
    }

    static at::Tensor forward(AutogradContext *context, const at::Tensor &x, const at::Tensor &y,
                              const std::optional<at::Tensor> &shift)
    {
        const at::Tensor b = shift.value_or(at::Tensor());
        auto [normed, inverse] = unit(x, y);
        context->save_for_backward({x, y, b, inverse});
        at::Tensor result = modulate(normed, y, b);
        at::silu_(result);
        return result.view(x.sizes());
    }

    static variable_list backward(AutogradContext *context, const variable_list &gradients)
    {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor &x = saved[0];
        const at::Tensor &y = saved[1];
        const at::Tensor &b = saved[2];
        const at::Tensor &inverse = saved[3];
        const at::Tensor normed = cells(x.mul(inverse), y.size(1), y.size(2));
        const at::Tensor inner = modulate(normed, y, b);
        const at::Tensor toInner =
            at::silu_backward(cells(gradients[0].contiguous(), y.size(1), y.size(2)), inner);
        at::Tensor toY = toInner.mul(normed);
        toY = y.size(0) == 1 && y.numel() == y.size(3) ? toY.sum(at::IntArrayRef{0, 1, 2, 3, 4})
                                                       : toY.sum(at::IntArrayRef{2, 4});
        const at::Tensor toB = b.defined() ? toInner.sum(at::IntArrayRef{2, 4}) : at::Tensor();
        at::Tensor toNormed = toInner.mul(wide(y));
        const at::Tensor along = toNormed.mul(normed).sum(-1, true);
        toNormed.addcmul_(normed, along, -1.0);
        const at::Tensor toX = toNormed.view(x.sizes()).mul_(inverse);
        return {toX, toY.view(y.sizes()), toB.defined() ? toB.view(b.sizes()) : toB};
    }
};

at::Tensor mergeFrames(const at::Tensor &x)
{
    return x.reshape({x.size(0) * x.size(1), x.size(2), x.size(3), x.size(4)});
}

// [B, t, ...] -> [B, frames, ...], the first frame for the first, each other for as many of the rest.
at::Tensor spreadFrames(const at::Tensor &x, std::int64_t frames)
{
    const std::int64_t have = x.size(1);
    if (have == frames)
        return x;
    if (have == 1)
        return x.repeat_interleave(frames, 1);
    const at::Tensor rest = x.narrow(1, 1, have - 1).repeat_interleave((frames - 1) / (have - 1), 1);
    return at::cat({x.narrow(1, 0, 1), rest}, 1);
}

// Channels (frame, row, column, c) to frames, rows and columns.
at::Tensor expand(const at::Tensor &x, std::int64_t p)
{
    const std::int64_t t = x.size(1);
    const std::int64_t h = x.size(2);
    const std::int64_t w = x.size(3);
    const std::int64_t c = x.size(4) / (4 * p);
    return x.reshape({x.size(0), t, h, w, p, 2, 2, c})
        .permute({0, 1, 4, 2, 5, 3, 6, 7})
        .reshape({x.size(0), t * p, 2 * h, 2 * w, c});
}

// Rows and columns to channels (row, column, c).
at::Tensor fold(const at::Tensor &x)
{
    const std::int64_t h = x.size(2) / 2;
    const std::int64_t w = x.size(3) / 2;
    const std::int64_t c = x.size(4);
    return x.reshape({x.size(0), x.size(1), h, 2, w, 2, c})
        .permute({0, 1, 2, 4, 3, 5, 6})
        .reshape({x.size(0), x.size(1), h, w, 4 * c});
}

at::Tensor alignedConv(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
                       VaeConvPath path)
{
    const at::Tensor first = x.narrow(1, 0, 1);
    const at::Tensor all = at::cat({first, first, x}, 1);
    const at::Tensor w = weight.to(x.scalar_type());
    const at::Tensor b = bias.to(x.scalar_type());
    if (path == VaeConvPath::Volume) {
        const at::Tensor y = at::conv3d(all.permute({0, 4, 1, 2, 3}),
                                        w.contiguous(at::MemoryFormat::ChannelsLast3d), b, 1, {0, 1, 1});
        return y.permute({0, 2, 3, 4, 1}).contiguous();
    }
    const std::int64_t frames = x.size(1);
    const at::Tensor stacked =
        at::cat({all.narrow(1, 0, frames), all.narrow(1, 1, frames), all.narrow(1, 2, frames)}, 4);
    const at::Tensor flat = w.permute({0, 2, 1, 3, 4})
                                .reshape({w.size(0), 3 * w.size(1), 3, 3})
                                .contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor y = at::conv2d(mergeFrames(stacked).permute({0, 3, 1, 2}), flat, b, 1, 1);
    return y.permute({0, 2, 3, 1}).contiguous().view({x.size(0), frames, x.size(2), x.size(3), w.size(0)});
}

} // namespace

at::Tensor batchCausalConv(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
                           VaeConvPath path)
{
    if (!x.is_cuda() || (weight.size(0) % kAligned == 0 && weight.size(1) % kAligned == 0))
        return alignedConv(x, weight, bias, path);
    const std::int64_t out = missing(weight.size(0));
    const std::int64_t in = missing(weight.size(1));
    const at::Tensor wide = at::constant_pad_nd(weight, {0, 0, 0, 0, 0, 0, 0, in, 0, out});
    return alignedConv(at::constant_pad_nd(x, {0, in}), wide, at::constant_pad_nd(bias, {0, out}), path)
        .narrow(4, 0, weight.size(0));
}

at::Tensor batchNormSilu(const at::Tensor &x, const at::Tensor &scale)
{
    const at::Tensor y = scale.to(x.scalar_type()).view({1, 1, 1, -1});
    return NormSilu::apply(mergeFrames(x), y, std::optional<at::Tensor>()).view(x.sizes());
}

at::Tensor batchModulatedNormSilu(const at::Tensor &x, const at::Tensor &y, const at::Tensor &b)
{
    const auto resized = [&](const at::Tensor &m) {
        return mergeFrames(spreadFrames(m.to(x.scalar_type()), x.size(1))).contiguous();
    };
    return NormSilu::apply(mergeFrames(x), resized(y), std::optional<at::Tensor>(resized(b))).view(x.sizes());
}

at::Tensor batchExpandWithShortcut(const at::Tensor &conv, const at::Tensor &x, int framesPerFrame)
{
    // The block of channels is tiled, so that both can be added before they are rearranged.
    const std::int64_t tiles = conv.size(4) / x.size(4);
    const at::Tensor tiled = conv.unflatten(4, {tiles, x.size(4)}).add(x.unsqueeze(4)).flatten(4);
    at::Tensor sum = expand(tiled, framesPerFrame);
    if (framesPerFrame == 1)
        return sum;
    const at::Tensor first = sum.narrow(1, 0, 1).add(sum.narrow(1, 1, 1)).mul(0.5);
    return at::cat({first, sum.narrow(1, 2, sum.size(1) - 2)}, 1);
}

at::Tensor batchFoldWithShortcut(const at::Tensor &conv, const at::Tensor &x, bool halveTime)
{
    const std::int64_t channels = conv.size(4) * 4;
    at::Tensor shortcut = fold(x);
    if (shortcut.size(4) != channels)
        shortcut = shortcut.unflatten(4, {-1, channels}).mean(4);
    at::Tensor sum = fold(conv).add(shortcut);
    if (!halveTime)
        return sum;
    const at::Tensor pairs = sum.narrow(1, 1, sum.size(1) - 1).unflatten(1, {-1, 2});
    return at::cat({sum.narrow(1, 0, 1), pairs.mean(2)}, 1);
}

} // namespace faststar::model
