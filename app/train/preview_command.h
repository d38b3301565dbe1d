// SPDX-License-Identifier: Apache-2.0
//
// The command that fits the live preview: fit-preview.
#pragma once

#include <functional>

namespace CLI // NOLINT(readability-identifier-naming): the library's own
{
class App;
}

namespace faststar::train
{

// Adds it. When it was asked for, `chosen` becomes what runs it and gives the exit code.
void addPreviewCommand(CLI::App &app, std::function<int()> &chosen);

} // namespace faststar::train
