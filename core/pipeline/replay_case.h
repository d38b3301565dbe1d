// SPDX-License-Identifier: Apache-2.0
//
// What case.json of a golden case says: its keys over the defaults of its model, judged by the same
// validator as every other request.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/domain/model_config.h"
#include "core/domain/request.h"
#include "core/domain/result.h"
#include "core/domain/schedule.h"

namespace faststar::pipeline
{

struct CaseRequest {
    GenerationRequest request;
    Schedule schedule;
};

// CorruptFile naming the key for a value of another type or outside its range, ModelMismatch for a size
// that the model was not made for, Unsupported for a method or option that is not built.
[[nodiscard]] Result<CaseRequest> readCaseRequest(const nlohmann::json &description,
                                                  const ModelConfig &config, bool negative);

// A member of case.json that must be text, or CorruptFile naming it.
[[nodiscard]] Result<std::string> caseText(const nlohmann::json &description, const char *key);

// The relative error a case allows, 0 or more; CorruptFile when it is missing or no such number.
[[nodiscard]] Result<double> caseTolerance(const nlohmann::json &description);

// Keys that nothing here reads: what they ask for was not done.
[[nodiscard]] std::vector<std::string> unknownCaseKeys(const nlohmann::json &description);

} // namespace faststar::pipeline
