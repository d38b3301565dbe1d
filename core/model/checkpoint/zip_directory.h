// SPDX-License-Identifier: Apache-2.0
//
// The table of contents of a mapped zip file (with the 64-bit extension). Entries stay where they are:
// shards of many gigabytes are read in place, so only stored (uncompressed) entries are of use.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/model/checkpoint/mapped_file.h"

namespace faststar::model
{

struct ZipEntry {
    std::string name;
    std::uint64_t offset = 0; // of the first data byte in the file
    std::uint64_t size = 0;
    bool stored = true; // false = compressed; offset and size are then of the compressed data
};

// Sorted by name, no name twice, no two entries over the same bytes, all of them before the directory.
// CorruptFile, or UnknownFormat for encrypted archives.
[[nodiscard]] Result<std::vector<ZipEntry>> readZipDirectory(const MappedFile &file);

[[nodiscard]] const ZipEntry *findEntry(const std::vector<ZipEntry> &entries, std::string_view name);

} // namespace faststar::model
