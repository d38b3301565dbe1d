// SPDX-License-Identifier: Apache-2.0
//
// Wording shared by the checkpoint readers. Names come from untrusted files, so they are shortened
// and freed of control characters before they reach a message.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/result.h"

namespace faststar::model
{

// 'name' in single quotes, at most 120 bytes, control characters as \xNN.
[[nodiscard]] std::string quotedName(std::string_view name);

// "[2, 3]"
[[nodiscard]] std::string shapeText(const std::vector<std::int64_t> &shape);

// "<file>: <what>"
[[nodiscard]] tl::unexpected<Error> fileFailure(ErrorCode code, const std::filesystem::path &file,
                                                std::string_view what);
// "<file>: tensor 'name': <what>"
[[nodiscard]] tl::unexpected<Error> tensorFailure(ErrorCode code, const std::filesystem::path &file,
                                                  std::string_view tensor, std::string_view what);

// NotFound, Unreadable (not a regular file, no permission) or success.
[[nodiscard]] Status checkRegularFile(const std::filesystem::path &file);

} // namespace faststar::model
