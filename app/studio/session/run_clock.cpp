// SPDX-License-Identifier: Apache-2.0
#include "app/studio/session/run_clock.h"

namespace faststar::studio
{

RunClock clockOf(const RunRecord &run)
{
    Forecast forecast;
    if (run.forecast) {
        forecast = *run.forecast;
    } else if (run.plan) {
        for (const double share : run.plan->stepCost)
            forecast.stepMs.push_back(1000.0 * share);
        forecast.encodeSeconds = run.plan->encodeCost;
        forecast.decodeSeconds = run.plan->decodeCost;
    }
    forecast.writeSeconds = 0.0; // the next run can begin while the files are written
    const int taken = run.plan ? run.plan->resumedSteps : 0;
    RunClock clock(std::move(forecast), taken);
    if (!run.plan)
        return clock;
    clock.textDone(run.summary.textSeconds);
    if (run.stage == Stage::Encode)
        clock.encode(run.stageDone);
    for (const StepPtr &step : run.steps) {
        if (step && step->index.step >= taken)
            clock.stepDone(step->index.step, step->times.total());
    }
    if (run.stage == Stage::Decode)
        clock.decode(run.stageDone);
    return clock;
}

} // namespace faststar::studio
