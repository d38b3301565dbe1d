// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>

#include "app/studio/session/session.h"
#include "app/studio/window/wiring/studio_views.h"

namespace faststar::studio
{

class StudioActions;
class WhatIfPresenter;

// The views of steps: film strip, live step, timeline, and the maps of the workspace Inspect. All show
// the shown run, and all move the one cursor.
class StepPresenter : public QObject
{
    Q_OBJECT

public:
    StepPresenter(Session &session, StudioActions &actions, StudioViews &views, WhatIfPresenter &whatIf,
                  QObject *parent);

private:
    void connectViews();
    void onShown(const RunPtr &run);
    void onStep(const RunPtr &run, const StepPtr &step);
    void fillFilm(const RunPtr &run);
    void fillTimeline(const RunPtr &run);
    void refreshLater();
    void refresh();
    void refreshSegments(const RunPtr &run) const;

    Session &m_session;
    StudioActions &m_actions;
    StudioViews &m_views;
    WhatIfPresenter &m_whatIf;
    QTimer m_later;
};

} // namespace faststar::studio
