// SPDX-License-Identifier: Apache-2.0
//
// Is what was computed what the reference computed? Floating-point tensors may be off by the case's
// tolerance, whole numbers must be equal, and kept positions may differ where their scores tie.
#pragma once

#include <map>
#include <string>

#include "core/domain/selection.h"
#include "core/pipeline/replay.h"
#include "core/pipeline/replay_inputs.h"

namespace faststar::pipeline
{

// How a pruned step chose its tokens.
struct StepSelection {
    GridShape tokens; // the scale's grid
    SelectionOptions options;
};
using StepSelections = std::map<std::string, StepSelection>; // by "step/SS.R"

// Scores this near to each other may be ranked either way.
constexpr double kScoreTie = 1e-6;

// One tensor of `expected` beside ours. Masks and kept tokens that differ are looked up in `selections`
// and in the expected scores: they pass only if another ranking of tied scores explains all differences.
[[nodiscard]] ReplayedTensor compareTensor(const std::string &name, const TensorMap &ours,
                                           const TensorMap &expected, double tolerance,
                                           const StepSelections &selections);

} // namespace faststar::pipeline
