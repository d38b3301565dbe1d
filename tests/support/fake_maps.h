// SPDX-License-Identifier: Apache-2.0
//
// The pictures behind FakePipeline: a spot that starts at the left at a height that depends on the
// seed and moves to the right over the clip. Pure functions of their arguments.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/domain/grids.h"
#include "core/domain/schedule.h"
#include "core/domain/step_event.h"

namespace faststar::test
{

// Brightness in [0, 1] at a place in [0, 1] x [0, 1] and a time in [0, 1] of the clip.
[[nodiscard]] double spotAt(std::int64_t seed, double time, double x, double y);

// Spatial similarity falls where the spot is, temporal similarity where it came from or went to; a
// little noise that belongs to the step keeps scores apart. `shape` is the clip's feature map,
// `frames` the latent frames of the whole output. Scores are fused with p.
[[nodiscard]] std::shared_ptr<const ScoreMaps>
fakeScores(std::int64_t seed, const StepIndex &at, GridShape shape, int firstFrame, int frames, double p);

// Codes of `tokens` tokens.
[[nodiscard]] PackedBits fakeBits(std::int64_t seed, const StepIndex &at, int bits, std::int64_t tokens);

// Frames of width x height, `count` over the whole time; `done` in [0, 1] is how much of the spot has
// come out of the background.
[[nodiscard]] std::shared_ptr<const std::vector<Image>> fakeFrames(std::int64_t seed, int width, int height,
                                                                   int count, double done);

} // namespace faststar::test
