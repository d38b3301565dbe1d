// SPDX-License-Identifier: Apache-2.0
//
// What the user asked for last, for the next start of the program.
#pragma once

#include <optional>

#include "core/domain/request.h"

class QSettings;

namespace faststar::studio
{

void storeLastRequest(QSettings &settings, const GenerationRequest &request);

// Nothing where there is none or it makes no sense: the file may have been edited. Whether the model can do
// it is judged by validate().
[[nodiscard]] std::optional<GenerationRequest> lastRequest(const QSettings &settings);

} // namespace faststar::studio
