// SPDX-License-Identifier: Apache-2.0
//
// Numbers of the journal's layout, shared by its writer and its reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace faststar::store
{

inline constexpr std::string_view kJournalMagic = "FSTARJNL";
inline constexpr std::uint32_t kJournalVersion = 1;
inline constexpr std::size_t kJournalHeaderBytes = 8 + 3 * 4;
inline constexpr std::uint32_t kStepMarker = 0x50455453; // "STEP"
inline constexpr std::size_t kStepHeaderBytes = std::size_t{4} * 4;
// A million tokens of 64 bits with two bitmaps stay well below it.
inline constexpr std::uint32_t kMaxStepBytes = 160U << 20;
inline constexpr std::string_view kJournalExtension = ".journal";

} // namespace faststar::store
