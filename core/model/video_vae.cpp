// SPDX-License-Identifier: Apache-2.0
#include "core/model/video_vae.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <ATen/ops/addmm.h>
#include <ATen/ops/cat.h>
#include <c10/core/InferenceMode.h>

#include "core/model/vae_device.h"
#include "core/model/vae_networks.h"

namespace faststar::model
{
namespace
{

// Chunks are as large as this allows, but never below one latent frame.
constexpr std::int64_t kChunkBudgetBytes = std::int64_t{2} << 30;
// Larger ones are no faster: their activations only leave the processor's caches.
constexpr int kPreferredLatentFrames = 4;

struct Linear {
    at::Tensor weight; // [in, out]
    at::Tensor bias;

    [[nodiscard]] at::Tensor apply(const at::Tensor &x) const
    {
        std::vector<std::int64_t> shape = x.sizes().vec();
        shape.back() = weight.size(1);
        return at::addmm(bias, x.reshape({-1, weight.size(0)}), weight).view(shape);
    }
};

std::int64_t decodeBytes(const VaeConfig &config, std::int64_t latentFrames, std::int64_t height,
                         std::int64_t width, std::int64_t chunk)
{
    const VaeMemory memory =
        decodeMemory(config, std::min(chunk, latentFrames), chunk >= latentFrames, height, width);
    return memory.chunkBytes + (chunk < latentFrames ? memory.contextBytes : 0);
}

std::int64_t encodeBytes(const VaeConfig &config, std::int64_t latentFrames, std::int64_t height,
                         std::int64_t width, std::int64_t chunk)
{
    const std::int64_t frames = 1 + vaeTimeStride(config) * (std::min(chunk + 1, latentFrames) - 1);
    const VaeMemory memory = encodeMemory(config, frames, true, height, width);
    return memory.chunkBytes + (chunk + 1 < latentFrames ? memory.contextBytes : 0);
}

// The largest chunk within the budget, one latent frame at least.
template <typename Bytes> std::int64_t chooseChunk(std::int64_t latentFrames, const Bytes &bytes)
{
    std::int64_t chunk = std::min<std::int64_t>(latentFrames, kPreferredLatentFrames);
    while (chunk > 1 && bytes(chunk) > kChunkBudgetBytes)
        --chunk;
    return chunk;
}

std::int64_t decodeChunkFor(const VaeConfig &config, std::int64_t latentFrames, std::int64_t height,
                            std::int64_t width)
{
    return chooseChunk(latentFrames, [&](std::int64_t chunk) {
        return decodeBytes(config, latentFrames, height, width, chunk);
    });
}

std::int64_t encodeChunkFor(const VaeConfig &config, std::int64_t latentFrames, std::int64_t height,
                            std::int64_t width)
{
    return chooseChunk(latentFrames, [&](std::int64_t chunk) {
        return encodeBytes(config, latentFrames, height, width, chunk);
    });
}

} // namespace

struct VideoVae::Impl {
    VaeConfig config;
    gpu::Placement placement;
    VaeDecoder decoder;
    VaeEncoder encoder;
    Linear projUp;
    Linear projDown;
    double scale = 1.0;

