// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/docks/timeline_page.h"

#include <QLabel>
#include <QVBoxLayout>

#include "app/studio/session/run_clock.h"
#include "app/studio/window/parts/labels.h"
#include "app/studio/window/parts/themed.h"

namespace faststar::studio
{

namespace
{

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
    const std::vector<double> expected = expectedStepMs(run);
    for (const Scale &scale : run.plan->schedule.scales) {
        for (int repetition = 0; repetition < scale.repetitions; ++repetition) {
            const int at = scale.firstStep + repetition;
            widgets::TimelineStep step;
            step.index = {scale.clip, scale.index, scale.indexInClip, repetition, at};
            step.shape = scale.shape;
            step.tokens = scale.shape.tokens();
            if (std::size_t(at) < run.plan->keptTokens.size())
                step.kept = run.plan->keptTokens[std::size_t(at)];
            if (std::size_t(at) < expected.size())
                step.expectedMs = expected[std::size_t(at)];
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
    const bool isFailed = run.state == RunState::Failed;
    std::vector<widgets::ProgressSegment> segments;
    for (const RunClock::Segment &part : clockOf(run).segments(run.plan->schedule)) {
        widgets::ProgressSegment segment{{}, part.seconds, part.done, false};
        bool isInWork = part.stage == run.stage && part.done < 1.0;
        switch (part.stage) {
        case Stage::Encode:
            segment.name = TimelinePage::tr("Encode");
            break;
        case Stage::Generate:
            segment.name = part.clip == 0 ? TimelinePage::tr("Image clip") : TimelinePage::tr("Video clip");
            // The later clips wait while the image clip is in work.
            isInWork = isInWork && (segments.empty() || segments.back().done >= 1.0);
            break;
        case Stage::Decode:
            if (part.write)
                continue; // the next run may begin meanwhile
            segment.name = TimelinePage::tr("Decode");
            if (run.frames) {
                segment.done = 1.0;
                segment.seconds =
                    run.summary.decodeSeconds > 0.0 ? run.summary.decodeSeconds : segment.seconds;
            }
            break;
        default:
            continue; // too short to be seen
        }
        segment.failed = isFailed && isInWork;
        segments.push_back(segment);
    }
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
