// SPDX-License-Identifier: Apache-2.0
//
// The ATen path of vae_ops.h.
#include <ATen/ops/add.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/silu.h>

#include "gpu/vae_ops.h"

namespace faststar::gpu::aten
{
namespace
{

at::Tensor normalized(const at::Tensor &x)
{
    return x.div(x.norm(2, at::IntArrayRef{3}, true).clamp_min(1e-12));
}

at::Tensor repeatFrames(const at::Tensor &x, std::int64_t frames)
{
    return x.repeat_interleave(frames / x.size(0), 0);
}

// Channels (frame, row, column, c) to frames, rows and columns.
at::Tensor expand(const at::Tensor &x, std::int64_t p)
{
    const std::int64_t t = x.size(0);
    const std::int64_t h = x.size(1);
    const std::int64_t w = x.size(2);
    const std::int64_t c = x.size(3) / (4 * p);
    return x.reshape({t, h, w, p, 2, 2, c}).permute({0, 3, 1, 4, 2, 5, 6}).reshape({t * p, 2 * h, 2 * w, c});
}

// Rows and columns to channels (row, column, c).
at::Tensor fold(const at::Tensor &x)
{
    const std::int64_t t = x.size(0);
    const std::int64_t h = x.size(1) / 2;
    const std::int64_t w = x.size(2) / 2;
    const std::int64_t c = x.size(3);
    return x.reshape({t, h, 2, w, 2, c}).permute({0, 1, 3, 2, 4, 5}).reshape({t, h, w, 4 * c});
}

} // namespace

at::Tensor normSilu(const at::Tensor &x, const at::Tensor &scale)
{
    return at::silu(normalized(x).mul(scale));
}

at::Tensor modulatedNormSilu(const at::Tensor &x, const at::Tensor &modulation, bool leading)
{
    at::Tensor m = modulation.repeat_interleave(x.size(1) / modulation.size(1), 1)
                       .repeat_interleave(x.size(2) / modulation.size(2), 2);
    const std::int64_t frames = x.size(0);
    const std::int64_t have = m.size(0);
    if (leading && have > 1)
        m = at::cat({m.narrow(0, 0, 1), repeatFrames(m.narrow(0, 1, have - 1), frames - 1)});
    else
        m = repeatFrames(m, frames);
    const std::int64_t channels = x.size(3);
    return at::silu(normalized(x).mul(m.narrow(3, 0, channels)).add(m.narrow(3, channels, channels)));
}

at::Tensor expandWithShortcut(const at::Tensor &conv, const at::Tensor &x, int framesPerFrame, bool leading)
{
    const bool joined = framesPerFrame == 2 && leading; // the first two of them are one
    const std::int64_t frames = x.size(0) * framesPerFrame - (joined ? 1 : 0);
    at::Tensor result =
        at::empty({frames, 2 * x.size(1), 2 * x.size(2), conv.size(3) / 4 / framesPerFrame}, conv.options());
    // A frame at a time: at the widest level each copy of a chunk is a gigabyte.
    std::int64_t next = 0;
    for (std::int64_t frame = 0; frame < x.size(0); ++frame) {
        const at::Tensor tiled = x.narrow(0, frame, 1).repeat({1, 1, 1, conv.size(3) / x.size(3)});
        at::Tensor sum = expand(conv.narrow(0, frame, 1), framesPerFrame).add(expand(tiled, framesPerFrame));
        if (joined && frame == 0)
            sum = sum.narrow(0, 0, 1).add(sum.narrow(0, 1, 1)).mul_(0.5);
        result.narrow(0, next, sum.size(0)).copy_(sum);
        next += sum.size(0);
    }
    return result;
}

at::Tensor foldWithShortcut(const at::Tensor &conv, const at::Tensor &x, bool halveTime, bool leading)
{
    const at::Tensor folded = fold(x);
    const std::int64_t channels = conv.size(3) * 4;
    const at::Tensor shortcut =
        folded.reshape({folded.size(0), folded.size(1), folded.size(2), -1, channels}).mean(3);
    at::Tensor sum = fold(conv).add(shortcut);
    if (!halveTime)
        return sum;
    const std::int64_t skip = leading ? 1 : 0;
    const at::Tensor pairs = sum.narrow(0, skip, sum.size(0) - skip);
    const at::Tensor halves =
        pairs.reshape({pairs.size(0) / 2, 2, pairs.size(1), pairs.size(2), channels}).mean(1);
    return leading ? at::cat({sum.narrow(0, 0, 1), halves}) : halves;
}

} // namespace faststar::gpu::aten
