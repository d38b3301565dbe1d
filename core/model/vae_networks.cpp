// SPDX-License-Identifier: Apache-2.0
#include "core/model/vae_networks.h"

#include <algorithm>

namespace faststar::model
{
namespace
{

constexpr int kLevels = 4;

bool goesDown(const VaeConfig &config, int level)
{
    return level < static_cast<int>(config.spatialCompression.size());
}

bool halvesTime(const VaeConfig &config, int level)
{
    return level < static_cast<int>(config.temporalCompression.size());
}

int channels(const VaeConfig &config, int level)
{
    return config.blockOutChannels[static_cast<std::size_t>(level)];
}

tl::unexpected<Error> mismatch(const std::string &what)
{
    return failure(ErrorCode::ModelMismatch, "video autoencoder: " + what);
}

} // namespace

Status checkVaeConfig(const VaeConfig &config)
{
    constexpr int maxChannels = 1 << 14;
    for (const int c : config.blockOutChannels)
        if (c < 1 || c > maxChannels)
            return mismatch("block_out_channels holds " + std::to_string(c));
    if (config.latentChannels < 1 || config.latentChannels > maxChannels)
        return mismatch("latent_channels is " + std::to_string(config.latentChannels));
    if (config.layersPerBlock < 1 || config.layersPerBlock > 64)
        return mismatch("layers_per_block is " + std::to_string(config.layersPerBlock));
    if (channels(config, 3) != channels(config, 4))
        return mismatch("the last two of block_out_channels differ: " + std::to_string(channels(config, 3)) +
                        " and " + std::to_string(channels(config, 4)));
    if (config.spatialCompression.size() >= kLevels)
        return mismatch("spatial_compression has " + std::to_string(config.spatialCompression.size()) +
                        " levels, at most 3 are possible");
    if (config.temporalCompression.size() > config.spatialCompression.size())
        return mismatch("temporal_compression has more levels than spatial_compression");
    for (const auto *list : {&config.spatialCompression, &config.temporalCompression})
        for (const int factor : *list)
            if (factor != 2)
                return mismatch("a compression of " + std::to_string(factor) +
                                " is not supported, only 2 is");
    for (int level = 0; level + 1 < kLevels; ++level) {
        const int fine = channels(config, level);
        const int coarse = channels(config, level + 1);
        const std::string pair =
            std::to_string(fine) + " and " + std::to_string(coarse) + " channels of neighbouring levels";
        if (!goesDown(config, level)) {
            if (fine != coarse)
                return mismatch(pair + " differ although nothing is compressed between them");
            continue;
        }
        const int expanded = fine * (halvesTime(config, level) ? 8 : 4);
        if (coarse % 4 != 0 || 4 * fine % coarse != 0 || expanded % coarse != 0)
            return mismatch(pair + " do not fit the rearrangement of space into channels");
    }
    return {};
}

int vaeSpaceStride(const VaeConfig &config)
{
    return 2 << config.spatialCompression.size();
}

int vaeTimeStride(const VaeConfig &config)
{
    return 1 << config.temporalCompression.size();
}

void VaeDecoder::read(VaeReader &reader, const VaeConfig &config)
{
    reader.restartNumbering();
    const std::string root = "decoder.";
    const int top = channels(config, kLevels);
    convIn = reader.conv(root + "conv_in", config.latentChannels, top);
    for (int i = 0; i < 2; ++i)
        mid.push_back(reader.resNet(root + "mid_block.resnets." + std::to_string(i), top, true));
    for (int j = 0; j < kLevels; ++j) {
        const std::string name = root + "up_blocks." + std::to_string(j);
        const int in = channels(config, kLevels - j);
        const int level = kLevels - 1 - j;
        VaeBlock &block = blocks.emplace_back();
        for (int i = 0; i <= config.layersPerBlock; ++i)
            block.resNets.push_back(reader.resNet(name + ".resnets." + std::to_string(i), in, true));
        if (j == 0 || !goesDown(config, level))
            continue;
        VaeResample up;
        up.time = halvesTime(config, level);
        up.outChannels = channels(config, level);
        up.norm = reader.plainNorm(name + ".upsamplers.0.conv.norm", in);
        up.conv = reader.conv(name + ".upsamplers.0.conv.conv", in, up.outChannels * (up.time ? 8 : 4));
        block.resample = std::move(up);
    }
    normOut = reader.spatialNorm(root + "norm_out", channels(config, 0));
    convOut = reader.conv(root + "conv_out", channels(config, 0), 3);
    convolutions = reader.convolutions();
}

at::Tensor VaeDecoder::decode(VaeExecutor &executor, const at::Tensor &latent) const
{
    executor.start(convIn, latent);
    for (const VaeResNet &resNet : mid)
        executor.resNet(resNet);
    for (const VaeBlock &block : blocks) {
        for (const VaeResNet &resNet : block.resNets)
            executor.resNet(resNet);
        if (block.resample)
            executor.up(*block.resample);
    }
    return executor.finish(normOut, convOut);
}

at::Tensor VaeDecoder::decodeChunk(VaeRun &run, const at::Tensor &latent, bool first, bool last) const
{
    run.beginChunk(first, last, latent);
    return decode(run, latent);
}

void VaeEncoder::read(VaeReader &reader, const VaeConfig &config)
{
    reader.restartNumbering();
    const std::string root = "encoder.";
    const int top = channels(config, kLevels);
    convIn = reader.conv(root + "conv_in", 3, channels(config, 0));
    for (int i = 0; i < kLevels; ++i) {
        const std::string name = root + "down_blocks." + std::to_string(i);
        const int in = channels(config, i);
        VaeBlock &block = blocks.emplace_back();
        for (int k = 0; k < config.layersPerBlock; ++k)
            block.resNets.push_back(reader.resNet(name + ".resnets." + std::to_string(k), in, false));
        if (i + 1 == kLevels || !goesDown(config, i))
            continue;
        VaeResample down;
        down.time = halvesTime(config, i);
        down.outChannels = channels(config, i + 1);
        down.norm = reader.plainNorm(name + ".downsamplers.0.conv.norm", in);
        down.conv = reader.conv(name + ".downsamplers.0.conv.conv", in, down.outChannels / 4);
        block.resample = std::move(down);
    }
    for (int i = 0; i < 2; ++i)
        mid.push_back(reader.resNet(root + "mid_block.resnets." + std::to_string(i), top, false));
    normOut = reader.plainNorm(root + "norm_out", top);
    convOut = reader.conv(root + "conv_out", top, 2 * config.latentChannels, config.latentChannels);
    convolutions = reader.convolutions();
}

at::Tensor VaeEncoder::encode(VaeExecutor &executor, const at::Tensor &pixels) const
{
    executor.start(convIn, pixels);
    for (const VaeBlock &block : blocks) {
        for (const VaeResNet &resNet : block.resNets)
            executor.resNet(resNet);
        if (block.resample)
            executor.down(*block.resample);
    }
    for (const VaeResNet &resNet : mid)
        executor.resNet(resNet);
    return executor.finish(normOut, convOut);
}

at::Tensor VaeEncoder::encodeChunk(VaeRun &run, const at::Tensor &pixels, bool first, bool last) const
{
    run.beginChunk(first, last, {});
    return encode(run, pixels);
}

at::Tensor unpatchify(const at::Tensor &x)
{
    const std::int64_t c = x.size(3) / 4;
    return x.reshape({x.size(0), x.size(1), x.size(2), c, 2, 2})
        .permute({0, 1, 4, 2, 5, 3})
        .reshape({x.size(0), 2 * x.size(1), 2 * x.size(2), c});
}

at::Tensor patchify(const at::Tensor &x)
{
    const std::int64_t h = x.size(1) / 2;
    const std::int64_t w = x.size(2) / 2;
    return x.reshape({x.size(0), h, 2, w, 2, x.size(3)})
        .permute({0, 1, 3, 5, 2, 4})
        .reshape({x.size(0), h, w, 4 * x.size(3)});
}

} // namespace faststar::model
