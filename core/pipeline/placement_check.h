// SPDX-License-Identifier: Apache-2.0
//
// Whether this machine and build can compute on a device under a profile. No LibTorch in this header.
#pragma once

#include <string>

#include "core/domain/result.h"

namespace faststar::pipeline
{

// The errors of placementOf(), for those who only want to know.
[[nodiscard]] Status checkPlacement(const std::string &device, const std::string &profile);

} // namespace faststar::pipeline
