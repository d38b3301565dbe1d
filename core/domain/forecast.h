// SPDX-License-Identifier: Apache-2.0
//
// What a run will cost, from times measured on this machine, and what it did cost.
//
// A step's milliseconds are taken as a + b x, x the multiply-adds that planSteps counts (so attention's
// growth is in it): the constant and the slope are fitted by least squares over the steps of earlier runs, of
// which newer ones weigh more. Pruning's overhead is taken as proportional to the places that are scored;
// text, encode, decode and writing as proportional to what they work on.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/domain/model_config.h"
#include "core/domain/pipeline.h"
#include "core/domain/reduction_plan.h"
#include "core/domain/request.h"
#include "core/domain/schedule.h"
#include "core/domain/step_event.h"

namespace faststar
{

// What is remembered of one step's cost.
struct StepCost {
    StepIndex index;
    std::int64_t tokens = 0; // full grid
    std::int64_t kept = 0;   // run through the transformer
    bool pruned = false;
    StageTimes times; // milliseconds
};

[[nodiscard]] StepCost costOf(const StepEvent &event);

// What is remembered of one run's cost. Steps taken from a journal are not among `steps`.
struct RunCosts {
    double textSeconds = 0.0;
    double encodeSeconds = 0.0;
    double decodeSeconds = 0.0;
    double writeSeconds = 0.0;
    std::vector<StepCost> steps;

    [[nodiscard]] double stepSeconds() const;
    [[nodiscard]] double seconds() const; // of everything
};

// Sums behind a straight line through weighted points; may be stored and gone on with.
struct LineFit {
    double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;

    void add(double atX, double atY);
    void fade(double factor); // all so far count that much less
    // Never below zero; without two different x the mean per x.
    [[nodiscard]] double at(double atX) const;
    [[nodiscard]] bool known() const { return n > 0.0; }
    bool operator==(const LineFit &) const = default;
};

// Times of one model (by hash), picture size and device.
struct Measurements {
    int runs = 0;
    LineFit step;                 // flops -> ms of blocks, head, quantiser and preview
    double pruningMsPerPlace = 0; // place = position of the feature map of a pruned step
    double textSeconds = 0;
    double encodeSecondsPerFrame = 0; // pixel frame
    double decodeSecondsPerFrame = 0;
    double writeSecondsPerFrame = 0;
    std::int64_t peakBytes = 0; // of the process, largest so far

    bool operator==(const Measurements &) const = default;
};

// Takes in what a run has shown. Runs without a measured step change nothing.
void learn(Measurements &measurements, const RunCosts &costs, std::int64_t peakBytes,
           const GenerationRequest &request, const ModelConfig &model, const Schedule &schedule);

struct Forecast {
    bool estimate = true; // nothing was measured for this model, size and device
    std::int64_t tokensRun = 0;
    std::int64_t tokensAll = 0;
    std::vector<double> stepMs; // by running count, pruning included
    std::vector<double> fullMs; // the same step unpruned
    double textSeconds = 0.0;
    double encodeSeconds = 0.0;
    double decodeSeconds = 0.0;
    double writeSeconds = 0.0;
    std::int64_t memoryBytes = 0; // as given; 0 = not known

    [[nodiscard]] double generateSeconds() const;
    [[nodiscard]] double seconds() const;
    bool operator==(const Forecast &) const = default;
};

// `measured` may be null: then by the arithmetic of a common processor with `threads` threads, within a
// factor of three of anything. `plan` replaces the plan of the request where the kept counts are known better
// (what-if).
[[nodiscard]] Forecast forecastOf(const GenerationRequest &request, const ModelConfig &model,
                                  const Schedule &schedule, const Measurements *measured, int threads,
                                  std::int64_t memoryBytes, const std::vector<PlannedStep> *plan = nullptr);

// How far a run is, in seconds of its forecast corrected by what was measured so far: the share is of
// time, not of steps.
class RunClock
{
public:
    RunClock() = default;
    // `stepsTaken` steps come from a journal and cost nothing.
    RunClock(Forecast forecast, int stepsTaken);

    void textDone(double seconds);
    void encode(double share);
    void stepDone(int step, double ms);
    void decode(double share);
    void write(double share);

    [[nodiscard]] double done() const; // [0, 1]
    // By the forecast, scaled by how it fared with the steps so far.
    [[nodiscard]] double secondsLeft() const;

    // For the segmented bar: expected seconds of each part as known now, and the share that is done.
    struct Segment {
        Stage stage = Stage::Generate;
        int clip = -1;      // of Stage::Generate: 0 = image clip, 1 = all later clips
        bool write = false; // after the decode
        double seconds = 0.0;
        double done = 0.0; // [0, 1]
    };
    [[nodiscard]] std::vector<Segment> segments(const Schedule &schedule) const;

private:
    [[nodiscard]] double pace() const;

    Forecast m_forecast;
    int m_taken = 0;
    int m_stepsDone = 0;
    double m_measuredMs = 0.0; // of the steps computed so far
    double m_expectedMs = 0.0; // of the same steps
    double m_textDone = 0.0;   // shares
    double m_encodeDone = 0.0;
    double m_decodeDone = 0.0;
    double m_writeDone = 0.0;
};

// Why a pruned run is as much faster as it is: the unpruned run of the same request, stage by stage.
struct Waterfall {
    double unpruned = 0.0; // seconds, the first bar
    // What the pruned run saved (positive) by stage; below zero = it was slower there.
    double blocks = 0.0;
    double head = 0.0; // with the preview
    double quantizer = 0.0;
    double overhead = 0.0; // seconds that scoring and gathering cost, positive
    double rest = 0.0;     // text, encode, decode, writing: pruning cannot touch it; differences are noise
    double pruned = 0.0;   // seconds, the last bar
    double speedUp = 1.0;
    double ceiling = 1.0;   // if the pruned steps had cost nothing at all
    double untouched = 0.0; // seconds of the unpruned run outside the pruned steps
};

// Both of the same steps; nothing when they are not, or when a run has no time at all.
[[nodiscard]] std::optional<Waterfall> waterfallOf(const RunCosts &unpruned, const RunCosts &pruned);

} // namespace faststar
