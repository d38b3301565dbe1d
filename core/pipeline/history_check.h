// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "core/domain/result.h"
#include "core/domain/schedule.h"
#include "core/domain/step_event.h"

namespace faststar::pipeline
{

// Are these the first steps of this schedule, each consistent in itself? Records come from files.
[[nodiscard]] Status checkHistory(const std::vector<std::shared_ptr<const StepRecord>> &history,
                                  const Schedule &schedule);

} // namespace faststar::pipeline
