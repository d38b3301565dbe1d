// SPDX-License-Identifier: Apache-2.0
//
// What the status bar and titles say about a run, and how far it is.
#pragma once

#include <QString>

#include "app/studio/session/run_record.h"
#include "app/studio/session/session_state.h"

namespace faststar::studio
{

// "Run 6"; "This run" while the history has given it no number.
[[nodiscard]] QString runName(const RunRecord &run);

// The line at the left of the status bar.
[[nodiscard]] QString statusOf(const RunRecord &run, SessionState state);

// "3.78 s", "2 min 5 s".
[[nodiscard]] QString secondsText(double seconds);

struct RunProgress {
    double done = 0.0;         // [0, 1] of the run's work, by what its steps cost
    double secondsLeft = -1.0; // from the steps measured so far; negative = not known yet
};

[[nodiscard]] RunProgress progressOf(const RunRecord &run);

} // namespace faststar::studio
