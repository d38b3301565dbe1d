// SPDX-License-Identifier: Apache-2.0
//
// A run as a row of the table "runs".
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

#include "core/store/studio_database.h"

namespace faststar::store
{

inline constexpr std::int64_t kMostNumber = std::int64_t(1) << 53;

// All columns that addRun writes, in the order of bindRun.
inline constexpr const char *kRunColumns =
    "started_at, outcome, request, base_key, unpruned, model_name, model_hash, device, fps, parent, "
    "branch_scale, folder, steps_done, steps, error_code, error, summary, costs, thumbnail, words, "
    "forecast";
inline constexpr int kRunColumnCount = 21;

[[nodiscard]] std::string nameOf(RunOutcome outcome);
// What a run would be compared with: the same request with nothing pruned.
[[nodiscard]] std::string baseKey(GenerationRequest request);
[[nodiscard]] std::string searchText(const StoredRun &run);
void bindRun(SQLite::Statement &statement, const StoredRun &run);
// A whole number in [least, most]; anything else makes the row invalid.
[[nodiscard]] std::optional<std::int64_t> integerOf(const SQLite::Column &column, std::int64_t least,
                                                    std::int64_t most);
// Nothing for a row that makes no sense. Columns: number, then kRunColumns.
[[nodiscard]] std::optional<StoredRun> runOf(SQLite::Statement &row);

} // namespace faststar::store
