// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/cli/reporter.h"

namespace faststar::cli
{

// `doctor --kernels`: compares every kernel of our own with ATen on that device, as a table or JSON. Exit
// code 5 where one differs, that of the error where nothing could be compared.
[[nodiscard]] int runKernelCheck(const std::string &device, const Reporter &reporter);

} // namespace faststar::cli
