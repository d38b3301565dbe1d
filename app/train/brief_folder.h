// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <system_error>
#include <utility>

namespace faststar::train
{

// A folder that others make, and that is gone afterwards.
class BriefFolder
{
public:
    explicit BriefFolder(std::filesystem::path path) : m_path(std::move(path)) {}
    ~BriefFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    BriefFolder(const BriefFolder &) = delete;
    BriefFolder &operator=(const BriefFolder &) = delete;
    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

} // namespace faststar::train
