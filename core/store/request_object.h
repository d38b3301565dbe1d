// SPDX-License-Identifier: Apache-2.0
//
// The same as request_json.h, inside a larger document.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "core/domain/request.h"
#include "core/domain/result.h"

namespace faststar::store
{

[[nodiscard]] nlohmann::ordered_json requestObject(const GenerationRequest &request);

// `path` is put before the names of keys in complaints.
[[nodiscard]] Result<GenerationRequest> requestFromObject(const nlohmann::json &object,
                                                          const std::string &source, const std::string &path);

// JSON text on one line; broken UTF-8 is replaced instead of refused.
[[nodiscard]] std::string compactText(const nlohmann::ordered_json &document);

} // namespace faststar::store
