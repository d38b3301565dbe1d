// SPDX-License-Identifier: Apache-2.0
//
// Journals around a run: writing a new one, and taking steps from an old one.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/pipeline.h"
#include "core/domain/result.h"
#include "core/store/journal.h"

namespace faststar::jobs
{

using History = std::vector<std::shared_ptr<const StepRecord>>;

// A new journal that begins with the steps that were taken over. After an error there is no file.
[[nodiscard]] Result<store::JournalWriter> startJournal(const std::filesystem::path &path,
                                                        const GenerationRequest &request,
                                                        const std::string &modelHash, const History &history);

// The steps to take over: all, or only those before `branchFromScale`.
[[nodiscard]] History stepsBefore(History steps, std::optional<int> branchFromScale);

// ModelMismatch where a history was made with other weights than those that are open.
[[nodiscard]] Status checkWeights(const std::string &historyHash, const std::string &modelHash);

} // namespace faststar::jobs
