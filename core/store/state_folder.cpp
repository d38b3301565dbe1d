// SPDX-License-Identifier: Apache-2.0
#include "core/store/state_folder.h"

#include <cstdlib>

namespace faststar::store
{

namespace fs = std::filesystem;

namespace
{

std::string environment(const char *name)
{
    const char *value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): nothing here sets variables
    return value != nullptr ? value : "";
}

} // namespace

Result<fs::path> stateFolder(const std::string &stateHome, const std::string &home)
{
    if (fs::path(stateHome).is_absolute())
        return fs::path(stateHome) / "faststar";
    if (fs::path(home).is_absolute())
        return fs::path(home) / ".local" / "state" / "faststar";
    return failure(ErrorCode::NotFound, "no state folder: neither XDG_STATE_HOME nor HOME is set");
}

Result<fs::path> stateFolder()
{
    return stateFolder(environment("XDG_STATE_HOME"), environment("HOME"));
}

} // namespace faststar::store
