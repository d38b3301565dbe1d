// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>

#include <optional>

#include "app/studio/session/session.h"
#include "app/studio/window/wiring/studio_views.h"
#include "core/domain/what_if.h"
#include "widgets/probed_view.h"

namespace faststar::studio
{

class WhatIfPresenter;

// The one probe: a position of the score maps that every map marks, and that the probe page tells about.
// Hovering shows a position for the moment, a click or the arrow keys keep it.
class ProbePresenter : public QObject
{
    Q_OBJECT

public:
    ProbePresenter(Session &session, StudioViews &views, WhatIfPresenter &whatIf, QObject *parent);

    [[nodiscard]] const std::optional<widgets::MapPlace> &kept() const { return m_kept; }

private:
    template <typename View> void listen(View *view);
    void hover(const std::optional<widgets::MapPlace> &place);
    void pick(const widgets::MapPlace &place);
    void refreshLater();
    void refresh();
    void showFacts(const RunPtr &run, const StepPtr &event);
    void showScores(const RunPtr &run, const StepPtr &event);

    Session &m_session;
    StudioViews &m_views;
    WhatIfPresenter &m_whatIf;
    std::optional<widgets::MapPlace> m_kept;
    std::optional<widgets::MapPlace> m_hovered;
    StepPtr m_shownStep; // whose scores the plots have
    std::shared_ptr<const StepChoice> m_shownChoice;
    int m_shownScore = -1;
    QTimer m_later;
};

} // namespace faststar::studio
