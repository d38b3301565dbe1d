// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <fstream>
#include <optional>
#include <span>
#include <system_error>

#include "core/store/byte_stream.h"
#include "core/store/crc32.h"
#include "core/store/journal.h"
#include "core/store/journal_format.h"
#include "core/store/json_object.h"
#include "core/store/request_object.h"
#include "core/store/step_codec.h"

namespace faststar::store
{

namespace
{

// A file read piece by piece; no piece is allocated before it is known to be there.
class BoundedFile
{
public:
    static Result<BoundedFile> open(const std::filesystem::path &path)
    {
        std::error_code error;
        const auto status = std::filesystem::status(path, error);
        if (!std::filesystem::exists(status))
            return failure(ErrorCode::NotFound, path.string() + ": no such file");
        if (!std::filesystem::is_regular_file(status))
            return failure(ErrorCode::Unreadable, path.string() + ": not a regular file");
        BoundedFile file;
        file.m_size = std::filesystem::file_size(path, error);
        file.m_stream.open(path, std::ios::binary);
        if (error || !file.m_stream)
            return failure(ErrorCode::Unreadable, path.string() + ": cannot be opened");
        return file;
    }

    [[nodiscard]] std::uint64_t left() const { return m_size - m_position; }
    [[nodiscard]] std::uint64_t position() const { return m_position; }

    // Nothing when fewer than `count` bytes are left.
    std::optional<std::vector<std::byte>> take(std::uint64_t count)
    {
        if (count > left())
            return std::nullopt;
        std::vector<std::byte> data(count);
        if (!m_stream.read(reinterpret_cast<char *>(data.data()), std::streamsize(count)))
            return std::nullopt;
        m_position += count;
        return data;
    }

private:
    std::ifstream m_stream;
    std::uint64_t m_size = 0;
    std::uint64_t m_position = 0;
};

Status readHeader(BoundedFile &file, const std::string &name, Journal &journal)
{
    const auto corrupt = [&](const std::string &what) {
        return failure(ErrorCode::CorruptFile, name + ": " + what);
    };
    const auto header = file.take(kJournalHeaderBytes);
    if (!header || std::memcmp(header->data(), kJournalMagic.data(), kJournalMagic.size()) != 0)
        return corrupt("not a journal");
    ByteReader reader{std::span(*header).subspan(kJournalMagic.size())};
    const auto version = reader.number<std::uint32_t>();
    const auto length = reader.number<std::uint32_t>();
    const auto checksum = reader.number<std::uint32_t>();
    if (version != kJournalVersion)
        return failure(ErrorCode::UnknownFormat, name + ": journal of version " + std::to_string(version) +
                                                     ", this one reads version " +
                                                     std::to_string(kJournalVersion));
    if (length > kMaxJsonBytes || length > file.left())
        return corrupt("the header says " + std::to_string(length) + " bytes of request, " +
                       std::to_string(file.left()) + " are left");
    const auto data = file.take(length);
    if (!data || crc32(*data) != checksum)
        return corrupt("the request does not match its checksum");
    const std::string_view text(reinterpret_cast<const char *>(data->data()), data->size());
    const auto document = parseObject(text, name);
    if (!document)
        return tl::unexpected(document.error());
    ObjectReader fields(*document, "");
    fields.require("model_hash");
    fields.require("request");
    journal.modelHash = fields.text("model_hash", "", 1000);
    const auto *request = fields.object("request");
    if (fields.problem())
        return corrupt(*fields.problem());
    auto parsed = requestFromObject(*request, name, "request.");
    if (!parsed)
        return tl::unexpected(parsed.error());
    journal.request = std::move(*parsed);
    return {};
}

bool isZero(const std::vector<std::byte> &data)
{
    return std::all_of(data.begin(), data.end(), [](std::byte byte) { return byte == std::byte(0); });
}

enum class Taken { Step, End, Torn };

// One record. After a power cut a file may also end in zeros that were never written over.
Result<Taken> readStep(BoundedFile &file, StepRecord &record)
{
    if (file.left() == 0)
        return Taken::End;
    const auto header = file.take(kStepHeaderBytes);
    if (!header)
        return Taken::Torn;
    ByteReader reader(*header);
    const auto marker = reader.number<std::uint32_t>();
    const auto length = reader.number<std::uint32_t>();
    const auto headerChecksum = reader.number<std::uint32_t>();
    const auto checksum = reader.number<std::uint32_t>();
    if (marker != kStepMarker || crc32(std::span(*header).first(8)) != headerChecksum) {
        const auto rest =
            isZero(*header) && file.left() <= kMaxStepBytes ? file.take(file.left()) : std::nullopt;
        if (rest && isZero(*rest))
            return Taken::Torn;
        return failure(ErrorCode::CorruptFile, "its header is damaged");
    }
    if (length > kMaxStepBytes)
        return failure(ErrorCode::CorruptFile, "it claims " + std::to_string(length) + " bytes");
    const auto payload = file.take(length);
    if (!payload)
        return Taken::Torn;
    if (crc32(*payload) != checksum) {
        if (file.left() == 0)
            return Taken::Torn;
        return failure(ErrorCode::CorruptFile, "it does not match its checksum");
    }
    auto decoded = decodeStep(*payload);
    if (!decoded)
        return tl::unexpected(decoded.error());
    record = std::move(*decoded);
    return Taken::Step;
}

} // namespace

Result<Journal> readJournal(const std::filesystem::path &path)
{
    auto file = BoundedFile::open(path);
    if (!file)
        return tl::unexpected(file.error());
    Journal journal;
    if (auto header = readHeader(*file, path.string(), journal); !header)
        return tl::unexpected(header.error());
    while (true) {
        const auto start = file->position();
        const auto corrupt = [&](const std::string &what) {
            return failure(ErrorCode::CorruptFile, path.string() + ": step record " +
                                                       std::to_string(journal.steps.size()) + " at byte " +
                                                       std::to_string(start) + ": " + what);
        };
        StepRecord record;
        const auto taken = readStep(*file, record);
        if (!taken)
            return corrupt(taken.error().detail);
        if (*taken != Taken::Step) {
            journal.torn = *taken == Taken::Torn;
            return journal;
        }
        if (!journal.steps.empty() && record.index.step <= journal.steps.back()->index.step)
            return corrupt("step " + std::to_string(record.index.step) + " follows step " +
                           std::to_string(journal.steps.back()->index.step));
        journal.steps.push_back(std::make_shared<const StepRecord>(std::move(record)));
    }
}

} // namespace faststar::store
