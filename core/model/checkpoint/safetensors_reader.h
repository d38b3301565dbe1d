// SPDX-License-Identifier: Apache-2.0
//
// The safetensors format: 8 bytes little-endian header length, a JSON header, then the data section that
// the tensors cover without gap or overlap.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/model/checkpoint/stored_tensor.h"

namespace faststar::model
{

// Longest header accepted (the format's own limit), and never more than the file holds.
inline constexpr std::uint64_t kMaxSafetensorsHeader = 100'000'000;

// The tensors of one file, in no particular order. NotFound, Unreadable, CorruptFile, or UnknownFormat for
// a known element type that nothing here can read (8-bit floats and smaller).
[[nodiscard]] Result<std::vector<StoredTensor>> readSafetensors(const std::filesystem::path &file);

} // namespace faststar::model
