// SPDX-License-Identifier: Apache-2.0
//
// One step as bytes. Little endian: i32 clip, scale, scale in clip, repetition, step; u8 flags (1 reduced,
// 2 has a token list); f64 APG clip and projection; u32 bits a token, u64 tokens, the packed bits; with a
// token list u64 number of places and a bitmap of them (so kept indices are ascending by construction);
// u32 t, h, w of the mask and its bitmap.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/domain/result.h"
#include "core/domain/step_event.h"

namespace faststar::store
{

// Most places of one step's grid, most bits of one token: ten times what the largest schedule has.
inline constexpr std::int64_t kMaxStepTokens = std::int64_t(1) << 20;
inline constexpr int kMaxTokenBits = 1024;

// Internal when the record contradicts itself.
[[nodiscard]] Result<std::vector<std::byte>> encodeStep(const StepRecord &record);

// `payload` is untrusted. CorruptFile; the detail says what is wrong, not where.
[[nodiscard]] Result<StepRecord> decodeStep(std::span<const std::byte> payload);

// What is wrong with a record; empty = consistent.
[[nodiscard]] std::string inconsistencyOf(const StepRecord &record);

} // namespace faststar::store
