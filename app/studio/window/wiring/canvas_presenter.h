// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QObject>
#include <QTimer>

#include "app/studio/session/session.h"
#include "app/studio/window/wiring/studio_views.h"
#include "widgets/player/frame_player.h"

namespace faststar::studio
{

class StudioActions;
class WhatIfPresenter;

// The picture of the shown run at the cursor: what is in the canvas, and the player that moves through
// its frames. The latent frame of the cursor and the pixel frame of the player lead each other.
class CanvasPresenter : public QObject
{
    Q_OBJECT

public:
    CanvasPresenter(Session &session, StudioActions &actions, StudioViews &views, WhatIfPresenter &whatIf,
                    QObject *parent);

    [[nodiscard]] widgets::FramePlayer &player() { return m_player; }

private:
    void connectPlayer();
    void onShown(const RunPtr &run);
    void onPlace(const RunPlace &place);
    void onFrame(int frame);
    void onEnded(const RunPtr &run);
    void refreshLater();
    void refresh();
    void refreshPicture(const RunPtr &run);
    void refreshOverlay(const RunPtr &run);
    void saveFrame();
    void copyFrame();
    [[nodiscard]] QImage currentFrame() const;

    Session &m_session;
    StudioActions &m_actions;
    StudioViews &m_views;
    WhatIfPresenter &m_whatIf;
    widgets::FramePlayer m_player;
    QTimer m_later;
    bool m_moving = false; // one of cursor and player moves the other
};

} // namespace faststar::studio
