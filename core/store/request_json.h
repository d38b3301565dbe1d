// SPDX-License-Identifier: Apache-2.0
//
// A request as JSON text, for recipes, journals and job files. Keys are the snake_case spelling of the
// members, enumerations the names of core/domain/option_names.h, p = infinity is "inf", ratios are
// shares in [0, 1].
#pragma once

#include <string>
#include <string_view>

#include "core/domain/request.h"
#include "core/domain/result.h"

namespace faststar::store
{

// All members, so that a later change of defaults does not change an old clip. Text that is not UTF-8
// has its broken bytes replaced by U+FFFD.
[[nodiscard]] std::string requestToJson(const GenerationRequest &request);

// `text` is untrusted, `source` says where it came from. Absent keys keep the defaults of
// GenerationRequest (only "prompt" must be there), unknown ones are ignored. CorruptFile when it is not a
// JSON object, InvalidRequest naming the key when a value has a wrong type, name or range. Whether a model
// can do it is judged by checkRequest of core/domain/validate.h.
[[nodiscard]] Result<GenerationRequest> requestFromJson(std::string_view text, const std::string &source);

} // namespace faststar::store
