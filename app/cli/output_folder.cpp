// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output_folder.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace faststar::cli
{

namespace fs = std::filesystem;

namespace
{

tl::unexpected<Error> writeFailure(const fs::path &path, const std::error_code &error)
{
    return failure(ErrorCode::WriteFailed, path.string() + ": " + error.message());
}

std::error_code lastError()
{
    return {errno, std::generic_category()};
}

} // namespace

Result<OutputFolder> OutputFolder::create(const fs::path &wanted, bool replace)
{
    const auto target = wanted.has_filename() ? wanted : wanted.parent_path();
    std::error_code error;
    if (!replace && fs::exists(target, error) && !fs::is_empty(target, error))
        return failure(ErrorCode::AlreadyExists, "the folder " + target.string() + " is not empty");
    const auto parent = target.has_parent_path() ? target.parent_path() : fs::path(".");
    for (int attempt = 0; attempt < 1000; ++attempt) {
        auto name = ".faststar-" + std::to_string(::getpid());
        name += '-';
        name += std::to_string(attempt);
        name += ".parts";
        auto temporary = parent / name;
        if (::mkdir(temporary.c_str(), 0777) == 0)
            return OutputFolder(target, std::move(temporary), replace);
        if (errno != EEXIST)
            return writeFailure(target, lastError());
    }
    return failure(ErrorCode::WriteFailed, "no free temporary name in " + parent.string());
}

OutputFolder::OutputFolder(OutputFolder &&other) noexcept
    : m_target(std::move(other.m_target)), m_temporary(std::exchange(other.m_temporary, {})),
      m_replace(other.m_replace)
{
}

OutputFolder::~OutputFolder()
{
    std::error_code ignored;
    if (!m_temporary.empty())
        fs::remove_all(m_temporary, ignored);
}

Status OutputFolder::makeFolder(const std::string &name) const
{
    std::error_code error;
    fs::create_directory(m_temporary / name, error);
    if (error)
        return writeFailure(m_target / name, error);
    return {};
}

// Moves every file to the same place below the target.
Status OutputFolder::moveInto() const
{
    std::error_code error;
    for (const auto &entry : fs::recursive_directory_iterator(m_temporary, error)) {
        const auto place = m_target / entry.path().lexically_relative(m_temporary);
        if (entry.is_directory(error))
            fs::create_directory(place, error);
        else
            fs::rename(entry.path(), place, error);
        if (error)
            return writeFailure(place, error);
    }
    if (error)
        return writeFailure(m_target, error);
    fs::remove_all(m_temporary, error);
    return {};
}

Status OutputFolder::commit()
{
    // A new name or an empty folder: all at once. rename() replaces empty folders and nothing else.
    if (::rename(m_temporary.c_str(), m_target.c_str()) != 0) {
        if (errno != ENOTEMPTY && errno != EEXIST)
            return writeFailure(m_target, lastError());
        if (!m_replace)
            return failure(ErrorCode::AlreadyExists, "the folder " + m_target.string() + " is not empty");
        if (auto moved = moveInto(); !moved)
            return moved;
    }
    m_temporary.clear();
    return {};
}

} // namespace faststar::cli
