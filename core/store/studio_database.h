// SPDX-License-Identifier: Apache-2.0
//
// What the studio remembers: its runs, its queue, the times it measured. One SQLite file in WAL mode, so
// that a crash at any moment leaves the last completed change; one schema number, one migration a step.
// What is read is untrusted: rows that make no sense are left out and counted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "core/domain/forecast.h"
#include "core/domain/pipeline.h"
#include "core/domain/request.h"
#include "core/domain/result.h"

namespace faststar::store
{

enum class RunOutcome { Running, Finished, Kept, Failed, Interrupted };

// One run of the history.
struct StoredRun {
    std::int64_t number = 0;    // "Run 6"; given by addRun, never used twice
    std::int64_t startedAt = 0; // seconds since 1970, UTC
    RunOutcome outcome = RunOutcome::Running;
    GenerationRequest request;
    std::string modelName;
    std::string modelHash;
    std::string device;
    int fps = 16;
    std::int64_t parent = 0;        // run whose first steps it took over; 0 = none
    std::optional<int> branchScale; // and from where on it went its own way; empty = it went on
    std::filesystem::path folder;   // of its files; empty = nothing is stored
    int stepsDone = 0;
    int steps = 0; // of the schedule; 0 = it never came so far
    std::optional<Error> error;
    RunSummary summary;
    RunCosts costs;
    std::optional<Forecast> forecast;    // made at its start
    std::vector<std::uint8_t> thumbnail; // PNG
};

struct StoredQueueEntry {
    GenerationRequest request;
    std::int64_t parent = 0;
    std::filesystem::path journal; // of the parent; empty = from the beginning
    std::optional<int> branchScale;

    bool operator==(const StoredQueueEntry &) const = default;
};

// For which the times were measured.
struct MeasurementKey {
    std::string modelHash;
    std::string device;
    int width = 0; // picture, pixels
    int height = 0;

    bool operator==(const MeasurementKey &) const = default;
    bool operator<(const MeasurementKey &other) const
    {
        return std::tie(modelHash, device, width, height) <
               std::tie(other.modelHash, other.device, other.width, other.height);
    }
};

// One thread at a time.
class StudioDatabase
{
public:
    static constexpr int kSchema = 3;
    static constexpr std::size_t kMostThumbnailBytes = std::size_t(4) << 20;

    // Makes the file if need be and brings an older one up to date. CorruptFile when it is no database or a
    // damaged one, UnknownFormat when a newer program made it, WriteFailed, Unreadable.
    static Result<StudioDatabase> open(const std::filesystem::path &path);
    StudioDatabase(StudioDatabase &&) noexcept;
    StudioDatabase &operator=(StudioDatabase &&) noexcept;
    ~StudioDatabase();

    // --- runs. WriteFailed or Unreadable; updateRun and removeRun of an unknown number change nothing.
    Result<std::int64_t> addRun(const StoredRun &run);
    Status updateRun(const StoredRun &run);
    Status removeRun(std::int64_t number);
    // Newest first. `search`: words that must all occur in prompt, negative prompt, model or "seed 42";
    // empty = all.
    Result<std::vector<StoredRun>> runs(const std::string &search, int most);
    // NotFound.
    Result<StoredRun> run(std::int64_t number);
    // The newest finished run of the same request with nothing pruned, on the same weights and device, that
    // computed every step itself.
    Result<std::optional<StoredRun>> unprunedRun(const GenerationRequest &request,
                                                 const std::string &modelHash, const std::string &device);
    // Runs that a program left behind in work become interrupted; returns how many.
    Result<int> interruptRunning();

    // --- queue
    Status saveQueue(const std::vector<StoredQueueEntry> &queue);
    Result<std::vector<StoredQueueEntry>> queue();

    // --- measured times
    Status saveMeasurements(const MeasurementKey &key, const Measurements &measurements);
    Result<std::map<MeasurementKey, Measurements>> measurements();

    // --- Did the program before this one end properly? Asked once, at the start, before the mark of this
    // one is set; true for a new file.
    Result<bool> beginSession();
    Status endSession();

    // Rows that were left out because they make no sense, since it was opened.
    [[nodiscard]] int skippedRows() const;

private:
    struct Impl;
    explicit StudioDatabase(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace faststar::store
