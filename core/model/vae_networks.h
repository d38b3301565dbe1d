// SPDX-License-Identifier: Apache-2.0
//
// The two halves of the video autoencoder as lists of layers.
//
// Levels: five channel counts c0..c4 (c3 = c4), four blocks. Encoder block i has ResNets at c_i and, for the
// first levels (as many as spatial_compression is long), a down block to c_(i+1); decoder block j has
// ResNets at c_(4-j) and, where the encoder went down from level 3-j, an up block to c_(3-j). Levels that
// temporal_compression covers change time by two as well.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/model/vae_layers.h"

namespace faststar::model
{

// What the configuration means, or why it means nothing (ModelMismatch).
[[nodiscard]] Status checkVaeConfig(const VaeConfig &config);

// Pixels per latent cell and frames per latent frame; 2 of the space stride is the patchify.
[[nodiscard]] int vaeSpaceStride(const VaeConfig &config);
[[nodiscard]] int vaeTimeStride(const VaeConfig &config);

struct VaeBlock {
    std::vector<VaeResNet> resNets;
    std::optional<VaeResample> resample;
};

struct VaeDecoder {
    VaeConv convIn;
    std::vector<VaeResNet> mid;
    std::vector<VaeBlock> blocks;
    VaeNorm normOut;
    VaeConv convOut;
    std::size_t convolutions = 0;

    void read(VaeReader &reader, const VaeConfig &config);
    // The whole half; shapes are the executor's.
    at::Tensor decode(VaeExecutor &executor, const at::Tensor &latent) const;
    // latent [t, h, w, latent channels] -> pixels [frames, H, W, 3].
    at::Tensor decodeChunk(VaeRun &run, const at::Tensor &latent, bool first, bool last) const;
};

struct VaeEncoder {
    VaeConv convIn;
    std::vector<VaeBlock> blocks;
    std::vector<VaeResNet> mid;
    VaeNorm normOut;
    VaeConv convOut; // the means alone: the log variances are not used
    std::size_t convolutions = 0;

    void read(VaeReader &reader, const VaeConfig &config);
    // The whole half; shapes are the executor's.
    at::Tensor encode(VaeExecutor &executor, const at::Tensor &pixels) const;
    // pixels [frames, H, W, 3] -> means [t, h, w, latent channels].
    at::Tensor encodeChunk(VaeRun &run, const at::Tensor &pixels, bool first, bool last) const;
};

// The 2x2 cells of the latent as channels and back, [t, h, w, 4c] (channel = c * 4 + row * 2 + column) <->
// [t, 2h, 2w, c].
[[nodiscard]] at::Tensor unpatchify(const at::Tensor &x);
[[nodiscard]] at::Tensor patchify(const at::Tensor &x);

// Floats that one chunk keeps in shared buffers, scratch and results, and that contexts take between chunks.
struct VaeMemory {
    std::int64_t chunkBytes = 0;
    std::int64_t contextBytes = 0;
};

// `frames` latent (decode) or pixel (encode) frames of a chunk; height and width of the pixels.
[[nodiscard]] VaeMemory decodeMemory(const VaeConfig &config, std::int64_t latentFrames, bool first,
                                     std::int64_t height, std::int64_t width);
[[nodiscard]] VaeMemory encodeMemory(const VaeConfig &config, std::int64_t frames, bool first,
                                     std::int64_t height, std::int64_t width);

} // namespace faststar::model
