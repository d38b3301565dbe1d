// SPDX-License-Identifier: Apache-2.0
//
// Causal video autoencoder. Space stride 16 (8 by convolutions, 2 by patchify), time stride 4; the first
// frame stands alone. Chunked caches make the result independent of the chunk size.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include <ATen/core/Tensor.h>

#include "core/domain/model_config.h"
#include "core/domain/result.h"
#include "core/model/checkpoint/weight_source.h"
#include "gpu/torch_device.h"

namespace faststar::model
{

class VideoVae
{
public:
    static Result<std::unique_ptr<VideoVae>> load(const WeightSource &weights, const VaeConfig &config,
                                                  const gpu::Placement &placement = {});
    ~VideoVae();
    VideoVae(const VideoVae &) = delete;
    VideoVae &operator=(const VideoVae &) = delete;

    // Receives finished frames in order: [3, n, H, W], unclamped, about [-1, 1], float32 on the
    // placement's device.
    using FrameSink = std::function<void(const at::Tensor &frames)>;

    // latent [64, t, h, w], scaled as the transformer sees it, -> 1 + 4(t-1) frames of 16h x 16w, handed out
    // chunk by chunk. `chunkLatentFrames` 0 = chosen for this size and device. Throws StopRequested.
    void decode(const at::Tensor &latent, const FrameSink &sink, const std::stop_token &stop,
                int chunkLatentFrames = 0) const;

    // video [3, 1 + 4k, H, W] in [-1, 1], H and W multiples of 16 -> mean latent [64, 1 + k, H/16, W/16],
    // scaled as the transformer sees it. `progress` in [0, 1]. Throws StopRequested.
    [[nodiscard]] at::Tensor encode(const at::Tensor &video, const std::function<void(double)> &progress,
                                    const std::stop_token &stop, int chunkFrames = 0) const;

    // Forecast of the working memory (bytes) a decode or an encode of this size needs besides the weights.
    [[nodiscard]] static std::int64_t workingBytes(const VaeConfig &config, int latentFrames,
                                                   int latentHeight, int latentWidth,
                                                   int chunkLatentFrames = 0);

private:
    struct Impl;
    explicit VideoVae(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace faststar::model
