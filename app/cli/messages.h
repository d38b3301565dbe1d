// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/domain/result.h"

namespace faststar::cli
{

// One sentence for people: what went wrong by the code, where by the detail.
[[nodiscard]] std::string sentenceOf(const Error &error);

// "invalid_request": the stable name of a code in JSON events.
[[nodiscard]] const char *codeName(ErrorCode code);

} // namespace faststar::cli
