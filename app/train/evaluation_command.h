// SPDX-License-Identifier: Apache-2.0
//
// The commands that measure, and the one that fits the vocabulary: eval, prune-study, tokenizer.
#pragma once

#include <functional>

namespace CLI // NOLINT(readability-identifier-naming): the library's own
{
class App;
}

namespace faststar::train
{

// Adds them. When one of them was asked for, `chosen` becomes what runs it and gives the exit code.
void addEvaluationCommands(CLI::App &app, std::function<int()> &chosen);

} // namespace faststar::train
