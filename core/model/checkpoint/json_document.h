// SPDX-License-Identifier: Apache-2.0
//
// Small JSON documents from untrusted files (model.json, config.json, shard indexes): bounded size, depth
// and number of values, no key twice in one object, and never an exception.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/domain/result.h"

namespace faststar::model
{

inline constexpr std::uintmax_t kMaxJsonBytes = 16U << 20U;
inline constexpr std::size_t kMaxJsonDepth = 32;
inline constexpr std::size_t kMaxJsonValues = 400'000;

// CorruptFile, naming `file`.
[[nodiscard]] Result<nlohmann::json> parseJson(std::string_view text, const std::filesystem::path &file);

// Also NotFound and Unreadable.
[[nodiscard]] Result<nlohmann::json> readJsonFile(const std::filesystem::path &file);

} // namespace faststar::model
