// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/docks/timeline_page.h"

#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

#include "app/studio/window/parts/labels.h"
#include "app/studio/window/parts/themed.h"

namespace faststar::studio
{

namespace
{

// Milliseconds a unit of the plan's cost, from the steps so far; 0 = none is measured.
double paceOf(const RunRecord &run)
{
    double ms = 0.0;
    double cost = 0.0;
    for (std::size_t i = 0; i < run.steps.size() && i < run.plan->stepCost.size(); ++i) {
        if (run.steps[i]) {
            ms += run.steps[i]->times.total();
            cost += run.plan->stepCost[i];
        }
    }
    return cost > 0.0 ? ms / cost : 0.0;
}

// What the blocks and the head of all tokens would have taken, at what those that ran took a token.
double unprunedMs(const StepEvent &event)
{
    if (!event.pruned || event.kept <= 0)
        return 0.0;
    const double grown = double(event.tokens) / double(event.kept);
    return (event.times.blocks + event.times.head) * grown + event.times.quantizer + event.times.preview;
}

} // namespace

TimelinePage::TimelinePage(widgets::Appearance &appearance, QWidget *parent)
    : QWidget(parent), m_segments(followTheme(new widgets::ProgressSegments(true, this), appearance)),
      m_view(followTheme(new widgets::TimelineView(this), appearance)), m_remark(makeLabel({}, "number2"))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 4, 12, 12);
    column->setSpacing(8);
    m_segments->setFixedHeight(28);
    column->addWidget(m_segments);
    column->addWidget(m_view, 1);
    m_segments->hide();
}

void TimelinePage::setRemark(const QString &remark)
{
    m_remark->setText(remark);
    m_segments->setVisible(!remark.isEmpty());
}

std::vector<widgets::TimelineStep> timelineOf(const RunRecord &run)
{
    std::vector<widgets::TimelineStep> steps;
    if (!run.plan)
        return steps;
    const double pace = paceOf(run);
    for (const Scale &scale : run.plan->schedule.scales) {
        for (int repetition = 0; repetition < scale.repetitions; ++repetition) {
            const int at = scale.firstStep + repetition;
            widgets::TimelineStep step;
            step.index = {scale.clip, scale.index, scale.indexInClip, repetition, at};
            step.shape = scale.shape;
            step.tokens = scale.shape.tokens();
            if (std::size_t(at) < run.plan->keptTokens.size())
                step.kept = run.plan->keptTokens[std::size_t(at)];
            if (std::size_t(at) < run.plan->stepCost.size())
                step.expectedMs = run.plan->stepCost[std::size_t(at)] * pace;
            if (const auto event = run.step(at)) {
                step.state = widgets::StepState::Done;
                step.times = event->times;
                step.kept = event->kept;
                step.unprunedMs = unprunedMs(*event);
            } else if (at < run.stepsDone) {
                step.state = widgets::StepState::Done; // taken over from a journal: no times
            } else if (at == run.stepsDone && !isOver(run.state)) {
                step.state = widgets::StepState::InWork;
            }
            steps.push_back(step);
        }
    }
    return steps;
}

std::vector<widgets::ProgressSegment> segmentsOf(const RunRecord &run)
{
    if (!run.plan)
        return {};
    const RunPlan &plan = *run.plan;
    const double pace = std::max(paceOf(run), 1e-6) / 1000.0;
    const bool isDecoding = run.stage == Stage::Decode;
    widgets::ProgressSegment image{TimelinePage::tr("Image clip"), 0.0, 0.0, false};
    widgets::ProgressSegment video{TimelinePage::tr("Video clip"), 0.0, 0.0, false};
    double imageDone = 0.0;
    double videoDone = 0.0;
    for (const Scale &scale : plan.schedule.scales) {
        for (int repetition = 0; repetition < scale.repetitions; ++repetition) {
            const int at = scale.firstStep + repetition;
            const double cost = std::size_t(at) < plan.stepCost.size() ? plan.stepCost[std::size_t(at)] : 0.0;
            const auto event = run.step(at);
            const double seconds = event ? event->times.total() / 1000.0 : cost * pace;
            (scale.clip == 0 ? image : video).seconds += seconds;
            if (at < run.stepsDone)
                (scale.clip == 0 ? imageDone : videoDone) += seconds;
        }
    }
    image.done = image.seconds > 0.0 ? imageDone / image.seconds : 0.0;
    video.done = video.seconds > 0.0 ? videoDone / video.seconds : 0.0;
    widgets::ProgressSegment decode{TimelinePage::tr("Decode"), 0.0, 0.0, false};
    const bool isMeasured = run.frames && run.summary.decodeSeconds > 0.0;
    decode.seconds = isMeasured ? run.summary.decodeSeconds : plan.decodeCost * pace;
    decode.done = run.frames ? 1.0 : isDecoding ? run.stageDone : 0.0;
    decode.failed = run.state == RunState::Failed && isDecoding;
    image.failed = run.state == RunState::Failed && !isDecoding && image.done < 1.0;
    video.failed = run.state == RunState::Failed && !isDecoding && image.done >= 1.0;
    std::vector<widgets::ProgressSegment> segments{image};
    if (video.seconds > 0.0)
        segments.push_back(video);
    segments.push_back(decode);
    return segments;
}

QString stepsText(const RunRecord &run)
{
    if (!run.plan)
        return {};
    const int steps = run.plan->schedule.steps();
    if (run.state == RunState::Failed)
        return run.stage == Stage::Decode ? TimelinePage::tr("decode failed")
                                          : TimelinePage::tr("failed at step %1").arg(run.stepsDone);
    return run.stepsDone >= steps ? TimelinePage::tr("%1 steps").arg(steps)
                                  : TimelinePage::tr("%1 of %2 steps").arg(run.stepsDone).arg(steps);
}

} // namespace faststar::studio
