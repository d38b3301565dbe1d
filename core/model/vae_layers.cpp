// SPDX-License-Identifier: Apache-2.0
#include "core/model/vae_layers.h"

#include <cmath>
#include <utility>

#include <ATen/ops/addmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/empty.h>

#include "core/model/stop.h"
#include "gpu/part_clock.h"
#include "gpu/vae_ops.h"

namespace faststar::model
{

at::Tensor VaeReader::tensor(const std::string &name, const std::vector<std::int64_t> &shape)
{
    if (m_error)
        return {};
    Result<at::Tensor> loaded = m_tensors(name, shape);
    if (!loaded) {
        m_error = loaded.error();
        return {};
    }
    return *loaded;
}

VaeConv VaeReader::conv(const std::string &name, int in, int out, int keep)
{
    VaeConv result;
    result.index = m_convolutions++;
    const at::Tensor weight = tensor(name + ".conv.weight", {out, in, 3, 3, 3});
    const at::Tensor bias = tensor(name + ".conv.bias", {out});
    if (m_error)
        return result;
    const int used = keep > 0 ? keep : out;
    result.weight = weight.narrow(0, 0, used);
    result.bias = bias.narrow(0, 0, used);
    result.outputs = used;
    if (m_form == VaeForm::Device) {
        const auto missing = [](std::int64_t channels) { return (8 - channels % 8) % 8; };
        const std::int64_t more = missing(used);
        result.weight = at::constant_pad_nd(result.weight, {0, 0, 0, 0, 0, 0, 0, missing(in), 0, more})
                            .contiguous(at::MemoryFormat::ChannelsLast3d);
        result.bias = at::constant_pad_nd(result.bias, {0, more});
    }
    if (m_form == VaeForm::Packed) {
        result.kernel = gpu::CausalConv(result.weight, result.bias);
        result.weight = at::Tensor();
        result.bias = at::Tensor();
    }
    return result;
}

VaeNorm VaeReader::plainNorm(const std::string &name, int channels)
{
    VaeNorm norm;
    const at::Tensor gamma = tensor(name + ".gamma", {channels, 1, 1, 1});
    if (!m_error)
        norm.scale = gamma.reshape({channels}).mul(std::sqrt(static_cast<double>(channels)));
    return norm;
}

VaeNorm VaeReader::spatialNorm(const std::string &name, int channels)
{
    // norm * y + b with norm = x / |x| * scale: the scale goes into y's weights.
    const VaeNorm inner = plainNorm(name + ".norm_layer", channels);
    const std::vector<std::int64_t> shape{channels, m_latentChannels, 1, 1, 1};
    const at::Tensor yWeight = tensor(name + ".conv_y.conv.weight", shape);
    const at::Tensor yBias = tensor(name + ".conv_y.conv.bias", {channels});
    const at::Tensor bWeight = tensor(name + ".conv_b.conv.weight", shape);
    const at::Tensor bBias = tensor(name + ".conv_b.conv.bias", {channels});
    VaeNorm norm;
    if (m_error)
        return norm;
    const at::Tensor scaled = yWeight.reshape({channels, m_latentChannels}).mul(inner.scale.unsqueeze(1));
    norm.weight = at::cat({scaled, bWeight.reshape({channels, m_latentChannels})}).t().contiguous();
    norm.bias = at::cat({yBias.mul(inner.scale), bBias});
    return norm;
}

VaeResNet VaeReader::resNet(const std::string &name, int channels, bool spatial)
{
    const auto norm = [&](const std::string &which) {
        return spatial ? spatialNorm(name + which, channels) : plainNorm(name + which, channels);
    };
    VaeResNet block;
    block.norm1 = norm(".norm1");
    block.conv1 = conv(name + ".conv1", channels, channels);
    block.norm2 = norm(".norm2");
    block.conv2 = conv(name + ".conv2", channels, channels);
    return block;
}

void VaeRun::beginChunk(bool first, bool last, const at::Tensor &latent)
{
    m_first = first;
    m_last = last;
    m_latent = latent;
    // The chunk before left the buffers in the other order; with the roles kept, none has to grow.
    if (m_swapped)
        std::swap(m_buffers[kCurrent], m_buffers[kNext]);
    m_swapped = false;
}

at::Tensor VaeRun::take(Buffer which, at::IntArrayRef shape)
{
    std::int64_t elements = 1;
    for (const std::int64_t size : shape)
        elements *= size;
    at::Tensor &buffer = m_buffers[which];
    if (!buffer.defined() || buffer.numel() < elements) {
        buffer = at::Tensor(); // free the old one first
        buffer = at::empty({elements}, at::kFloat);
    }
    return buffer.narrow(0, 0, elements).view(shape);
}

void VaeRun::remember(const at::Tensor &input, at::Tensor &context) const
{
    const std::int64_t frames = input.size(0);
    const at::Tensor older = frames > 1 ? input.select(0, frames - 2) : input.select(0, 0);
    if (!context.defined())
        context = at::empty({2, input.size(1), input.size(2), input.size(3)}, input.options());
    else if (frames == 1)
        context.select(0, 0).copy_(context.select(0, 1));
    if (frames > 1 || m_first)
        context.select(0, 0).copy_(older);
    context.select(0, 1).copy_(input.select(0, frames - 1));
}

void VaeRun::convolve(const VaeConv &conv, const at::Tensor &input, const at::Tensor &addend, at::Tensor &out)
{
    throwIfStopped(m_stop);
    const gpu::PartScope part(gpu::Part::Convolution);
    at::Tensor &context = m_contexts[conv.index];
    conv.kernel.run(input, context, addend, out);
    if (!m_last)
        remember(input, context);
    if (m_onConvolution)
        m_onConvolution();
}

void VaeRun::norm(const VaeNorm &norm, const at::Tensor &x, at::Tensor &out)
{
    if (norm.scale.defined()) {
        gpu::normSilu(x, norm.scale, out);
        return;
    }
    const at::Tensor flat = m_latent.reshape({-1, m_latent.size(3)});
    const at::Tensor modulation = at::addmm(norm.bias, flat, norm.weight);
    gpu::modulatedNormSilu(
        x, modulation.view({m_latent.size(0), m_latent.size(1), m_latent.size(2), norm.bias.size(0)}),
        m_first, out);
}

void VaeRun::start(const VaeConv &conv, const at::Tensor &input)
{
    m_x = take(kCurrent, {input.size(0), input.size(1), input.size(2), conv.kernel.outChannels()});
    convolve(conv, input, {}, m_x);
}

void VaeRun::resNet(const VaeResNet &block)
{
    at::Tensor normed = take(kNormed, m_x.sizes());
    at::Tensor inner = take(kInner, m_x.sizes());
    norm(block.norm1, m_x, normed);
    convolve(block.conv1, normed, {}, inner);
    norm(block.norm2, inner, inner);
    convolve(block.conv2, inner, m_x, m_x);
}

void VaeRun::moveToNext(const at::Tensor &x)
{
    m_x = x;
    std::swap(m_buffers[kCurrent], m_buffers[kNext]);
    m_swapped = !m_swapped;
}

void VaeRun::up(const VaeResample &block)
{
    const std::int64_t frames = m_x.size(0);
    const std::int64_t height = m_x.size(1);
    const std::int64_t width = m_x.size(2);
    at::Tensor normed = take(kNormed, m_x.sizes());
    norm(block.norm, m_x, normed);
    at::Tensor wide = take(kInner, {frames, height, width, block.conv.kernel.outChannels()});
    convolve(block.conv, normed, {}, wide);
    const int perFrame = block.time ? 2 : 1;
    const std::int64_t outFrames = frames * perFrame - (block.time && m_first ? 1 : 0);
    at::Tensor next = take(kNext, {outFrames, 2 * height, 2 * width, block.outChannels});
    gpu::expandWithShortcut(wide, m_x, perFrame, m_first, next);
    moveToNext(next);
}

void VaeRun::down(const VaeResample &block)
{
    const std::int64_t frames = m_x.size(0);
    const std::int64_t height = m_x.size(1);
    const std::int64_t width = m_x.size(2);
    at::Tensor normed = take(kNormed, m_x.sizes());
    norm(block.norm, m_x, normed);
    at::Tensor narrow = take(kInner, {frames, height, width, block.conv.kernel.outChannels()});
    convolve(block.conv, normed, {}, narrow);
    std::int64_t outFrames = frames;
    if (block.time)
        outFrames = m_first ? 1 + (frames - 1) / 2 : frames / 2;
    at::Tensor next = take(kNext, {outFrames, height / 2, width / 2, block.outChannels});
    gpu::foldWithShortcut(narrow, m_x, block.time, m_first, next);
    moveToNext(next);
}

at::Tensor VaeRun::finish(const VaeNorm &norm, const VaeConv &conv)
{
    this->norm(norm, m_x, m_x);
    at::Tensor out =
        at::empty({m_x.size(0), m_x.size(1), m_x.size(2), conv.kernel.outChannels()}, at::kFloat);
    convolve(conv, m_x, {}, out);
    return out;
}

} // namespace faststar::model
