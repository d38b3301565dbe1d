// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "app/cli/environment.h"
#include "app/cli/options.h"
#include "core/domain/pipeline.h"
#include "core/domain/result.h"

namespace faststar::cli
{

// The folder to open: --model, else $FASTSTAR_MODEL, else the demo model beside the program
// (<folder of the program>/../share/faststar/demo_model) or in the source tree that it was built in
// (resources/demo_model, looked for upwards from the program).
[[nodiscard]] Result<std::filesystem::path> findModel(const std::string &wanted,
                                                      const Environment &environment);

// The same without a wish.
[[nodiscard]] Result<std::filesystem::path> findDemoModel(const std::filesystem::path &executable);

// Device, threads and profile of the command line; InvalidRequest or Unsupported for what cannot be on this
// machine.
[[nodiscard]] Result<LoadSettings> loadSettings(const CommonOptions &common,
                                                const std::filesystem::path &model);

} // namespace faststar::cli
