// SPDX-License-Identifier: Apache-2.0
#include "core/model/guidance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include "core/domain/philox.h"

namespace faststar::model
{
namespace
{

struct Sums {
    double differenceSquared = 0.0;
    double differenceDotCond = 0.0;
    double condSquared = 0.0;
};

// Sums in fixed pieces that are added in order, so that the number of threads does not matter.
Sums sumsOf(const float *cond, const float *uncond, std::int64_t count)
{
    constexpr std::int64_t kPiece = 4096;
    std::vector<Sums> pieces(static_cast<std::size_t>((count + kPiece - 1) / kPiece));
    at::parallel_for(0, static_cast<std::int64_t>(pieces.size()), 4,
                     [&](std::int64_t begin, std::int64_t end) {
                         for (std::int64_t piece = begin; piece < end; ++piece) {
                             Sums sums;
                             const std::int64_t last = std::min(count, (piece + 1) * kPiece);
                             for (std::int64_t i = piece * kPiece; i < last; ++i) {
                                 const double difference = double(cond[i] - uncond[i]);
                                 sums.differenceSquared += difference * difference;
                                 sums.differenceDotCond += difference * double(cond[i]);
                                 sums.condSquared += double(cond[i]) * double(cond[i]);
                             }
                             pieces[static_cast<std::size_t>(piece)] = sums;
                         }
                     });
    Sums total;
    for (const Sums &sums : pieces) {
        total.differenceSquared += sums.differenceSquared;
        total.differenceDotCond += sums.differenceDotCond;
        total.condSquared += sums.condSquared;
    }
    return total;
}

GuidanceStats statsOf(const Sums &sums, std::int64_t count, double threshold)
{
    GuidanceStats stats;
    const double rms = count > 0 ? std::sqrt(sums.differenceSquared / double(count)) : 0.0;
    stats.clip = rms > threshold ? threshold / rms : 1.0;
    stats.projection = sums.condSquared > 0.0 ? stats.clip * sums.differenceDotCond / sums.condSquared : 0.0;
    return stats;
}

constexpr std::int64_t kGrain = 16384;

} // namespace

at::Tensor guide(const at::Tensor &logits, const GuidanceSettings &settings, const GuidanceStats *frozen,
                 GuidanceStats *measured)
{
    const c10::InferenceMode guard;
    if (measured != nullptr)
        *measured = GuidanceStats{};
    if (logits.size(0) < 2 || settings.scale == 1.0)
        return logits.select(0, 0);
    if (!logits.is_cpu())
        return aten::guide(logits, settings, frozen, measured);
    const at::Tensor rows = logits.contiguous();
    at::Tensor guided = at::empty(rows.sizes().slice(1), rows.options());
    const std::int64_t count = guided.numel();
    const auto *cond = rows.const_data_ptr<float>();
    const float *uncond = cond + count;
    auto *out = guided.mutable_data_ptr<float>();

    if (settings.kind == Guidance::Cfg) {
        const auto weight = static_cast<float>(settings.scale);
        const auto rest = static_cast<float>(1.0 - settings.scale);
        at::parallel_for(0, count, kGrain, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i)
                out[i] = weight * cond[i] + rest * uncond[i];
        });
        return guided;
    }

    const GuidanceStats stats =
        frozen != nullptr ? *frozen : statsOf(sumsOf(cond, uncond, count), count, settings.apgNormThreshold);
    if (measured != nullptr)
        *measured = stats;
    const double strength = settings.scale - 1.0;
    at::parallel_for(0, count, kGrain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
            const double difference = stats.clip * double(cond[i] - uncond[i]);
            out[i] = float(double(cond[i]) + strength * (difference - stats.projection * double(cond[i])));
        }
    });
    return guided;
}

at::Tensor sampleBits(const at::Tensor &guided, std::uint64_t seed, int scaleIndex, int repetition,
                      const at::Tensor &positions)
{
    const c10::InferenceMode guard;
    if (!guided.is_cpu())
        return aten::sampleBits(guided, seed, scaleIndex, repetition, positions);
    const at::Tensor pairs = guided.contiguous();
    const std::int64_t tokens = pairs.size(0);
    const std::int64_t depth = pairs.size(1);
    const at::Tensor places = positions.defined() ? positions.contiguous() : at::Tensor();
    const std::int64_t *place = places.defined() ? places.const_data_ptr<std::int64_t>() : nullptr;
    at::Tensor bits = at::empty({tokens, depth}, at::kByte);
    const auto *logit = pairs.const_data_ptr<float>();
    auto *out = bits.mutable_data_ptr<std::uint8_t>();
    at::parallel_for(0, tokens, 64, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t token = begin; token < end; ++token) {
            const auto position = static_cast<std::uint32_t>(place != nullptr ? place[token] : token);
            for (std::int64_t first = 0; first < depth; first += 4) {
                const std::array<float, 4> uniforms = bitUniforms(
                    seed, static_cast<std::uint32_t>(scaleIndex), static_cast<std::uint32_t>(repetition),
                    position, static_cast<std::uint32_t>(first / 4));
                const std::int64_t group = std::min<std::int64_t>(4, depth - first);
                for (std::int64_t i = 0; i < group; ++i) {
                    const std::int64_t index = token * depth + first + i;
                    const float difference = logit[2 * index + 1] - logit[2 * index];
                    const float probability = 1.0F / (1.0F + std::exp(-difference));
                    out[index] = uniforms[static_cast<std::size_t>(i)] < probability ? 1 : 0;
                }
            }
        }
    });
    return bits;
}

at::Tensor greedyBits(const at::Tensor &guided)
{
    const c10::InferenceMode guard;
    return guided.select(-1, 1).gt(guided.select(-1, 0)).to(at::kByte);
}

} // namespace faststar::model
