// SPDX-License-Identifier: Apache-2.0
//
// The ATen path of guidance.h. Philox works on 32-bit words, which are held in int64 here: a product wraps as
// the unsigned one does, and a mask takes the sign away again.
#include "core/model/guidance.h"

#include <array>
#include <cmath>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

namespace faststar::model::aten
{
namespace
{

constexpr std::int64_t kMask = 0xFFFFFFFF;
constexpr std::int64_t kMultiplier0 = 0xD2511F53;
constexpr std::int64_t kMultiplier1 = 0xCD9E8D57;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9U;
constexpr std::uint32_t kWeyl1 = 0xBB67AE85U;

at::Tensor high(const at::Tensor &product)
{
    return product.bitwise_right_shift(32).bitwise_and_(kMask);
}

// philox4x32 of core/domain/philox.h for many counters.
std::array<at::Tensor, 4> philox(std::array<at::Tensor, 4> counter, std::uint64_t seed)
{
    auto key0 = static_cast<std::uint32_t>(seed);
    auto key1 = static_cast<std::uint32_t>(seed >> 32U);
    for (int round = 0; round < 10; ++round) {
        const at::Tensor product0 = counter[0].mul(kMultiplier0);
        const at::Tensor product1 = counter[2].mul(kMultiplier1);
        counter = {high(product1).bitwise_xor(counter[1]).bitwise_xor(std::int64_t{key0}),
                   product1.bitwise_and(kMask),
                   high(product0).bitwise_xor(counter[3]).bitwise_xor(std::int64_t{key1}),
                   product0.bitwise_and(kMask)};
        key0 += kWeyl0;
        key1 += kWeyl1;
    }
    return counter;
}

GuidanceStats statsOf(const at::Tensor &cond, const at::Tensor &difference, double threshold)
{
    const at::Tensor c = cond.to(at::kDouble);
    const at::Tensor d = difference.to(at::kDouble);
    const at::Tensor sums = at::stack({d.square().sum(), d.mul(c).sum(), c.square().sum()}).cpu();
    const auto *sum = sums.const_data_ptr<double>();
    const auto count = double(cond.numel());
    GuidanceStats stats;
    const double rms = count > 0.0 ? std::sqrt(sum[0] / count) : 0.0;
    stats.clip = rms > threshold ? threshold / rms : 1.0;
    stats.projection = sum[2] > 0.0 ? stats.clip * sum[1] / sum[2] : 0.0;
    return stats;
}

} // namespace

at::Tensor guide(const at::Tensor &logits, const GuidanceSettings &settings, const GuidanceStats *frozen,
                 GuidanceStats *measured)
{
    const c10::InferenceMode guard;
    if (measured != nullptr)
        *measured = GuidanceStats{};
    at::Tensor cond = logits.select(0, 0);
    if (logits.size(0) < 2 || settings.scale == 1.0)
        return cond;
    const at::Tensor uncond = logits.select(0, 1);
    if (settings.kind == Guidance::Cfg)
        return cond.mul(settings.scale).add(uncond, 1.0 - settings.scale);
    const at::Tensor difference = cond.sub(uncond);
    const GuidanceStats stats =
        frozen != nullptr ? *frozen : statsOf(cond, difference, settings.apgNormThreshold);
    if (measured != nullptr)
        *measured = stats;
    const double strength = settings.scale - 1.0;
    return cond.to(at::kDouble)
        .mul(1.0 - strength * stats.projection)
        .add(difference.to(at::kDouble), strength * stats.clip)
        .to(at::kFloat);
}

at::Tensor sampleBits(const at::Tensor &guided, std::uint64_t seed, int scaleIndex, int repetition,
                      const at::Tensor &positions)
{
    const c10::InferenceMode guard;
    const std::int64_t tokens = guided.size(0);
    const std::int64_t depth = guided.size(1);
    const auto options = at::TensorOptions(guided.device()).dtype(at::kLong);
    const at::Tensor place =
        positions.defined() ? positions.to(guided.device()) : at::arange(tokens, options);
    const at::Tensor group = at::arange((depth + 3) / 4, options);
    const auto words = philox({place.unsqueeze(1), group.unsqueeze(0), at::full({1, 1}, scaleIndex, options),
                               at::full({1, 1}, repetition, options)},
                              seed);
    const at::Tensor uniforms = at::stack({words[0], words[1], words[2], words[3]}, 2)
                                    .bitwise_right_shift(8)
                                    .to(at::kFloat)
                                    .mul(1.0 / 16777216.0)
                                    .view({tokens, -1})
                                    .narrow(1, 0, depth);
    const at::Tensor odds = guided.select(-1, 1).sub(guided.select(-1, 0)).neg().exp();
    return uniforms.lt(odds.add(1.0).reciprocal()).to(at::kByte);
}

} // namespace faststar::model::aten
