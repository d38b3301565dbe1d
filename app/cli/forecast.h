// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "app/cli/environment.h"
#include "app/cli/jobs.h"
#include "app/cli/reporter.h"

namespace faststar::cli
{

// What `generate --dry-run` says of every clip: tokens, memory and an estimate of the time. Data, so on
// stdout. Exit 0 whether or not it fits.
[[nodiscard]] int tellForecast(const std::vector<Job> &jobs, const std::filesystem::path &model,
                               const ModelConfig &config, Environment &environment, const Reporter &reporter);

} // namespace faststar::cli
