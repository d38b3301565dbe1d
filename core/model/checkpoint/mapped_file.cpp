// SPDX-License-Identifier: Apache-2.0
#include "core/model/checkpoint/mapped_file.h"

#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/model/checkpoint/file_error.h"

namespace faststar::model
{

namespace
{

std::string systemMessage(int error)
{
    return std::error_code(error, std::generic_category()).message();
}

// Closes the descriptor however the scope is left; a mapping outlives it.
class Descriptor
{
public:
    explicit Descriptor(int value) : m_value(value) {}
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    ~Descriptor()
    {
        if (m_value >= 0)
            ::close(m_value);
    }
    [[nodiscard]] int value() const { return m_value; }

private:
    int m_value;
};

} // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::filesystem::path &path)
{
    // Asked before opening: opening a pipe would wait for a writer.
    if (auto regular = checkRegularFile(path); !regular)
        return tl::unexpected(regular.error());
    const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (descriptor.value() < 0)
        return fileFailure(ErrorCode::Unreadable, path, systemMessage(errno));
    struct stat info {
    };
    if (::fstat(descriptor.value(), &info) != 0)
        return fileFailure(ErrorCode::Unreadable, path, systemMessage(errno));
    if (!S_ISREG(info.st_mode) || info.st_size < 0 ||
        static_cast<std::uint64_t>(info.st_size) > std::numeric_limits<std::size_t>::max() / 2)
        return fileFailure(ErrorCode::Unreadable, path, "it is not a regular file of a usable size");

    const auto size = static_cast<std::size_t>(info.st_size);
    const std::byte *data = nullptr;
    if (size > 0) {
        void *mapping = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.value(), 0);
        if (mapping == MAP_FAILED)
            return fileFailure(ErrorCode::Unreadable, path, "cannot be mapped: " + systemMessage(errno));
        data = static_cast<const std::byte *>(mapping);
    }
    return std::shared_ptr<const MappedFile>(new MappedFile(path, data, size));
}

MappedFile::MappedFile(std::filesystem::path path, const std::byte *data, std::size_t size)
    : m_path(std::move(path)), m_data(data), m_size(size)
{
}

MappedFile::~MappedFile()
{
    if (m_data != nullptr)
        ::munmap(const_cast<std::byte *>(m_data), m_size);
}

void MappedFile::dropResident(std::uint64_t offset, std::uint64_t length) const
{
    if (m_data == nullptr || offset > m_size || length > m_size - offset)
        return;
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const std::uint64_t first = (offset + page - 1) / page * page;
    const std::uint64_t last = (offset + length) / page * page;
    if (last > first)
        ::madvise(const_cast<std::byte *>(m_data) + first, last - first, MADV_DONTNEED);
}

} // namespace faststar::model
