// SPDX-License-Identifier: Apache-2.0
//
// From the logits of both branches to bits: guidance and sampling. Results are on the device of the logits.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "core/domain/request.h"
#include "core/domain/step_event.h"

namespace faststar::model
{

struct GuidanceSettings {
    Guidance kind = Guidance::Apg;
    double scale = 34.0;
    double apgNormThreshold = 0.05;
};

// `logits` [rows, k, d, 2] already multiplied by 1/tau; row 0 conditional, row 1 unconditional (one row
// when scale is 1: returned as it is). Returns [k, d, 2].
// APG: diff = cond - uncond; clip = min(1, threshold / (|diff| / sqrt(k * 2d))); the component of clip*diff
// parallel to cond is removed (one projection over all entries, float64); cond + (scale - 1) * rest.
// CFG: scale * cond + (1 - scale) * uncond. `frozen` replaces both APG scalars (apg_stats = frozen);
// `measured`, if given, receives them.
[[nodiscard]] at::Tensor guide(const at::Tensor &logits, const GuidanceSettings &settings,
                               const GuidanceStats *frozen = nullptr, GuidanceStats *measured = nullptr);

// An independent Bernoulli draw a bit: 1 where bitUniforms(...) < sigmoid(l1 - l0). `positions` [k] int64 are
// the tokens' places on the full grid (undefined tensor = 0..k-1). Returns [k, d] uint8.
[[nodiscard]] at::Tensor sampleBits(const at::Tensor &guided, std::uint64_t seed, int scaleIndex,
                                    int repetition, const at::Tensor &positions);

// The same made of ATen operations, for logits on any device; the reference of the loops above. Sums are
// taken in float64, in the library's order.
namespace aten
{

[[nodiscard]] at::Tensor guide(const at::Tensor &logits, const GuidanceSettings &settings,
                               const GuidanceStats *frozen = nullptr, GuidanceStats *measured = nullptr);
[[nodiscard]] at::Tensor sampleBits(const at::Tensor &guided, std::uint64_t seed, int scaleIndex,
                                    int repetition, const at::Tensor &positions);

} // namespace aten

// argmax of each pair; a tie is 0.
[[nodiscard]] at::Tensor greedyBits(const at::Tensor &guided);

} // namespace faststar::model
