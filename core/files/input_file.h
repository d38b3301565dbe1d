// SPDX-License-Identifier: Apache-2.0
//
// Files from outside, before they are opened.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>

#include "core/domain/result.h"

namespace faststar::files
{

// Bytes of a regular file. NotFound; Unreadable for a folder, a device or a size that cannot be asked for;
// UnknownFormat (with both numbers) for more than `maxBytes`.
[[nodiscard]] Result<std::int64_t>
inputFileBytes(const std::filesystem::path &path,
               std::int64_t maxBytes = std::numeric_limits<std::int64_t>::max());

} // namespace faststar::files
