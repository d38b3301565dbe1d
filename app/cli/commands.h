// SPDX-License-Identifier: Apache-2.0
//
// The subcommands. Each tells its own errors and returns the exit code.
#pragma once

#include "app/cli/environment.h"
#include "app/cli/options.h"
#include "app/cli/reporter.h"

namespace faststar::cli
{

[[nodiscard]] int runGenerate(const CommandLine &line, Environment &environment, const Reporter &reporter);
[[nodiscard]] int runReplay(const CommandLine &line, Environment &environment, const Reporter &reporter);
[[nodiscard]] int runInspect(const CommandLine &line, Environment &environment, const Reporter &reporter);
[[nodiscard]] int runDoctor(const CommandLine &line, Environment &environment, const Reporter &reporter);
[[nodiscard]] int runArchBench(const CommandLine &line, Environment &environment, const Reporter &reporter);
[[nodiscard]] int runBench(const CommandLine &line, Environment &environment, const Reporter &reporter);

} // namespace faststar::cli
