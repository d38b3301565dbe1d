// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace faststar
{

// A file name's beginning from a prompt: lower-case ASCII letters and digits, letters of other
// scripts as they are (UTF-8), everything else one '-' between words; at most `maxBytes` bytes, cut
// between words where possible. Never empty ("clip"), never starts with '.' or '-', holds no '/'.
[[nodiscard]] std::string slugOf(std::string_view prompt, std::size_t maxBytes = 40);

} // namespace faststar
