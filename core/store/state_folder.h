// SPDX-License-Identifier: Apache-2.0
//
// Where what outlives a run, but is nobody's document, is kept: journals, the log.
#pragma once

#include <filesystem>
#include <string>

#include "core/domain/result.h"

namespace faststar::store
{

// $XDG_STATE_HOME/faststar, else ~/.local/state/faststar, from the values of XDG_STATE_HOME (ignored unless
// absolute, as its specification says) and HOME. NotFound without either. Makes nothing.
[[nodiscard]] Result<std::filesystem::path> stateFolder(const std::string &stateHome,
                                                        const std::string &home);
// The same for this process.
[[nodiscard]] Result<std::filesystem::path> stateFolder();

} // namespace faststar::store
