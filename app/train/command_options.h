// SPDX-License-Identifier: Apache-2.0
//
// What the program's commands have in common: numbers within bounds, the clips of a model, how failures end.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "app/train/scene_options.h"
#include "core/domain/result.h"

namespace faststar::train
{

inline constexpr int kMostThreads = 1024; // as `faststar` has it

// Checks of an option's text, as CLI11 takes them: what is wrong with it, empty for nothing. CLI11 itself
// lets "nan" pass as a number within any bounds.
using TextCheck = std::function<std::string(const std::string &)>;
[[nodiscard]] TextCheck wholeNumber(std::int64_t least, std::int64_t most);
[[nodiscard]] TextCheck anyNumber(double least, double most);

// Says it on stderr and gives the exit code.
[[nodiscard]] int failed(const Error &error);

// Whether the file can be made, before hours of work for it. Nothing is left behind; an empty path is none.
[[nodiscard]] Status checkWritable(const std::string &path);

// The "data" object of a configuration; without one of the model's own train.json, or the defaults.
[[nodiscard]] Result<SceneOptions> dataOf(const std::string &config, const std::string &model);

} // namespace faststar::train
