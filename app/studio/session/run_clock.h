// SPDX-License-Identifier: Apache-2.0
//
// How far a run in work is, from its forecast and what it has shown so far.
#pragma once

#include <vector>

#include "app/studio/session/run_record.h"

namespace faststar::studio
{

// Without a forecast the plan's shares stand in, as of a run that takes a second; its pace then comes from
// the steps so far.
[[nodiscard]] RunClock clockOf(const RunRecord &run);

// Milliseconds of every step of the plan by the run's forecast, scaled by how it fared with the steps that
// are done. Empty without a plan.
[[nodiscard]] std::vector<double> expectedStepMs(const RunRecord &run);

} // namespace faststar::studio
