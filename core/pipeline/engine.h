// SPDX-License-Identifier: Apache-2.0
//
// The real Pipeline: InfinityStar with FastSTAR on LibTorch.
#pragma once

#include <memory>

#include "core/domain/pipeline.h"

namespace faststar::pipeline
{

[[nodiscard]] std::unique_ptr<Pipeline> makeEngine();

} // namespace faststar::pipeline
