// SPDX-License-Identifier: Apache-2.0
//
// What a bench of an architecture found, as data, as a table and as a picture.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/pipeline/arch_bench.h"

namespace faststar::cli
{

// Medians over the runs; "steps" with every step, "scales" with the steps of each scale together, "parts"
// with what products, attention and the rest took, at which TFLOP/s, and what share of the ceiling that is.
[[nodiscard]] nlohmann::json archJson(const pipeline::ArchBench &bench);

// The same for people, one line each.
[[nodiscard]] std::vector<std::string> archTable(const nlohmann::json &report);

// Horizontal bars: the stages and parts of a run, and the seconds of each scale.
[[nodiscard]] std::string archSvg(const nlohmann::json &report);

} // namespace faststar::cli
