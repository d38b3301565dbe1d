// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_maps.h"

#include <algorithm>
#include <cmath>

#include "core/domain/philox.h"
#include "core/domain/selection.h"

namespace faststar::test
{

namespace
{

constexpr double kRadius = 0.16;

double timeOf(int frame, int frames)
{
    return frames > 1 ? double(frame) / double(frames - 1) : 0.0;
}

} // namespace

double spotAt(std::int64_t seed, double time, double x, double y)
{
    const auto height = bitUniforms(std::uint64_t(seed), 0, 0, 0, 0)[0];
    const double dx = x - (0.15 + 0.7 * time);
    const double dy = y - (0.3 + 0.4 * double(height));
    return std::exp(-(dx * dx + dy * dy) / (kRadius * kRadius));
}

std::shared_ptr<const ScoreMaps> fakeScores(std::int64_t seed, const StepIndex &at, GridShape shape,
                                            int firstFrame, int frames, double p)
{
    auto maps = std::make_shared<ScoreMaps>();
    maps->spatialSimilarity.shape = maps->temporalSimilarity.shape = maps->score.shape = shape;
    maps->featureNorm.shape = shape;
    std::vector<float> spatial;
    std::vector<float> temporal;
    std::uint32_t position = 0;
    for (int t = 0; t < shape.t; ++t) {
        const double now = timeOf(firstFrame + t, frames);
        const double before = timeOf(std::max(firstFrame + t - 1, 0), frames);
        for (int row = 0; row < shape.h; ++row) {
            for (int column = 0; column < shape.w; ++column, ++position) {
                const double x = (column + 0.5) / shape.w;
                const double y = (row + 0.5) / shape.h;
                const auto noise = bitUniforms(std::uint64_t(seed), std::uint32_t(at.scale),
                                               std::uint32_t(at.repetition), position, 1);
                const double here = spotAt(seed, now, x, y);
                const double moved = std::abs(here - spotAt(seed, before, x, y));
                spatial.push_back(float(0.7 * here + 0.02 * double(noise[0])));
                maps->featureNorm.values.push_back(float(1.0 + here));
                temporal.push_back(float(0.9 * moved + 0.02 * double(noise[1])));
            }
        }
    }
    // The similarities are what is stored, so the score is fused from what they give back.
    const auto complement = [](float value) { return 1.0F - value; };
    auto similarS = spatial, similarT = temporal;
    std::transform(spatial.begin(), spatial.end(), similarS.begin(), complement);
    std::transform(temporal.begin(), temporal.end(), similarT.begin(), complement);
    std::transform(similarS.begin(), similarS.end(), spatial.begin(), complement);
    std::transform(similarT.begin(), similarT.end(), temporal.begin(), complement);
    maps->score.values = fuseScores(spatial, temporal, p, &maps->nanCount);
    spatial = std::move(similarS);
    temporal = std::move(similarT);
    maps->spatialSimilarity.values = std::move(spatial);
    maps->temporalSimilarity.values = std::move(temporal);
    return maps;
}

PackedBits fakeBits(std::int64_t seed, const StepIndex &at, int bits, std::int64_t tokens)
{
    PackedBits packed{bits, tokens, {}};
    const std::int64_t all = tokens * bits;
    packed.data.resize(std::size_t((all + 7) / 8));
    for (std::size_t i = 0; i < packed.data.size(); ++i) {
        const auto value = bitUniforms(std::uint64_t(seed), std::uint32_t(at.scale),
                                       std::uint32_t(at.repetition), std::uint32_t(i), 2)[0];
        packed.data[i] = std::uint8_t(value * 256.0F);
    }
    if (all % 8 != 0) // bits after the last token are zero
        packed.data.back() &= std::uint8_t((1U << unsigned(all % 8)) - 1U);
    return packed;
}

std::shared_ptr<const std::vector<Image>> fakeFrames(std::int64_t seed, int width, int height, int count,
                                                     double done)
{
    auto frames = std::make_shared<std::vector<Image>>();
    for (int frame = 0; frame < count; ++frame) {
        Image image{width, height, {}};
        image.rgb.reserve(std::size_t(width) * std::size_t(height) * 3);
        for (int row = 0; row < height; ++row) {
            for (int column = 0; column < width; ++column) {
                const double spot =
                    done * spotAt(seed, timeOf(frame, count), (column + 0.5) / width, (row + 0.5) / height);
                image.rgb.push_back(std::uint8_t(40.0 + 200.0 * spot));
                image.rgb.push_back(std::uint8_t(60.0 + 60.0 * spot));
                image.rgb.push_back(std::uint8_t(140.0 - 100.0 * spot));
            }
        }
        frames->push_back(std::move(image));
    }
    return frames;
}

} // namespace faststar::test