    // `input` [t, h, w, latent channels]
    void decodeOnDevice(const at::Tensor &input, const FrameSink &sink, const std::stop_token &stop,
                        std::int64_t chunk) const;
    [[nodiscard]] at::Tensor encodeOnDevice(const at::Tensor &video,
                                            const std::function<void(double)> &progress,
                                            const std::stop_token &stop, std::int64_t chunkFrames) const;
};

void VideoVae::Impl::decodeOnDevice(const at::Tensor &input, const FrameSink &sink,
                                    const std::stop_token &stop, std::int64_t chunk) const
{
    const std::int64_t frames = input.size(0);
    const std::int64_t stride = vaeSpaceStride(config) / 2; // the patches are already apart
    const std::int64_t usual =
        chunk > 0 ? chunk : deviceChunkFrames(config, input.size(1) * stride, input.size(2) * stride);
    VaeDeviceRun run(decoder.convolutions, placement.compute, stop);
    std::int64_t count = 0;
    for (std::int64_t begin = 0; begin < frames; begin += count) {
        count = std::min(usual + (begin == 0 ? 1 : 0), frames - begin);
        const at::Tensor part = input.narrow(0, begin, count);
        run.beginChunk(begin == 0, begin + count == frames, part);
        sink(decoder.decode(run, part).permute({3, 0, 1, 2}));
    }
}

at::Tensor VideoVae::Impl::encodeOnDevice(const at::Tensor &video,
                                          const std::function<void(double)> &progress,
                                          const std::stop_token &stop, std::int64_t chunkFrames) const
{
    const std::int64_t stride = vaeTimeStride(config);
    const std::int64_t frames = video.size(1);
    const std::int64_t usual = chunkFrames > 0 ? std::max<std::int64_t>(1, chunkFrames / stride)
                                               : deviceChunkFrames(config, video.size(2), video.size(3));
    VaeDeviceRun run(encoder.convolutions, placement.compute, stop);
    std::vector<at::Tensor> means;
    std::int64_t count = 0;
    for (std::int64_t done = 0; done < frames; done += count) {
        count = std::min(usual * stride + (done == 0 ? 1 : 0), frames - done);
        const at::Tensor pixels =
            video.narrow(1, done, count).to(placement.device, placement.compute).permute({1, 2, 3, 0});
        run.beginChunk(done == 0, done + count == frames, {});
        means.push_back(encoder.encode(run, pixels).to(at::kFloat));
        if (progress)
            progress(double(done + count) / double(frames));
    }
    return projDown.apply(patchify(at::cat(means))).mul(scale).permute({3, 0, 1, 2}).contiguous();
}

VideoVae::VideoVae(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
VideoVae::~VideoVae() = default;

Result<std::unique_ptr<VideoVae>> VideoVae::load(const WeightSource &weights, const VaeConfig &config,
                                                 const gpu::Placement &placement)
{
    const c10::InferenceMode inference;
    if (const Status status = checkVaeConfig(config); !status)
        return tl::unexpected<Error>(status.error());
    auto impl = std::make_unique<Impl>();
    impl->config = config;
    impl->placement = placement;
    at::ScalarType type = placement.compute;
    const VaeTensors placed = [&](const std::string &name, const std::vector<std::int64_t> &shape) {
        return weights.load(name, shape, type).map([&](const at::Tensor &tensor) {
            return tensor.to(placement.device);
        });
    };
    VaeReader reader(placed, config.latentChannels, placement.isPlain() ? VaeForm::Packed : VaeForm::Device);
    impl->decoder.read(reader, config);
    impl->encoder.read(reader, config);
    type = at::kFloat; // for the rest, which is small
    const std::int64_t width = std::int64_t{4} * config.latentChannels;
    const at::Tensor upWeight = reader.tensor("proj_up.weight", {width, width});
    const at::Tensor upBias = reader.tensor("proj_up.bias", {width});
    const at::Tensor downWeight = reader.tensor("proj_down.weight", {width, width});
    const at::Tensor downBias = reader.tensor("proj_down.bias", {width});
    const at::Tensor scales = reader.tensor("scale_learnable_parameters", {4});
    if (reader.error())
        return tl::unexpected<Error>(*reader.error());
    impl->projUp = {upWeight.t().contiguous(), upBias};
    impl->projDown = {downWeight.t().contiguous(), downBias};
    impl->scale = scales.select(0, 0).item<float>();
    return std::unique_ptr<VideoVae>(new VideoVae(std::move(impl)));
}

void VideoVae::decode(const at::Tensor &latent, const FrameSink &sink, const std::stop_token &stop,
                      int chunkLatentFrames) const
{
    const c10::InferenceMode inference;
    const std::int64_t frames = latent.size(1);
    const int stride = vaeSpaceStride(m_impl->config);
    const std::int64_t chunk =
        chunkLatentFrames > 0
            ? chunkLatentFrames
            : decodeChunkFor(m_impl->config, frames, latent.size(2) * stride, latent.size(3) * stride);
    const at::Tensor placed = latent.to(m_impl->placement.device, at::kFloat);
    const at::Tensor features = m_impl->projUp.apply(placed.permute({1, 2, 3, 0}).div(m_impl->scale));
    const at::Tensor input = unpatchify(features);
    if (!m_impl->placement.isPlain()) {
        m_impl->decodeOnDevice(input, sink, stop, chunkLatentFrames);
        return;
    }
    VaeRun run(m_impl->decoder.convolutions, stop);
    for (std::int64_t begin = 0; begin < frames; begin += chunk) {
        const std::int64_t count = std::min(chunk, frames - begin);
        const at::Tensor pixels = m_impl->decoder.decodeChunk(run, input.narrow(0, begin, count), begin == 0,
                                                              begin + count == frames);
        sink(pixels.permute({3, 0, 1, 2}).contiguous());
    }
}

at::Tensor VideoVae::encode(const at::Tensor &video, const std::function<void(double)> &progress,
                            const std::stop_token &stop, int chunkFrames) const
{
    const c10::InferenceMode inference;
    const std::int64_t stride = vaeTimeStride(m_impl->config);
    const std::int64_t frames = video.size(1);
    const std::int64_t latentFrames = 1 + (frames - 1) / stride;
    if (!m_impl->placement.isPlain())
        return m_impl->encodeOnDevice(video, progress, stop, chunkFrames);
    const std::int64_t chunk =
        chunkFrames > 0 ? std::max<std::int64_t>(1, chunkFrames / stride)
                        : encodeChunkFor(m_impl->config, latentFrames, video.size(2), video.size(3));
    VaeRun run(m_impl->encoder.convolutions, stop);
    std::int64_t done = 0; // pixel frames of finished chunks
    std::int64_t current = 0;
    std::size_t convolved = 0;
    if (progress)
        run.onConvolution([&] {
            const double part =
                static_cast<double>(++convolved) / static_cast<double>(m_impl->encoder.convolutions);
            progress((static_cast<double>(done) + part * static_cast<double>(current)) /
                     static_cast<double>(frames));
        });
    std::vector<at::Tensor> means;
    for (; done < frames; done += current) {
        // The first frame stands alone in time, so the first chunk has one more.
        current = std::min(chunk * stride + (done == 0 ? 1 : 0), frames - done);
        convolved = 0;
        const at::Tensor pixels = video.narrow(1, done, current).permute({1, 2, 3, 0}).contiguous();
        means.push_back(m_impl->encoder.encodeChunk(run, pixels, done == 0, done + current == frames));
    }
    const at::Tensor latent = m_impl->projDown.apply(patchify(at::cat(means))).mul(m_impl->scale);
    return latent.permute({3, 0, 1, 2}).contiguous();
}

std::int64_t VideoVae::workingBytes(const VaeConfig &config, int latentFrames, int latentHeight,
                                    int latentWidth, int chunkLatentFrames)
{
    const std::int64_t height = std::int64_t{latentHeight} * vaeSpaceStride(config);
    const std::int64_t width = std::int64_t{latentWidth} * vaeSpaceStride(config);
    const std::int64_t decodeChunk =
        chunkLatentFrames > 0 ? chunkLatentFrames : decodeChunkFor(config, latentFrames, height, width);
    const std::int64_t encodeChunk =
        chunkLatentFrames > 0 ? chunkLatentFrames : encodeChunkFor(config, latentFrames, height, width);
    return std::max(decodeBytes(config, latentFrames, height, width, decodeChunk),
                    encodeBytes(config, latentFrames, height, width, encodeChunk));
}

} // namespace faststar::model
