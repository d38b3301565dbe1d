// SPDX-License-Identifier: Apache-2.0
//
// How much memory a chunk takes: the same walk over the layers as VaeRun's, in numbers.
#include <algorithm>
#include <array>

#include "core/model/vae_networks.h"

namespace faststar::model
{
namespace
{

// The buffers and contexts of one VaeRun.
class Meter
{
public:
    Meter(std::int64_t frames, std::int64_t height, std::int64_t width)
        : m_frames(frames), m_height(height), m_width(width)
    {
    }

    void start(std::int64_t in, std::int64_t out)
    {
        m_channels = out;
        grow(m_current, out);
        conv(in, out);
    }

    void resNets(int count)
    {
        if (count == 0)
            return;
        grow(m_normed, m_channels);
        grow(m_inner, m_channels);
        for (int i = 0; i < 2 * count; ++i)
            conv(m_channels, m_channels);
    }

    void resample(std::int64_t convChannels, std::int64_t channels, std::int64_t frames, std::int64_t height,
                  std::int64_t width)
    {
        grow(m_normed, m_channels);
        grow(m_inner, convChannels);
        conv(m_channels, convChannels);
        m_channels = channels;
        m_frames = frames;
        m_height = height;
        m_width = width;
        grow(m_next, m_channels);
        std::swap(m_current, m_next);
    }

    void finish(std::int64_t out)
    {
        conv(m_channels, out);
        m_results += 2 * cells() * out; // as computed, and as handed on
    }

    void latent(std::int64_t channels, std::int64_t widest)
    {
        m_results += cells() * (channels + 2 * widest); // the widest norm's scale and shift
    }

    [[nodiscard]] VaeMemory memory() const
    {
        const std::int64_t floats = m_current + m_next + m_normed + m_inner + m_results;
        const std::int64_t bytes = floats * kFloat + m_scratch;
        return {bytes + bytes / 8, m_contexts * kFloat}; // what the allocator rounds up and keeps
    }

    [[nodiscard]] std::int64_t frames() const { return m_frames; }
    [[nodiscard]] std::int64_t height() const { return m_height; }
    [[nodiscard]] std::int64_t width() const { return m_width; }

private:
    static constexpr auto kFloat = static_cast<std::int64_t>(sizeof(float));

    [[nodiscard]] std::int64_t cells() const { return m_frames * m_height * m_width; }
    void grow(std::int64_t &buffer, std::int64_t channels) const
    {
        buffer = std::max(buffer, cells() * channels);
    }

    void conv(std::int64_t in, std::int64_t out)
    {
        m_contexts += 2 * m_height * m_width * in;
        m_scratch = std::max(m_scratch, gpu::CausalConv::scratchBytes(in, out, m_frames, m_height, m_width));
    }

    std::int64_t m_frames;
    std::int64_t m_height;
    std::int64_t m_width;
    std::int64_t m_channels = 0;
    std::int64_t m_current = 0;
    std::int64_t m_next = 0;
    std::int64_t m_normed = 0;
    std::int64_t m_inner = 0;
    std::int64_t m_results = 0;
    std::int64_t m_contexts = 0;
    std::int64_t m_scratch = 0;
};

std::int64_t widestLevel(const VaeConfig &config)
{
    return *std::max_element(config.blockOutChannels.begin(), config.blockOutChannels.end());
}

} // namespace

VaeMemory decodeMemory(const VaeConfig &config, std::int64_t latentFrames, bool first, std::int64_t height,
                       std::int64_t width)
{
    const auto spaceLevels = static_cast<int>(config.spatialCompression.size());
    const auto timeLevels = static_cast<int>(config.temporalCompression.size());
    Meter meter(latentFrames, height >> spaceLevels, width >> spaceLevels);
    meter.latent(config.latentChannels, widestLevel(config));
    meter.start(config.latentChannels, config.blockOutChannels[4]);
    meter.resNets(2);
    for (int j = 0; j < 4; ++j) {
        meter.resNets(config.layersPerBlock + 1);
        const int level = 3 - j;
        if (j == 0 || level >= spaceLevels)
            continue;
        const std::int64_t channels = config.blockOutChannels[static_cast<std::size_t>(level)];
        const bool time = level < timeLevels;
        const std::int64_t frames = time ? 2 * meter.frames() - (first ? 1 : 0) : meter.frames();
        meter.resample(channels * (time ? 8 : 4), channels, frames, 2 * meter.height(), 2 * meter.width());
    }
    meter.finish(3);
    return meter.memory();
}

VaeMemory encodeMemory(const VaeConfig &config, std::int64_t frames, bool first, std::int64_t height,
                       std::int64_t width)
{
    const auto spaceLevels = static_cast<int>(config.spatialCompression.size());
    const auto timeLevels = static_cast<int>(config.temporalCompression.size());
    Meter meter(frames, height, width);
    meter.latent(3, 0); // the chunk's pixels, channels-last
    meter.start(3, config.blockOutChannels[0]);
    for (int level = 0; level < 4; ++level) {
        meter.resNets(config.layersPerBlock);
        if (level == 3 || level >= spaceLevels)
            continue;
        const std::int64_t channels = config.blockOutChannels[static_cast<std::size_t>(level) + 1];
        std::int64_t outFrames = meter.frames();
        if (level < timeLevels)
            outFrames = first ? 1 + (outFrames - 1) / 2 : outFrames / 2;
        meter.resample(channels / 4, channels, outFrames, meter.height() / 2, meter.width() / 2);
    }
    meter.resNets(2);
    meter.finish(config.latentChannels);
    return meter.memory();
}

} // namespace faststar::model
