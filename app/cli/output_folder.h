// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/domain/grids.h"
#include "core/domain/result.h"

namespace faststar::cli
{

// A folder that appears whole or not at all: filled under a temporary name beside the target, then
// renamed. Into a folder that exists (empty, or with `replace`) the entries are moved one by one:
// files of the same name are replaced, others stay.
class OutputFolder
{
public:
    static Result<OutputFolder> create(const std::filesystem::path &target, bool replace);

    OutputFolder(OutputFolder &&other) noexcept;
    OutputFolder &operator=(OutputFolder &&) = delete;
    OutputFolder(const OutputFolder &) = delete;
    OutputFolder &operator=(const OutputFolder &) = delete;
    ~OutputFolder(); // removes everything unless commit() succeeded

    // Where to put files until commit().
    [[nodiscard]] const std::filesystem::path &path() const { return m_temporary; }
    // Makes a folder inside.
    Status makeFolder(const std::string &name) const;
    // AlreadyExists when something has taken the name meanwhile and may not be replaced.
    Status commit();

private:
    OutputFolder(std::filesystem::path target, std::filesystem::path temporary, bool replace)
        : m_target(std::move(target)), m_temporary(std::move(temporary)), m_replace(replace)
    {
    }
    Status moveInto() const;

    std::filesystem::path m_target;
    std::filesystem::path m_temporary; // empty once committed
    bool m_replace = false;
};

} // namespace faststar::cli
