// SPDX-License-Identifier: Apache-2.0
//
// Reads the values of a pickle as torch.save writes it (protocols 2 to 5) without executing anything:
// a fixed list of names is understood as data, any other name refuses the whole pickle. Values live in one
// flat list and refer to each other by index, so that cycles and deep nesting cost nothing to build or
// destroy; whoever walks them must bound the walk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include <c10/core/ScalarType.h>

#include "core/domain/result.h"

namespace faststar::model
{

// The 8B release's pickles have 20 thousand operations in 100 KB.
inline constexpr std::uint64_t kMaxPickleBytes = 32U << 20U;
inline constexpr std::size_t kMaxPickleOperations = 2'000'000;

using PickleRef = std::uint32_t;

enum class PickleKind : std::uint8_t {
    None,
    Bool,
    Int,
    Text,
    Opaque,  // floats, long integers, bytes: kept only as "a value"
    Tuple,   // items
    List,    // items
    Set,     // items
    Dict,    // items: key, value, key, value ...; a later equal key replaces an earlier one
    Global,  // an allowed name
    Storage, // text = key, number = elements, type
    Tensor,  // items = {storage, sizes, strides}, number = offset in elements
};

struct PickleValue {
    PickleKind kind = PickleKind::None;
    at::ScalarType type = at::ScalarType::Undefined; // Undefined = no type that can be read
    std::int64_t number = 0;
    std::string_view text; // into the pickle's bytes
    std::vector<PickleRef> items;
};

struct PickleDocument {
    std::vector<PickleValue> values;
    PickleRef root = 0;
};

// CorruptFile naming `file` and, for a name that is not allowed, the name.
[[nodiscard]] Result<PickleDocument> readPickle(std::span<const std::byte> bytes,
                                                const std::filesystem::path &file);

} // namespace faststar::model
