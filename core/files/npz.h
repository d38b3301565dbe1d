// SPDX-License-Identifier: Apache-2.0
//
// NumPy archives: what `numpy.load` opens. Stored, not compressed, and without times: equal input gives
// equal bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/domain/result.h"
#include "core/files/output_file.h"

namespace faststar::files
{

enum class NpyType { Float32, UInt8, Int32 };

// One array, C order, little endian. `bytes` is not copied and must live until writeNpz returns.
struct NpyArray {
    std::string name;                // "27.1/score"; no ".npy", not empty, not absolute, no ".." part
    std::vector<std::int64_t> shape; // empty = a scalar
    NpyType type = NpyType::Float32;
    std::span<const std::byte> bytes; // exactly product(shape) elements
};

template <typename T>
[[nodiscard]] NpyArray npyArray(std::string name, std::vector<std::int64_t> shape, std::span<const T> values)
{
    static_assert(std::is_same_v<T, float> || std::is_same_v<T, std::uint8_t> ||
                  std::is_same_v<T, std::int32_t>);
    constexpr auto kType = std::is_same_v<T, float>          ? NpyType::Float32
                           : std::is_same_v<T, std::uint8_t> ? NpyType::UInt8
                                                             : NpyType::Int32;
    return {std::move(name), std::move(shape), kType, std::as_bytes(values)};
}

// The .npy header (magic, version 1.0, dictionary) that precedes an array's bytes: a multiple of 64 long.
// InvalidRequest when the shape is negative or does not match the number of bytes.
[[nodiscard]] Result<std::string> npyHeader(const NpyArray &array);

// InvalidRequest for bad or repeated names or shapes; AlreadyExists, NotFound, WriteFailed as OutputFile
// tells.
Status writeNpz(const std::filesystem::path &path, std::span<const NpyArray> arrays,
                Existing existing = Existing::Refuse);

} // namespace faststar::files
