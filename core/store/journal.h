// SPDX-License-Identifier: Apache-2.0
//
// The journal of a run: the request and, after each step, the step's packed bits and mask, so that a
// run can be continued after a crash or branch from a scale. One file a run.
//
// Layout, little endian: "FSTARJNL", u32 version, u32 length and u32 CRC-32 of a JSON text
// {"model_hash", "request"}, the text; then per step u32 marker, u32 length, u32 CRC-32 of these eight
// bytes, u32 CRC-32 of the payload, the payload (step_codec.h). The header has a checksum of its own so
// that a damaged length is told from a record that was cut by a crash.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/domain/request.h"
#include "core/domain/result.h"
#include "core/domain/step_event.h"

namespace faststar::store
{

// Writes one journal. Not thread safe. While it lives, pruning leaves the file alone.
class JournalWriter
{
public:
    // Makes the folder if need be. The file appears under its name once its header is complete; only
    // the user may read it. AlreadyExists or WriteFailed. A continued run starts a new journal with the
    // records that it took over.
    static Result<JournalWriter> create(const std::filesystem::path &path, const GenerationRequest &request,
                                        const std::string &modelHash);
    JournalWriter(JournalWriter &&) noexcept;
    JournalWriter &operator=(JournalWriter &&) noexcept;
    ~JournalWriter();

    // Handed to the system before it returns. Steps must come in ascending order. Internal when the record
    // contradicts itself; WriteFailed once writing failed, and for every later call.
    Status append(const StepRecord &record);

    // Closes and deletes the file: the run ended well and nobody needs it.
    void discard();

    [[nodiscard]] const std::filesystem::path &path() const;

private:
    struct Impl;
    explicit JournalWriter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

struct Journal {
    GenerationRequest request;
    std::string modelHash;
    std::vector<std::shared_ptr<const StepRecord>> steps; // ascending step index
    bool torn = false; // a last record that was not complete has been dropped
};

// Reads a whole journal (untrusted). NotFound, Unreadable; CorruptFile naming the file and the first step
// that is damaged. A last record that is cut off, or whose payload does not match its checksum, is dropped.
// Whether the steps fit a schedule is for the engine to check.
[[nodiscard]] Result<Journal> readJournal(const std::filesystem::path &path);

struct JournalEntry {
    std::filesystem::path path;
    std::filesystem::file_time_type modified;
    std::uintmax_t bytes = 0;
    bool inUse = false; // a run is writing it
};

// The folder "journal" in stateFolder().
[[nodiscard]] Result<std::filesystem::path> journalFolder(const std::string &stateHome,
                                                          const std::string &home);

// A name for a new run that is free in `folder`: run-<date>-<time>[-n].journal, in UTC.
[[nodiscard]] std::filesystem::path newJournalPath(const std::filesystem::path &folder);

// The journals of a folder, newest first; none when there is no such folder.
[[nodiscard]] std::vector<JournalEntry> listJournals(const std::filesystem::path &folder);

// Deletes all but the newest `keep` journals that no run is writing. Returns how many were deleted.
int pruneJournals(const std::filesystem::path &folder, int keep);

} // namespace faststar::store
