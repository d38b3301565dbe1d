// SPDX-License-Identifier: Apache-2.0
//
// Where in a run somebody looks: the one place that film strip, heatmaps, timeline and probe share.
#pragma once

#include "core/domain/schedule.h"
#include "core/domain/step_event.h"

namespace faststar
{

struct RunPlace {
    int clip = 0;
    int scale = 0; // over all clips, as in StepIndex
    int repetition = 0;
    int frame = 0; // latent frame within the clip (tau)

    bool operator==(const RunPlace &) const = default;
};

// The nearest place that exists. The clip decides: a scale of another clip becomes the scale of the same
// height in this one. `stepsDone` >= 0 also keeps it at or before the last step that is done (of a run
// without any, the first step); -1 = no such limit. An empty schedule gives {}.
[[nodiscard]] RunPlace clampPlace(const RunPlace &place, const Schedule &schedule, int stepsDone = -1);

// The step that a place of this schedule belongs to.
[[nodiscard]] StepIndex stepAt(const RunPlace &place, const Schedule &schedule);

// The place of a step; `frame` is taken over as far as the clip has it.
[[nodiscard]] RunPlace placeOf(const StepIndex &step, int frame, const Schedule &schedule);

// One arrow key in the film strip: `rows` scales down (repetition: the scale's last that is done),
// `columns` to the right, where the image clip is the column before the first latent frame of the next
// clip. Stays where there is nothing.
[[nodiscard]] RunPlace movePlace(const RunPlace &place, int rows, int columns, const Schedule &schedule,
                                 int stepsDone = -1);

} // namespace faststar
