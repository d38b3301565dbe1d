// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "app/cli/jobs.h"
#include "app/cli/run_watcher.h"
#include "app/jobs/clip_metadata.h"

namespace faststar::cli
{

struct WrittenFiles {
    std::filesystem::path clip; // empty: the user said "now" meanwhile
    double encodeSeconds = 0.0;
    std::map<std::string, std::string> extras; // "overlay" -> path
    bool nothingPruned = false;                // scores, masks or overlay were wanted, but there are none
};

using Metadata = jobs::ClipMetadata; // empty where none is wanted

[[nodiscard]] Metadata metadataOf(const Job &job, const ModelFacts &facts, const RunResult &result);

// The clip first, because it is what took the time. An error afterwards leaves it in place: `files`
// says what is there.
[[nodiscard]] Status writeResults(const Job &job, const Metadata &metadata, const RunResult &result,
                                  const RunWatcher &watcher, Progress &progress, Environment &environment,
                                  WrittenFiles &files);

} // namespace faststar::cli
