// SPDX-License-Identifier: Apache-2.0
//
// The folder of one run: run.journal (while and after it runs), frames/0001.png ... (exact), clip.mp4 (with
// its recipe), steps.run (times, score maps, previews).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/studio/session/run_record.h"
#include "core/store/studio_database.h"

namespace faststar::studio
{

inline constexpr const char *kJournalFile = "run.journal";
inline constexpr const char *kClipFile = "clip.mp4";

struct SavedRun {
    std::filesystem::path clip;          // empty = there is none, or no encoder; the frames are there
    bool framesKept = false;             // false: none, or given up; the journal can give them again
    std::vector<std::uint8_t> thumbnail; // PNG; empty where there is no picture at all
    double writeSeconds = 0.0;
};

// Asked between files; true ends the work, and what is complete stays.
using GiveUp = std::function<bool()>;

// Writes what there is of a run that is over. Takes seconds: not on the GUI thread. An error leaves what was
// written before it; the journal has everything all the same.
[[nodiscard]] Result<SavedRun>
saveRun(const RunRecord &run, const std::map<std::string, std::string> &libraries, const GiveUp &giveUp);

// A film of the frames with the recipe inside. AlreadyExists unless `replace`.
[[nodiscard]] Status writeClip(const std::filesystem::path &path, const RunRecord &run,
                               const std::map<std::string, std::string> &libraries, bool replace,
                               const GiveUp &giveUp);

// A run of the history with everything its folder still has; missing or damaged files are named in
// `warnings` and left out. The recipe's model is not needed.
[[nodiscard]] std::shared_ptr<RunRecord> loadRun(const store::StoredRun &stored);

// The middle frame or the newest preview, at most 304 x 304, as PNG; empty without any.
[[nodiscard]] std::vector<std::uint8_t> thumbnailOf(const RunRecord &run);

// What the history says of a run now.
[[nodiscard]] store::StoredRun storedOf(const RunRecord &run);

// Times of the steps that this run computed itself.
[[nodiscard]] RunCosts costsOf(const RunRecord &run);

} // namespace faststar::studio
