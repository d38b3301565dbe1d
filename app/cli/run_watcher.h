// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "app/cli/exports.h"
#include "app/cli/progress.h"
#include "app/cli/reporter.h"
#include "core/domain/pipeline.h"
#include "core/store/journal.h"

namespace faststar::cli
{

[[nodiscard]] std::string stageName(Stage stage);

// Turns what a run tells into progress, JSON events and previews, and keeps the pruned steps for the
// exports.
class RunWatcher final : public RunObserver
{
public:
    struct Settings {
        bool keepPrunedSteps = false;
        std::filesystem::path preview;           // empty = none
        store::JournalWriter *journal = nullptr; // holds the steps that were taken over already
        int stepsTaken = 0;                      // from another journal; the engine tells of them, too
    };

    RunWatcher(const Reporter &reporter, Progress &progress, const GenerationRequest &request,
               const ModelConfig &model, Settings settings)
        : m_reporter(reporter), m_progress(progress), m_request(request), m_model(model),
          m_settings(std::move(settings))
    {
    }

    void planned(const RunPlan &plan) override;
    void stageStarted(Stage stage) override;
    void stageProgressed(Stage stage, double done) override;
    void stepFinished(const std::shared_ptr<const StepEvent> &event) override;
    void warned(const std::string &message) override;

    [[nodiscard]] const RunPlan &plan() const { return m_plan; }
    [[nodiscard]] const PrunedSteps &prunedSteps() const { return m_prunedSteps; }
    [[nodiscard]] int stepsRecorded() const { return m_recorded; } // new in the journal

private:
    void tellStep(const StepEvent &event) const;
    void record(const StepEvent &event);
    void preview(const StepEvent &event);

    const Reporter &m_reporter;
    Progress &m_progress;
    const GenerationRequest &m_request;
    const ModelConfig &m_model;
    Settings m_settings;
    RunPlan m_plan;
    PrunedSteps m_prunedSteps;
    double m_generated = 0.0; // share of the generation's cost
    int m_recorded = 0;
    bool m_previewFailed = false;
    bool m_journalFailed = false;
};

} // namespace faststar::cli
