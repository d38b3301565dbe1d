// SPDX-License-Identifier: Apache-2.0
#include "core/store/crc32.h"

#include <array>

namespace faststar::store
{

namespace
{

constexpr std::array<std::uint32_t, 256> makeTable()
{
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 1) != 0 ? 0xEDB88320U ^ (value >> 1) : value >> 1;
        table[i] = value;
    }
    return table;
}

constexpr auto kTable = makeTable();

} // namespace

std::uint32_t crc32(std::span<const std::byte> data)
{
    std::uint32_t value = 0xFFFFFFFFU;
    for (const auto byte : data)
        value = kTable[(value ^ std::to_integer<std::uint32_t>(byte)) & 0xFF] ^ (value >> 8);
    return ~value;
}

} // namespace faststar::store
