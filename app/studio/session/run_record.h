// SPDX-License-Identifier: Apache-2.0
//
// Everything known of one run, of this session or of an earlier one. Written by the session, read by
// the views, all on the GUI thread; what it points to is immutable and may be kept.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/forecast.h"
#include "core/domain/pipeline.h"

namespace faststar::studio
{

// Rises within one process; 0 = none. What carries another id than the run in work is stale.
using RunId = std::uint64_t;

using Frames = std::shared_ptr<const std::vector<Image>>;
using StepPtr = std::shared_ptr<const StepEvent>;

enum class RunState {
    Running,
    Finished,
    Kept,        // stopped, and what existed was decoded
    Cancelled,   // thrown away by the user
    Failed,      // `error` says why; what existed is here
    Interrupted, // the program, or the model it ran on, went away; can be continued from its journal
};

[[nodiscard]] inline bool isOver(RunState state)
{
    return state != RunState::Running;
}

// Where a run took its first steps from.
struct RunOrigin {
    std::int64_t number = 0;            // of that run in the history; 0 = unknown
    std::filesystem::path journal;      // of that run
    std::optional<int> branchFromScale; // computed anew from this scale on; empty = continued

    bool operator==(const RunOrigin &) const = default;
};

struct RunRecord {
    RunId id = 0;
    std::int64_t number = 0; // in the history ("Run 6"); 0 until the history has answered
    GenerationRequest request;
    std::optional<RunOrigin> origin;
    std::shared_ptr<const ModelFacts> model; // null for a run of an earlier session
    std::string modelName;
    std::string modelHash;
    std::string device;
    int fps = 16;

    std::int64_t startedAt = 0; // seconds since 1970, UTC
    RunState state = RunState::Running;
    std::optional<Error> error; // RunState::Failed
    std::vector<std::string> warnings;

    // Null until the text has been read.
    std::shared_ptr<const RunPlan> plan;
    // By running count, one a step of the plan's schedule; null = to come, or not kept from that session.
    std::vector<StepPtr> steps;
    int stepsDone = 0; // including those taken over from a journal

    std::optional<Forecast> forecast; // made at its start; for forecast against measured
    Stage stage = Stage::Text;
    double stageDone = 0.0; // [0, 1] of encode and decode

    Frames decoded; // the newest true decode on request
    std::optional<StepIndex> decodedAt;
    Frames frames;                   // of the finished or kept run
    std::optional<StepIndex> keptAt; // RunState::Kept
    RunSummary summary;              // of the finished or kept run
    double writeSeconds = 0.0;       // of the automatic files; 0 = not there yet

    std::filesystem::path folder;  // of everything that is stored of this run
    std::filesystem::path journal; // empty = none is written
    std::filesystem::path clip;    // the MP4; empty until it is there

    // The newest picture of the feature map, one a latent frame; null before the first.
    [[nodiscard]] Frames preview() const
    {
        for (int step = int(steps.size()) - 1; step >= 0; --step) {
            const auto &event = steps[std::size_t(step)];
            if (event && event->preview)
                return event->preview;
        }
        return nullptr;
    }
    [[nodiscard]] StepPtr step(int index) const
    {
        return index >= 0 && index < int(steps.size()) ? steps[std::size_t(index)] : nullptr;
    }
    [[nodiscard]] StepPtr lastStep() const { return step(stepsDone - 1); }
};

using RunPtr = std::shared_ptr<const RunRecord>;

} // namespace faststar::studio
