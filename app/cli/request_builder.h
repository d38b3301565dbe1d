// SPDX-License-Identifier: Apache-2.0
//
// From flags to a request: the model's defaults, then what was asked, every field through the parsers
// of core/domain.
#pragma once

#include <string>
#include <vector>

#include "app/cli/options.h"
#include "core/domain/model_config.h"
#include "core/domain/request.h"
#include "core/domain/result.h"

namespace faststar::cli
{

struct BuiltRequest {
    GenerationRequest request;      // the condition's length is set when its frames were read
    bool randomSeed = false;        // no seed was asked for: request.seed is still 0
    std::vector<std::string> notes; // translated: what was rounded, chosen or has no effect
};

// Checks each field for itself; validate() judges the whole once the condition is known.
[[nodiscard]] Result<BuiltRequest> buildRequest(const RequestOptions &options, const ModelConfig &model);

// The request of a journal with the flags that a branch may change: method, ratios, p, options,
// guidance, temperatures. Other flags, and any flag without `branch`, are InvalidRequest.
[[nodiscard]] Result<BuiltRequest> rebuildRequest(const RequestOptions &options,
                                                  const GenerationRequest &base, bool branch);

// A whole number of a flag within bounds, `fallback` where the flag is absent.
[[nodiscard]] Result<int> flagNumber(const char *flag, const std::optional<std::string> &value, int fallback,
                                     int least, int most);

} // namespace faststar::cli
