// SPDX-License-Identifier: Apache-2.0
#include "app/studio/session/run_clock.h"

namespace faststar::studio
{

namespace
{

Forecast forecastOf(const RunRecord &run)
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
    return forecast;
}

} // namespace

RunClock clockOf(const RunRecord &run)
{
    Forecast forecast = forecastOf(run);
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

std::vector<double> expectedStepMs(const RunRecord &run)
{
    if (!run.plan)
        return {};
    std::vector<double> expected = forecastOf(run).stepMs;
    expected.resize(std::size_t(run.plan->schedule.steps()));
    double measuredMs = 0.0;
    double expectedMs = 0.0;
    for (std::size_t step = 0; step < expected.size() && step < run.steps.size(); ++step) {
        if (run.steps[step]) {
            measuredMs += run.steps[step]->times.total();
            expectedMs += expected[step];
        }
    }
    const double pace = expectedMs > 0.0 ? measuredMs / expectedMs : 0.0;
    for (double &ms : expected)
        ms *= pace > 0.0 ? pace : run.forecast ? 1.0 : 0.0;
    return expected;
}

} // namespace faststar::studio
