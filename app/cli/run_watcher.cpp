// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run_watcher.h"

#include <numeric>

#include <nlohmann/json.hpp>

#include "app/cli/messages.h"
#include "app/cli/text.h"
#include "core/domain/option_names.h"

namespace faststar::cli
{

std::string stageName(Stage stage)
{
    switch (stage) {
    case Stage::Load:
        return text("faststar", "loading the model");
    case Stage::Text:
        return text("faststar", "reading the prompt");
    case Stage::Encode:
        return text("faststar", "encoding the given frames");
    case Stage::Generate:
        return text("faststar", "generating");
    case Stage::Decode:
        return text("faststar", "decoding");
    }
    return {};
}

void RunWatcher::planned(const RunPlan &plan)
{
    m_plan = plan;
    auto work = workOf(m_request, m_model, plan.schedule);
    if (plan.decodeCost > 0.0) { // the engine knows its own stages better
        work.decode = plan.decodeCost * work.generate;
        work.conditions = plan.encodeCost * work.generate;
    }
    // What a journal gave is done already.
    const auto taken = std::min(std::size_t(std::max(plan.resumedSteps, 0)), plan.stepCost.size());
    m_generated = std::accumulate(plan.stepCost.begin(), plan.stepCost.begin() + std::ptrdiff_t(taken), 0.0);
    m_progress.start(work, m_generated);
    std::int64_t all = 0;
    for (const auto &scale : plan.schedule.scales)
        all += scale.shape.tokens() * scale.repetitions;
    const auto kept = std::accumulate(plan.keptTokens.begin(), plan.keptTokens.end(), std::int64_t(0));
    nlohmann::json ratios = nlohmann::json::array();
    for (const int permille : m_request.ratiosPermille)
        ratios.push_back(permille / 1000.0);
    m_reporter.event("plan", {{"prompt", m_request.prompt},
                              {"seed", m_request.seed},
                              {"method", optionName(m_request.method)},
                              {"ratios", ratios},
                              {"p", formatNumber(m_request.p)},
                              {"width", plan.schedule.pixelWidth()},
                              {"height", plan.schedule.pixelHeight()},
                              {"frames", m_request.frames},
                              {"steps", plan.schedule.steps()},
                              {"resumed_steps", plan.resumedSteps},
                              {"tokens", all},
                              {"kept", kept},
                              {"prompt_tokens", plan.promptTokens},
                              {"prompt_cut", plan.promptCut}});
}

void RunWatcher::stageStarted(Stage stage)
{
    m_progress.stage(stageName(stage));
}

void RunWatcher::stageProgressed(Stage stage, double done)
{
    if (stage == Stage::Encode)
        m_progress.conditions(done);
    else if (stage == Stage::Decode)
        m_progress.decode(done);
}

void RunWatcher::stepFinished(const std::shared_ptr<const StepEvent> &event)
{
    const auto step = std::size_t(std::max(event->index.step, 0));
    if (step < m_plan.stepCost.size() && event->index.step >= m_plan.resumedSteps)
        m_generated += m_plan.stepCost[step];
    m_progress.conditions(1.0);
    m_progress.generate(m_generated);
    tellStep(*event);
    if (m_settings.keepPrunedSteps && event->pruned && event->scores && event->record)
        m_prunedSteps.push_back(event);
    record(*event);
    preview(*event);
}

// A journal or a preview that cannot be written is no reason to stop; a full disk is told once.
void RunWatcher::record(const StepEvent &event)
{
    if (m_settings.journal == nullptr || !event.record || m_journalFailed ||
        event.index.step < m_settings.stepsTaken)
        return;
    if (const auto written = m_settings.journal->append(*event.record); !written) {
        m_journalFailed = true;
        m_reporter.warn(sentenceOf(written.error()));
    } else {
        ++m_recorded;
    }
}

void RunWatcher::preview(const StepEvent &event)
{
    if (m_settings.preview.empty() || !event.preview || m_previewFailed)
        return;
    if (const auto written = writePreview(m_settings.preview, *event.preview)) {
        m_reporter.event("preview", {{"path", m_settings.preview.string()}, {"step", event.index.step}});
    } else {
        m_previewFailed = true;
        m_reporter.warn(sentenceOf(written.error()));
    }
}

void RunWatcher::tellStep(const StepEvent &event) const
{
    if (!m_reporter.json())
        return;
    const auto &at = event.index;
    const auto &times = event.times;
    m_reporter.event("step", {{"name", stepName(at)},
                              {"clip", at.clip},
                              {"scale", at.scale},
                              {"scale_in_clip", at.scaleInClip},
                              {"repetition", at.repetition},
                              {"step", at.step},
                              {"shape", {event.shape.t, event.shape.h, event.shape.w}},
                              {"tokens", event.tokens},
                              {"kept", event.kept},
                              {"pruned", event.pruned},
                              {"forced", event.forced},
                              {"feature_norm", event.featureNorm},
                              {"nan_count", event.scores ? event.scores->nanCount : 0},
                              {"ms",
                               {{"blocks", times.blocks},
                                {"head", times.head},
                                {"quantizer", times.quantizer},
                                {"pruning", times.pruning},
                                {"preview", times.preview}}}});
}

void RunWatcher::warned(const std::string &message)
{
    m_reporter.warn(message);
}

} // namespace faststar::cli
