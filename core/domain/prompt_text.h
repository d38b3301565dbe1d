// SPDX-License-Identifier: Apache-2.0
//
// The model's fixed words around a prompt.
#pragma once

#include <string>
#include <string_view>

namespace faststar
{

// (frames - 1) / fps in whole seconds, a half rounded to the even one. 0 for fps < 1 or frames < 1.
[[nodiscard]] long clipSeconds(int frames, int fps);

// Replaces every "{seconds}" by clipSeconds.
[[nodiscard]] std::string expandPromptTemplate(std::string_view text, int frames, int fps);

} // namespace faststar
