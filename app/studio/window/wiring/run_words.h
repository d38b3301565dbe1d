// SPDX-License-Identifier: Apache-2.0
//
// What the status bar and titles say about a run, and how far it is.
#pragma once

#include <QString>

#include <cstdint>

#include "app/studio/session/run_record.h"
#include "app/studio/session/session_state.h"

namespace faststar::studio
{

// "Run 6"; "This run" while the history has given it no number.
[[nodiscard]] QString runName(const RunRecord &run);

// The line at the left of the status bar.
[[nodiscard]] QString statusOf(const RunRecord &run, SessionState state);

// Two lines that lay a finished run beside its forecast, by time and by memory; empty where it had none.
[[nodiscard]] QString outcomeOf(const RunRecord &run);

// "0.6 GB".
[[nodiscard]] QString gigabytesText(std::int64_t bytes);

// Seconds of the whole run but for writing its files; of a run that is over.
[[nodiscard]] double measuredSeconds(const RunRecord &run);

// "3.78 s", "2 min 5 s".
[[nodiscard]] QString secondsText(double seconds);

struct RunProgress {
    double done = 0.0;         // [0, 1] of the run's work, by what its steps cost
    double secondsLeft = -1.0; // from the steps measured so far; negative = not known yet
};

[[nodiscard]] RunProgress progressOf(const RunRecord &run);

} // namespace faststar::studio
