// SPDX-License-Identifier: Apache-2.0
//
// A whole file mapped read-only into memory; unmapped when the last owner goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "core/domain/result.h"

namespace faststar::model
{

class MappedFile
{
public:
    // NotFound or Unreadable. An empty file maps to an empty span.
    [[nodiscard]] static Result<std::shared_ptr<const MappedFile>> open(const std::filesystem::path &path);

    MappedFile(const MappedFile &) = delete;
    MappedFile &operator=(const MappedFile &) = delete;
    ~MappedFile();

    [[nodiscard]] std::span<const std::byte> bytes() const { return {m_data, m_size}; }
    [[nodiscard]] std::uint64_t size() const { return m_size; }
    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }

    // Takes the pages of a range that was read out of this process's resident set; they stay in the
    // system's cache and come back when touched. A load that copies would otherwise count twice.
    void dropResident(std::uint64_t offset, std::uint64_t length) const;

private:
    MappedFile(std::filesystem::path path, const std::byte *data, std::size_t size);

    std::filesystem::path m_path;
    const std::byte *m_data = nullptr;
    std::size_t m_size = 0;
};

} // namespace faststar::model
