// SPDX-License-Identifier: Apache-2.0
//
// The validator's and the engine's words in the user's language. What is not known here is shown as it
// came: technical, and in English.
#pragma once

#include <QString>

#include "core/domain/result.h"
#include "core/domain/validate.h"

namespace faststar::studio
{

// "16 is not 1 + 4k; the nearest are 13 and 17", without the field's name.
[[nodiscard]] QString sentenceOf(const FieldError &error);

// What the engine warns of, in a sentence.
[[nodiscard]] QString warningOf(const QString &message);

// What went wrong, by the code: a headline without a full stop.
[[nodiscard]] QString headlineOf(ErrorCode code);

} // namespace faststar::studio
