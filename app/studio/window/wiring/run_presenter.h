// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>

#include "app/studio/session/session.h"
#include "app/studio/window/studio_services.h"
#include "app/studio/window/wiring/player.h"
#include "app/studio/window/wiring/studio_views.h"

namespace faststar::studio
{

class StudioActions;

// Between session and views: what the session tells is shown, what the user touches moves the one
// cursor. Paints at most once a turn of the event loop, however much is told.
class RunPresenter : public QObject
{
    Q_OBJECT

public:
    RunPresenter(const StudioServices &services, StudioActions &actions, StudioViews &views, QObject *parent);

    [[nodiscard]] Player &player() { return m_player; }
    // Asks the session for a run of what the panel says.
    void generate(Turn turn);

private:
    void connectSession();
    void connectViews();
    void connectPlayer();
    void onStateChanged();
    void onShown(const RunPtr &run);
    void onRunEnded(const RunPtr &run);
    void onStep(const RunPtr &run, const StepPtr &step);
    void onPlace(const RunPlace &place);
    void onFrame(int frame);
    void onModel(const ModelPtr &model);
    void onModelFailed(const Error &error);
    void tellFailure(const RunPtr &run);
    void refreshLater(unsigned what);
    void refresh();
    void refreshPicture();
    void refreshOverlay();
    void refreshActions();
    void refreshFooter();
    void refreshForecast();
    void refillFilm();
    [[nodiscard]] int clipLatent(const RunPlace &place) const;

    enum Stale : unsigned { Picture = 1, Step = 2, Footer = 4, All = 7 };

    StudioServices m_services;
    Session &m_session;
    StudioActions &m_actions;
    StudioViews &m_views;
    Player m_player;
    QTimer m_later;
    unsigned m_stale = 0;
    bool m_moving = false; // the cursor moves the player, or the other way round
};

} // namespace faststar::studio
