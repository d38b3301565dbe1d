// SPDX-License-Identifier: Apache-2.0
#include "core/files/output_file.h"

#include <atomic>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace faststar::files
{

namespace fs = std::filesystem;

namespace
{

Error writeError(const fs::path &path, int error)
{
    return {ErrorCode::WriteFailed, path.string() + ": " + systemMessage(error)};
}

// Gives `from` the name `to` only when nobody has it. 0 or an errno value.
int renameWithoutReplacing(const fs::path &from, const fs::path &to)
{
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
    // File systems without that flag usually have hard links, which never replace either.
    if (::link(from.c_str(), to.c_str()) == 0) {
        ::unlink(from.c_str());
        return 0;
    }
    if (errno == EEXIST)
        return errno;
    if (::access(to.c_str(), F_OK) == 0)
        return EEXIST;
    return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

} // namespace

std::string systemMessage(int error)
{
    return std::generic_category().message(error);
}

Result<OutputFile> OutputFile::create(const fs::path &target, Existing existing)
{
    OutputFile file;
    file.m_target = target;
    file.m_existing = existing;
    std::error_code error;
    if (fs::is_symlink(fs::symlink_status(target, error))) {
        file.m_target = fs::canonical(target, error);
        if (error)
            return failure(ErrorCode::WriteFailed, target.string() + " is a link that leads nowhere");
    }
    const auto status = fs::status(file.m_target, error);
    if (fs::exists(status)) {
        if (!fs::is_regular_file(status))
            return failure(ErrorCode::WriteFailed, target.string() + " exists and is no regular file");
        if (existing == Existing::Refuse)
            return failure(ErrorCode::AlreadyExists, target.string() + " exists");
    }
    if (!file.m_target.has_filename())
        return failure(ErrorCode::WriteFailed, target.string() + " names no file");
    const auto parent = file.m_target.parent_path();
    const auto folder = parent.empty() ? fs::path(".") : parent;
    if (!fs::is_directory(folder, error))
        return failure(ErrorCode::NotFound, "the folder " + folder.string() + " does not exist");

    // Exclusive creation with ordinary permissions (mkstemp would make the result private).
    static std::atomic<unsigned> counter{0};
    for (int attempt = 0; attempt < 1000; ++attempt) {
        const auto name =
            ".faststar-" + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".part";
        const auto temporary = folder / name;
        const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor < 0 && errno == EEXIST)
            continue;
        if (descriptor < 0)
            return tl::unexpected(writeError(target, errno));
        file.m_temporary = temporary;
        file.m_stream.reset(::fdopen(descriptor, "wb"));
        if (!file.m_stream) {
            const int reason = errno;
            ::close(descriptor);
            return tl::unexpected(writeError(target, reason));
        }
        return file;
    }
    return failure(ErrorCode::WriteFailed, "no free temporary name in " + folder.string());
}

OutputFile &OutputFile::operator=(OutputFile &&other) noexcept
{
    if (this != &other) {
        discard();
        m_target = std::move(other.m_target);
        m_temporary = std::exchange(other.m_temporary, {});
        m_stream = std::move(other.m_stream);
        m_existing = other.m_existing;
    }
    return *this;
}

OutputFile::~OutputFile()
{
    discard();
}

void OutputFile::discard() noexcept
{
    m_stream.reset();
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
    m_temporary.clear();
}

Status OutputFile::write(const void *data, std::size_t size)
{
    if (std::fwrite(data, 1, size, m_stream.get()) != size)
        return tl::unexpected(writeError(m_target, errno));
    return {};
}

Status OutputFile::commit()
{
    const bool clean = std::ferror(m_stream.get()) == 0 && std::fflush(m_stream.get()) == 0;
    int reason = clean ? 0 : errno;
    // Some file systems report a full disk only here.
    if (std::fclose(m_stream.release()) != 0 && reason == 0)
        reason = errno;
    if (!clean || reason != 0) {
        discard();
        return tl::unexpected(writeError(m_target, reason == 0 ? EIO : reason));
    }
    if (m_existing == Existing::Refuse)
        reason = renameWithoutReplacing(m_temporary, m_target);
    else
        reason = ::rename(m_temporary.c_str(), m_target.c_str()) == 0 ? 0 : errno;
    if (reason != 0) {
        discard();
        if (reason == EEXIST)
            return failure(ErrorCode::AlreadyExists, m_target.string() + " exists");
        return tl::unexpected(writeError(m_target, reason));
    }
    m_temporary.clear();
    return {};
}

} // namespace faststar::files
