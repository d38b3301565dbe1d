// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "app/cli/clip_writer.h"
#include "app/cli/jobs.h"
#include "core/domain/pipeline.h"

namespace faststar::cli
{

// Tokens kept of all, seconds per stage, peak memory: one line for people.
// "17 frames".
[[nodiscard]] std::string formatFrames(int frames);

[[nodiscard]] std::string summaryLine(const RunSummary &summary, double encodeSeconds);

// The fields of the "result" event.
[[nodiscard]] nlohmann::json resultFields(const Job &job, const RunResult &result, const WrittenFiles &files);

// "312 MiB", "22.4 GiB"
[[nodiscard]] std::string formatBytes(double bytes);

} // namespace faststar::cli
