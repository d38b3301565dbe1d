// SPDX-License-Identifier: Apache-2.0
#include "core/model/vae_device.h"

#include <algorithm>

#include <ATen/ops/addmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv3d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include "core/model/stop.h"
#include "core/model/vae_networks.h"
#include "gpu/frame_norm.h"
#include "gpu/part_clock.h"
#include "gpu/vae_ops.h"

namespace faststar::model
{
namespace
{

using gpu::Part;
using gpu::PartScope;

constexpr std::int64_t kMostElements = std::int64_t{3} << 27;

} // namespace

std::int64_t deviceChunkFrames(const VaeConfig &config, std::int64_t height, std::int64_t width)
{
    // The widest tensors of the decoder are the last level's input and the convolution before it, which has
    // the same number of elements for half of the frames at a quarter of the size and eight times the
    // channels.
    const std::int64_t perLatent = vaeTimeStride(config) * height * width * config.blockOutChannels[0];
    return std::max<std::int64_t>(1, kMostElements / std::max<std::int64_t>(1, perLatent));
}

void VaeDeviceRun::beginChunk(bool first, bool last, const at::Tensor &latent)
{
    m_first = first;
    m_last = last;
    m_latent = latent.defined() ? latent.to(m_compute) : latent;
}

VaeDeviceRun::Padded VaeDeviceRun::padded(const at::Tensor &like, std::int64_t channels) const
{
    const std::int64_t frames = like.size(0);
    const auto options = like.options().dtype(m_compute);
    const std::vector<std::int64_t> shape{frames + 2, like.size(1), like.size(2), channels};
    const at::Tensor all = channels == like.size(3) ? at::empty(shape, options) : at::zeros(shape, options);
    return {all, all.narrow(0, 2, frames).narrow(3, 0, like.size(3))};
}

// Scale and shift of every frame at the latent's resolution, [frames, h, w, 2 C].
at::Tensor VaeDeviceRun::modulation(const VaeNorm &norm, std::int64_t frames) const
{
    const at::Tensor flat = m_latent.reshape({-1, m_latent.size(3)});
    at::Tensor at = at::addmm(norm.bias, flat, norm.weight)
                        .view({m_latent.size(0), m_latent.size(1), m_latent.size(2), -1});
    const std::int64_t have = at.size(0);
    if (have == frames)
        return at;
    if (!m_first || have == 1)
        return at.repeat_interleave(frames / have, 0);
    return at::cat(
        {at.narrow(0, 0, 1), at.narrow(0, 1, have - 1).repeat_interleave((frames - 1) / (have - 1), 0)});
}

void VaeDeviceRun::normInto(const VaeNorm &norm, const at::Tensor &x, at::Tensor &out) const
{
    const PartScope part(Part::Elementwise);
    if (norm.scale.defined()) {
        gpu::frameNorm(x, {norm.scale.view({1, 1, 1, -1}), {}}, out);
        return;
    }
    const at::Tensor m = modulation(norm, x.size(0));
    const std::int64_t channels = norm.channels();
    gpu::frameNorm(x, {m.narrow(3, 0, channels), m.narrow(3, channels, channels)}, out);
}

// Puts the context in front and remembers the next one.
at::Tensor VaeDeviceRun::convolve(const VaeConv &conv, Padded &input)
{
    throwIfStopped(m_stop);
    gpu::timed(Part::Copy, [&] {
        at::Tensor &context = m_contexts[conv.index];
        at::Tensor front = input.all.narrow(0, 0, 2);
        if (m_first)
            front.copy_(input.all.narrow(0, 2, 1).expand_as(front));
        else
            front.copy_(context);
        context = m_last ? at::Tensor() : input.all.narrow(0, input.all.size(0) - 2, 2).clone();
    });
    const PartScope part(Part::Convolution);
    const at::Tensor volume = input.all.permute({3, 0, 1, 2}).unsqueeze(0);
    const at::Tensor result = at::conv3d(volume, conv.weight, conv.bias, 1, {0, 1, 1});
    return result.permute({0, 2, 3, 4, 1}).narrow(4, 0, conv.outputs).contiguous().squeeze(0);
}

at::Tensor VaeDeviceRun::normedConvolution(const VaeNorm &norm, const VaeConv &conv, const at::Tensor &x)
{
    Padded input = padded(x, conv.weight.size(1));
    normInto(norm, x, input.rest);
    return convolve(conv, input);
}

void VaeDeviceRun::start(const VaeConv &conv, const at::Tensor &input)
{
    Padded wider = padded(input, conv.weight.size(1));
    wider.rest.copy_(input);
    m_x = convolve(conv, wider);
}

void VaeDeviceRun::resNet(const VaeResNet &block)
{
    const at::Tensor inner = normedConvolution(block.norm1, block.conv1, m_x);
    const at::Tensor outer = normedConvolution(block.norm2, block.conv2, inner);
    const PartScope part(Part::Elementwise);
    m_x.add_(outer);
}

void VaeDeviceRun::up(const VaeResample &block)
{
    const at::Tensor wider = normedConvolution(block.norm, block.conv, m_x);
    const PartScope part(Part::Elementwise);
    m_x = gpu::aten::expandWithShortcut(wider, m_x, block.time ? 2 : 1, m_first);
}

void VaeDeviceRun::down(const VaeResample &block)
{
    const at::Tensor narrower = normedConvolution(block.norm, block.conv, m_x);
    const PartScope part(Part::Elementwise);
    m_x = gpu::aten::foldWithShortcut(narrower, m_x, block.time, m_first);
}

at::Tensor VaeDeviceRun::finish(const VaeNorm &norm, const VaeConv &conv)
{
    const at::Tensor result = normedConvolution(norm, conv, m_x);
    m_x = at::Tensor();
    return result.to(c10::promoteTypes(m_compute, at::kFloat));
}

} // namespace faststar::model
