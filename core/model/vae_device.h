// SPDX-License-Identifier: Apache-2.0
//
// The video autoencoder on a device, chunk by chunk: the layers of vae_networks.h in the form
// VaeForm::Device. Convolutions are the library's, on channels-last volumes; the two frames of context stand
// in front of every convolution's input, so that nothing is put together again.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/model/vae_layers.h"

namespace faststar::model
{

class VaeDeviceRun final : public VaeExecutor
{
public:
    VaeDeviceRun(std::size_t convolutions, at::ScalarType compute, const std::stop_token &stop)
        : m_contexts(convolutions), m_compute(compute), m_stop(stop)
    {
    }

    // As VaeRun::beginChunk.
    void beginChunk(bool first, bool last, const at::Tensor &latent);

    void start(const VaeConv &conv, const at::Tensor &input) override;
    void resNet(const VaeResNet &block) override;
    void up(const VaeResample &block) override;
    void down(const VaeResample &block) override;
    // float32.
    at::Tensor finish(const VaeNorm &norm, const VaeConv &conv) override;

private:
    // [2 + frames, h, w, channels] whose first two frames are to be the context, and the rest of it.
    struct Padded {
        at::Tensor all;
        at::Tensor rest;
    };
    [[nodiscard]] Padded padded(const at::Tensor &like, std::int64_t channels) const;
    [[nodiscard]] at::Tensor modulation(const VaeNorm &norm, std::int64_t frames) const;
    void normInto(const VaeNorm &norm, const at::Tensor &x, at::Tensor &out) const;
    [[nodiscard]] at::Tensor convolve(const VaeConv &conv, Padded &input);
    [[nodiscard]] at::Tensor normedConvolution(const VaeNorm &norm, const VaeConv &conv, const at::Tensor &x);

    std::vector<at::Tensor> m_contexts;
    at::ScalarType m_compute;
    std::stop_token m_stop;
    at::Tensor m_latent;
    at::Tensor m_x; // [frames, h, w, channels]
    bool m_first = true;
    bool m_last = true;
};

// Latent frames of a chunk on a device: as many as keep every tensor below a fixed number of elements, which
// is one for 720p. Twice as many decode 6 % faster there and take 3.5 GiB more. The first chunk of a clip has
// one more, which stands alone in time.
[[nodiscard]] std::int64_t deviceChunkFrames(const VaeConfig &config, std::int64_t height,
                                             std::int64_t width);

} // namespace faststar::model
