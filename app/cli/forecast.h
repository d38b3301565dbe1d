// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "app/cli/environment.h"
#include "app/cli/jobs.h"
#include "app/cli/reporter.h"

namespace faststar::cli
{

// What `generate --dry-run` says of every clip: tokens, memory and an estimate of the time. Data, so on
// stdout. Memory is that of the device and profile the run would use; exit 4 when one does not fit.
[[nodiscard]] int tellForecast(const std::vector<Job> &jobs, const LoadSettings &settings,
                               const ModelConfig &config, Environment &environment, const Reporter &reporter);

} // namespace faststar::cli
