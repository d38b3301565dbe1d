// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace faststar::store
{

// The checksum of zip and PNG: reflected polynomial 0xEDB88320, start and end inverted.
[[nodiscard]] std::uint32_t crc32(std::span<const std::byte> data);

} // namespace faststar::store
