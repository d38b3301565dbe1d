// SPDX-License-Identifier: Apache-2.0
//
// The one way to make an output file: written under a temporary name in the target's folder, given
// its real name when it is complete, removed when it is not. An interrupted or failed write
// leaves neither a half file nor a harmed old one.
#pragma once

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "core/domain/result.h"

namespace faststar::files
{

// What to do when the target is already there.
enum class Existing { Refuse, Replace };

// Not shared between threads; several files may be written at once from several threads.
class OutputFile
{
public:
    // Creates the temporary file. The folder must exist (else NotFound). A target that exists gives
    // AlreadyExists under Refuse; one that is no regular file (folder, device) gives WriteFailed always.
    // A symbolic link is followed.
    static Result<OutputFile> create(const std::filesystem::path &target, Existing existing);

    OutputFile(OutputFile &&other) noexcept = default;
    OutputFile &operator=(OutputFile &&other) noexcept;
    OutputFile(const OutputFile &) = delete;
    OutputFile &operator=(const OutputFile &) = delete;
    ~OutputFile(); // removes the temporary file unless commit() succeeded

    // For libraries that open files by name. They may truncate and rewrite it.
    [[nodiscard]] const std::filesystem::path &temporaryPath() const { return m_temporary; }
    [[nodiscard]] const std::filesystem::path &targetPath() const { return m_target; }
    // For libraries that write to a stream; valid until commit().
    [[nodiscard]] std::FILE *stream() const { return m_stream.get(); }

    // WriteFailed with the system's reason.
    Status write(const void *data, std::size_t size);
    // Closes the file and gives it its name. Under Refuse a target that appeared meanwhile is kept
    // (AlreadyExists). After a failure the temporary file is gone.
    Status commit();

private:
    struct Closer {
        void operator()(std::FILE *file) const { (void)std::fclose(file); }
    };
    OutputFile() = default;
    void discard() noexcept;

    std::filesystem::path m_target;
    std::filesystem::path m_temporary; // empty once renamed, removed or moved from
    std::unique_ptr<std::FILE, Closer> m_stream;
    Existing m_existing = Existing::Refuse;
};

// "disk full" and its kin in words, for an errno value.
[[nodiscard]] std::string systemMessage(int error);

} // namespace faststar::files
