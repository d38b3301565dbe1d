// SPDX-License-Identifier: Apache-2.0
//
// What other ratios, another p or other options would have kept, recomputed from the score maps of a run
// without running anything. The masks are exactly those that the engine would choose at the stored state;
// the pixels behind them are not known until the run is branched.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/domain/grids.h"
#include "core/domain/model_config.h"
#include "core/domain/reduction_plan.h"
#include "core/domain/schedule.h"
#include "core/domain/step_event.h"

namespace faststar
{

// What one step keeps. Immutable once handed out.
struct StepChoice {
    StepIndex index;
    int ratioPermille = 0;                  // pruned share that was asked for
    std::shared_ptr<const ScoreGrid> score; // fused distance at feature-map resolution; never null
    MaskGrid mask;                          // as it is multiplied with the upsampled codes
    std::vector<std::int32_t> tokens;       // kept indices on the scale's grid, ascending
    float cut = 0.0F; // the lowest score of a place that the mask keeps; +inf where it keeps none
};

struct WhatIfResult {
    // By step. `run` is the exact count where there is a choice, else the plan's.
    std::vector<PlannedStep> plan;
    // By step; null where nothing is pruned, or where the run has stored no maps because it pruned nothing.
    std::vector<std::shared_ptr<const StepChoice>> choices;
    std::int64_t tokensRun = 0;
    std::int64_t tokensAll = 0;
    // The first scale at which a run of the changed request would differ; re-running starts here.
    // Empty = nothing that decides over tokens has changed.
    std::optional<int> firstChangedScale;
    // The maps were measured with another reference than the changed request asks for: its masks cannot be
    // known, and `choices` shows those of the stored reference.
    bool otherReference = false;
};

// One thread at a time; it keeps what it computed and redoes only what a change touches.
class WhatIf
{
public:
    // Of a run of `request`.
    WhatIf(GenerationRequest request, ModelConfig model, Schedule schedule);
    ~WhatIf();
    WhatIf(WhatIf &&) noexcept;
    WhatIf &operator=(WhatIf &&) noexcept;

    // Steps without score maps, and maps that do not fit the schedule, are left out.
    void add(const StepEvent &step);

    // Other fields than the method's, p and the pruning options are taken from the run's request.
    // Unchanged steps keep their objects from call to call.
    [[nodiscard]] const WhatIfResult &evaluate(const GenerationRequest &wanted);

private:
    struct Step;
    static void choose(Step &step, int ratioPermille, double p, bool withTime, const PruningOptions &options);

    Schedule m_schedule;
    ModelConfig m_model;
    GenerationRequest m_request;
    std::vector<PlannedStep> m_runPlan;
    std::vector<std::unique_ptr<Step>> m_steps; // by running count
    WhatIfResult m_result;
};

} // namespace faststar
