// SPDX-License-Identifier: Apache-2.0
#include "core/model/checkpoint/zip_directory.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "core/model/checkpoint/file_error.h"
#include "core/model/checkpoint/stored_tensor.h"

namespace faststar::model
{

namespace
{

// Sizes and signatures of the records, from the published format description (APPNOTE).
constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::uint32_t kEnd64Signature = 0x06064b50;
constexpr std::uint32_t kLocator64Signature = 0x07064b50;
constexpr std::uint32_t kCentralSignature = 0x02014b50;
constexpr std::uint32_t kLocalSignature = 0x04034b50;
constexpr std::uint64_t kEndBytes = 22;
constexpr std::uint64_t kEnd64Bytes = 56;
constexpr std::uint64_t kLocator64Bytes = 20;
constexpr std::uint64_t kCentralBytes = 46;
constexpr std::uint64_t kLocalBytes = 30;
constexpr std::uint64_t kLongestComment = 65535;
constexpr std::uint64_t kMax16 = 0xffff;
constexpr std::uint64_t kMax32 = 0xffffffff;

// Little-endian numbers at checked places.
class Bytes
{
public:
    explicit Bytes(std::span<const std::byte> bytes) : m_bytes(bytes) {}
    [[nodiscard]] std::uint64_t size() const { return m_bytes.size(); }
    [[nodiscard]] bool has(std::uint64_t offset, std::uint64_t length) const
    {
        return offset <= m_bytes.size() && length <= m_bytes.size() - offset;
    }
    // The caller has asked has() for the record this lies in.
    [[nodiscard]] std::uint64_t number(std::uint64_t offset, unsigned width) const
    {
        std::uint64_t value = 0;
        for (unsigned i = width; i-- > 0;)
            value = value << 8U | std::to_integer<std::uint64_t>(m_bytes[offset + i]);
        return value;
    }
    [[nodiscard]] bool isAt(std::uint64_t offset, std::uint64_t length, std::uint32_t signature) const
    {
        return has(offset, length) && number(offset, 4) == signature;
    }
    [[nodiscard]] std::string_view text(std::uint64_t offset, std::uint64_t length) const
    {
        return {reinterpret_cast<const char *>(m_bytes.data()) + offset, length};
    }

private:
    std::span<const std::byte> m_bytes;
};

struct Directory {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::uint64_t entries = 0;
};

Result<Directory> findDirectory(const Bytes &bytes, const std::filesystem::path &path)
{
    const auto corrupt = [&path](std::string_view what) {
        return fileFailure(ErrorCode::CorruptFile, path, what);
    };
    if (bytes.size() < kEndBytes)
        return corrupt("it is too short for a zip archive");
    // The end record is last but for a comment, whose length must then reach the end of the file.
    std::uint64_t end = bytes.size() - kEndBytes;
    const std::uint64_t stop = end > kLongestComment ? end - kLongestComment : 0;
    while (!bytes.isAt(end, kEndBytes, kEndSignature) ||
           end + kEndBytes + bytes.number(end + 20, 2) != bytes.size()) {
        if (end == stop)
            return corrupt("it has no zip directory at its end; it is truncated or not a PyTorch archive");
        --end;
    }
    Directory directory{bytes.number(end + 16, 4), bytes.number(end + 12, 4), bytes.number(end + 10, 2)};
    std::uint64_t limit = end; // where the directory must end at the latest
    bool wholeFile = bytes.number(end + 4, 2) == 0 && bytes.number(end + 6, 2) == 0;
    const bool large = directory.offset == kMax32 || directory.size == kMax32 || directory.entries == kMax16;
    if (large && end >= kLocator64Bytes &&
        bytes.isAt(end - kLocator64Bytes, kLocator64Bytes, kLocator64Signature)) {
        const std::uint64_t end64 = bytes.number(end - kLocator64Bytes + 8, 8);
        if (!bytes.isAt(end64, kEnd64Bytes, kEnd64Signature) || end64 > end - kLocator64Bytes)
            return corrupt("its 64-bit zip directory is not where the file says");
        directory = {bytes.number(end64 + 48, 8), bytes.number(end64 + 40, 8), bytes.number(end64 + 32, 8)};
        wholeFile = bytes.number(end64 + 16, 4) == 0 && bytes.number(end64 + 20, 4) == 0;
        limit = end64;
    }
    if (!wholeFile)
        return corrupt("it is one part of a zip archive of several files");
    if (directory.offset > limit || directory.size > limit - directory.offset)
        return corrupt("its zip directory leaves the file");
    if (directory.entries > directory.size / kCentralBytes || directory.entries > kMaxTensors)
        return corrupt("its zip directory claims " + std::to_string(directory.entries) + " entries in " +
                       std::to_string(directory.size) + " bytes");
    return directory;
}

struct CentralRecord {
    std::uint64_t storedSize = 0;
    std::uint64_t size = 0;
    std::uint64_t local = 0; // offset of the local header
};

// Replaces numbers that did not fit 32 bits by those of the 64-bit extra field.
bool readExtra(const Bytes &bytes, std::uint64_t offset, std::uint64_t length, CentralRecord &record)
{
    const std::uint64_t end = offset + length;
    while (end - offset >= 4) {
        const std::uint64_t id = bytes.number(offset, 2);
        const std::uint64_t size = bytes.number(offset + 2, 2);
        offset += 4;
        if (size > end - offset)
            return false;
        if (id == 1) {
            std::uint64_t at = offset;
            for (std::uint64_t *value : {&record.size, &record.storedSize, &record.local}) {
                if (*value != kMax32)
                    continue;
                if (offset + size - at < 8)
                    return false;
                *value = bytes.number(at, 8);
                at += 8;
            }
        }
        offset += size;
    }
    return true;
}

Result<ZipEntry> readEntry(const Bytes &bytes, const std::filesystem::path &path, std::uint64_t at,
                           std::uint64_t directoryStart)
{
    const std::uint64_t nameBytes = bytes.number(at + 28, 2);
    ZipEntry entry;
    entry.name = bytes.text(at + kCentralBytes, nameBytes);
    const auto corrupt = [&](std::string_view what) {
        return fileFailure(ErrorCode::CorruptFile, path,
                           "entry " + quotedName(entry.name) + " " + std::string(what));
    };
    if ((bytes.number(at + 8, 2) & 1U) != 0)
        return fileFailure(ErrorCode::UnknownFormat, path,
                           "entry " + quotedName(entry.name) + " is encrypted");
    entry.stored = bytes.number(at + 10, 2) == 0;
    CentralRecord record{bytes.number(at + 20, 4), bytes.number(at + 24, 4), bytes.number(at + 42, 4)};
    if (!readExtra(bytes, at + kCentralBytes + nameBytes, bytes.number(at + 30, 2), record))
        return corrupt("has a broken extra field");
    if (entry.stored && record.size != record.storedSize)
        return corrupt("is stored, yet has two sizes");
    if (record.local > directoryStart || !bytes.isAt(record.local, kLocalBytes, kLocalSignature))
        return corrupt("does not begin where the directory says");
    const std::uint64_t localName = bytes.number(record.local + 26, 2);
    if (localName != nameBytes || !bytes.has(record.local + kLocalBytes, localName) ||
        bytes.text(record.local + kLocalBytes, localName) != entry.name)
        return corrupt("has another name in its own header");
    entry.offset = record.local + kLocalBytes + localName + bytes.number(record.local + 28, 2);
    entry.size = record.storedSize;
    if (entry.offset > directoryStart || entry.size > directoryStart - entry.offset)
        return corrupt("claims " + std::to_string(entry.size) + " bytes that are not in the file");
    return entry;
}

} // namespace

Result<std::vector<ZipEntry>> readZipDirectory(const MappedFile &file)
{
    const Bytes bytes(file.bytes());
    const auto directory = findDirectory(bytes, file.path());
    if (!directory)
        return tl::unexpected(directory.error());

    std::vector<ZipEntry> entries;
    entries.reserve(directory->entries);
    std::uint64_t at = directory->offset;
    const std::uint64_t end = directory->offset + directory->size;
    for (std::uint64_t i = 0; i < directory->entries; ++i) {
        const bool fits = end - at >= kCentralBytes && bytes.isAt(at, kCentralBytes, kCentralSignature);
        const std::uint64_t length = fits ? kCentralBytes + bytes.number(at + 28, 2) +
                                                bytes.number(at + 30, 2) + bytes.number(at + 32, 2)
                                          : 0;
        if (!fits || length > end - at)
            return fileFailure(ErrorCode::CorruptFile, file.path(),
                               "its zip directory breaks off at entry " + std::to_string(i));
        auto entry = readEntry(bytes, file.path(), at, directory->offset);
        if (!entry)
            return tl::unexpected(entry.error());
        entries.push_back(std::move(*entry));
        at += length;
    }

    std::ranges::sort(entries, {}, [](const ZipEntry &entry) { return std::pair(entry.offset, entry.size); });
    for (std::size_t i = 1; i < entries.size(); ++i)
        if (entries[i - 1].offset + entries[i - 1].size > entries[i].offset)
            return fileFailure(ErrorCode::CorruptFile, file.path(),
                               "entries " + quotedName(entries[i - 1].name) + " and " +
                                   quotedName(entries[i].name) + " overlap");
    std::ranges::sort(entries, {}, &ZipEntry::name);
    const auto twin = std::ranges::adjacent_find(entries, {}, &ZipEntry::name);
    if (twin != entries.end())
        return fileFailure(ErrorCode::CorruptFile, file.path(),
                           "entry " + quotedName(twin->name) + " is there twice");
    return entries;
}

const ZipEntry *findEntry(const std::vector<ZipEntry> &entries, std::string_view name)
{
    const auto found = std::ranges::lower_bound(entries, name, {}, &ZipEntry::name);
    return found != entries.end() && found->name == name ? &*found : nullptr;
}

} // namespace faststar::model
