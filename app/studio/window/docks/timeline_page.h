// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include <vector>

#include "app/studio/session/run_record.h"
#include "widgets/look/style.h"
#include "widgets/timeline/progress_segments.h"
#include "widgets/timeline/timeline_view.h"

class QLabel;

namespace faststar::studio
{

// The parts of a run as one bar, and a bar a step below it.
class TimelinePage : public QWidget
{
    Q_OBJECT

public:
    explicit TimelinePage(widgets::Appearance &appearance, QWidget *parent = nullptr);

    [[nodiscard]] widgets::TimelineView *view() { return m_view; }
    [[nodiscard]] widgets::ProgressSegments *segments() { return m_segments; }
    // "38 of 43 steps", for the dock's title.
    [[nodiscard]] QLabel *remark() { return m_remark; }
    void setRemark(const QString &remark);

private:
    widgets::ProgressSegments *m_segments;
    widgets::TimelineView *m_view;
    QLabel *m_remark;
};

// Every step of a run; those to come as long as the ones so far let expect.
[[nodiscard]] std::vector<widgets::TimelineStep> timelineOf(const RunRecord &run);
[[nodiscard]] std::vector<widgets::ProgressSegment> segmentsOf(const RunRecord &run);
[[nodiscard]] QString stepsText(const RunRecord &run);

} // namespace faststar::studio
