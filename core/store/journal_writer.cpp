// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <span>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/store/byte_stream.h"
#include "core/store/crc32.h"
#include "core/store/journal.h"
#include "core/store/journal_format.h"
#include "core/store/request_object.h"
#include "core/store/step_codec.h"

namespace faststar::store
{

namespace
{

std::string systemMessage()
{
    return std::generic_category().message(errno);
}

bool writeAll(int descriptor, std::span<const std::byte> data)
{
    while (!data.empty()) {
        const auto written = ::write(descriptor, data.data(), data.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        data = data.subspan(std::size_t(written));
    }
    return true;
}

std::vector<std::byte> headerBytes(const GenerationRequest &request, const std::string &modelHash)
{
    nlohmann::ordered_json document;
    document["model_hash"] = modelHash;
    document["request"] = requestObject(request);
    const auto text = compactText(document);
    const auto textBytes = std::as_bytes(std::span(text));
    ByteWriter writer;
    writer.bytes(std::as_bytes(std::span(kJournalMagic)));
    writer.number(kJournalVersion);
    writer.number(std::uint32_t(textBytes.size()));
    writer.number(crc32(textBytes));
    writer.bytes(textBytes);
    return std::move(writer.data());
}

} // namespace

struct JournalWriter::Impl {
    std::filesystem::path path;
    int descriptor = -1;
    int lastStep = -1;
    std::string writeProblem; // not empty: the file ends in half a record and must not grow

    Impl() = default;
    Impl(const Impl &) = delete;
    Impl &operator=(const Impl &) = delete;
    ~Impl() { close(); }

    void close()
    {
        if (descriptor >= 0)
            ::close(std::exchange(descriptor, -1)); // also ends the lock
    }
};

JournalWriter::JournalWriter(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
JournalWriter::JournalWriter(JournalWriter &&) noexcept = default;
JournalWriter &JournalWriter::operator=(JournalWriter &&) noexcept = default;
JournalWriter::~JournalWriter() = default;

const std::filesystem::path &JournalWriter::path() const
{
    return m_impl->path;
}

Result<JournalWriter> JournalWriter::create(const std::filesystem::path &path,
                                            const GenerationRequest &request, const std::string &modelHash)
{
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    if (std::filesystem::exists(std::filesystem::symlink_status(path, error)))
        return failure(ErrorCode::AlreadyExists, path.string() + ": a journal of that name is there");

    const auto temporary = path.string() + "." + std::to_string(::getpid()) + ".part";
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    impl->descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (impl->descriptor < 0)
        return failure(ErrorCode::WriteFailed, temporary + ": " + systemMessage());
    // The lock belongs to the open file and moves with it to its final name.
    const bool isWritten = ::flock(impl->descriptor, LOCK_EX | LOCK_NB) == 0 &&
                           writeAll(impl->descriptor, headerBytes(request, modelHash)) &&
                           ::rename(temporary.c_str(), path.c_str()) == 0;
    if (!isWritten) {
        auto problem = failure(ErrorCode::WriteFailed, path.string() + ": " + systemMessage());
        std::filesystem::remove(temporary, error);
        return problem;
    }
    return JournalWriter(std::move(impl));
}

Status JournalWriter::append(const StepRecord &record)
{
    if (!m_impl->writeProblem.empty())
        return failure(ErrorCode::WriteFailed, m_impl->writeProblem);
    if (record.index.step <= m_impl->lastStep)
        return failure(ErrorCode::Internal, "step " + std::to_string(record.index.step) + " follows step " +
                                                std::to_string(m_impl->lastStep));
    const auto payload = encodeStep(record);
    if (!payload)
        return tl::unexpected(payload.error());

    ByteWriter writer;
    writer.number(kStepMarker);
    writer.number(std::uint32_t(payload->size()));
    writer.number(crc32(writer.data()));
    writer.number(crc32(*payload));
    writer.bytes(*payload);
    if (!writeAll(m_impl->descriptor, writer.data())) {
        m_impl->writeProblem = m_impl->path.string() + ": " + systemMessage();
        return failure(ErrorCode::WriteFailed, m_impl->writeProblem);
    }
    m_impl->lastStep = record.index.step;
    return {};
}

void JournalWriter::discard()
{
    m_impl->close();
    m_impl->writeProblem = m_impl->path.string() + ": was discarded";
    std::error_code error;
    std::filesystem::remove(m_impl->path, error);
}

} // namespace faststar::store
