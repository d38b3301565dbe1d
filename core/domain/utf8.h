// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace faststar
{

// Bytes of the UTF-8 sequence that begins at `at` (< text.size()); 0 where there is none. Overlong forms,
// surrogates and what lies beyond U+10FFFF are none.
[[nodiscard]] std::size_t utf8SequenceLength(std::string_view text, std::size_t at);

} // namespace faststar
