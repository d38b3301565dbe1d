// SPDX-License-Identifier: Apache-2.0
//
// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", 2011):
// a counter-based generator, so that a number depends on where it is used and on nothing else.
#pragma once

#include <array>
#include <cstdint>

namespace faststar
{

using PhiloxCounter = std::array<std::uint32_t, 4>;
using PhiloxKey = std::array<std::uint32_t, 2>;

[[nodiscard]] constexpr PhiloxCounter philox4x32(PhiloxCounter counter, PhiloxKey key)
{
    constexpr std::uint32_t kMultiplier0 = 0xD2511F53U;
    constexpr std::uint32_t kMultiplier1 = 0xCD9E8D57U;
    constexpr std::uint32_t kWeyl0 = 0x9E3779B9U;
    constexpr std::uint32_t kWeyl1 = 0xBB67AE85U;
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t product0 = std::uint64_t(kMultiplier0) * counter[0];
        const std::uint64_t product1 = std::uint64_t(kMultiplier1) * counter[2];
        counter = {std::uint32_t(product1 >> 32) ^ counter[1] ^ key[0], std::uint32_t(product1),
                   std::uint32_t(product0 >> 32) ^ counter[3] ^ key[1], std::uint32_t(product0)};
        key[0] += kWeyl0;
        key[1] += kWeyl1;
    }
    return counter;
}

// The four uniforms in [0, 1) that decide bits 4*bitGroup .. 4*bitGroup+3 of one token. Keyed by the
// seed, the scale's index over all clips, the repetition and the position on the *full* grid, so a
// seed means the same noise on every device, for every method, pruned or not.
[[nodiscard]] constexpr std::array<float, 4> bitUniforms(std::uint64_t seed, std::uint32_t scaleIndex,
                                                         std::uint32_t repetition, std::uint32_t position,
                                                         std::uint32_t bitGroup)
{
    const auto words = philox4x32({position, bitGroup, scaleIndex, repetition},
                                  {std::uint32_t(seed), std::uint32_t(seed >> 32)});
    std::array<float, 4> uniforms{};
    for (std::size_t i = 0; i < 4; ++i) // 24 bits: exact in float, never 1
        uniforms[i] = float(words[i] >> 8) * (1.0F / 16777216.0F);
    return uniforms;
}

} // namespace faststar
