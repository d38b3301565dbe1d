// SPDX-License-Identifier: Apache-2.0
//
// The parts of a stored run that are JSON texts in the database.
#pragma once

#include <string>
#include <string_view>

#include "core/domain/forecast.h"
#include "core/domain/pipeline.h"
#include "core/domain/result.h"

namespace faststar::store
{

[[nodiscard]] std::string summaryToJson(const RunSummary &summary);
[[nodiscard]] std::string costsToJson(const RunCosts &costs);
[[nodiscard]] std::string forecastToJson(const Forecast &forecast);
[[nodiscard]] std::string measurementsToJson(const Measurements &measurements);

// Untrusted. CorruptFile or InvalidRequest, naming what is wrong.
[[nodiscard]] Result<RunSummary> summaryFromJson(std::string_view text);
[[nodiscard]] Result<RunCosts> costsFromJson(std::string_view text);
[[nodiscard]] Result<Forecast> forecastFromJson(std::string_view text);
[[nodiscard]] Result<Measurements> measurementsFromJson(std::string_view text);

} // namespace faststar::store
