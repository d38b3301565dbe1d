// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/wiring/canvas_presenter.h"

#include <QAction>
#include <QScopedValueRollback>

#include "app/studio/window/actions.h"
#include "app/studio/window/canvas/canvas_panel.h"
#include "app/studio/window/docks/live_page.h"
#include "app/studio/window/inspect/inspect_page.h"
#include "app/studio/window/wiring/shown_picture.h"
#include "app/studio/window/wiring/what_if_presenter.h"
#include "widgets/canvas/picture_canvas.h"

namespace faststar::studio
{

CanvasPresenter::CanvasPresenter(Session &session, StudioActions &actions, StudioViews &views,
                                 WhatIfPresenter &whatIf, QObject *parent)
    : QObject(parent), m_session(session), m_actions(actions), m_views(views), m_whatIf(whatIf),
      m_player(this)
{
    m_later.setSingleShot(true);
    m_later.setInterval(0);
    connect(&m_later, &QTimer::timeout, this, &CanvasPresenter::refresh);
    connect(&m_session, &Session::shownChanged, this, &CanvasPresenter::onShown);
    connect(&m_session, &Session::runEnded, this, &CanvasPresenter::onEnded);
    connect(&m_session, &Session::runPlanned, this, &CanvasPresenter::refreshLater);
    connect(&m_session, &Session::stepFinished, this, &CanvasPresenter::refreshLater);
    connect(&m_session, &Session::frameDecoded, this, &CanvasPresenter::refreshLater);
    connect(m_session.cursor(), &RunCursor::placeChanged, this, &CanvasPresenter::onPlace);
    connect(&m_whatIf, &WhatIfPresenter::changed, this, &CanvasPresenter::refreshLater);
    connect(m_views.canvas, &CanvasPanel::modeChanged, this, &CanvasPresenter::refreshLater);
    connect(m_views.canvas->picture(), &widgets::PictureCanvas::scaleRequested, this,
            [this](int by) { m_session.cursor()->move(by, 0); });
    connectPlayer();
    onShown(m_session.shown());
}

void CanvasPresenter::connectPlayer()
{
    connect(&m_player, &Player::frameChanged, this, &CanvasPresenter::onFrame);
    connect(m_actions.play, &QAction::triggered, &m_player, &Player::toggle);
    connect(m_actions.frameBack, &QAction::triggered, this, [this] { m_player.step(-1); });
    connect(m_actions.frameForward, &QAction::triggered, this, [this] { m_player.step(1); });
    connect(m_actions.slower, &QAction::triggered, &m_player, &Player::slower);
    connect(m_actions.stopPlaying, &QAction::triggered, this, [this] { m_player.play(false); });
    connect(m_actions.faster, &QAction::triggered, &m_player, &Player::faster);
    connect(m_actions.firstFrame, &QAction::triggered, this, [this] { m_player.setFrame(0); });
    connect(m_actions.lastFrame, &QAction::triggered, this,
            [this] { m_player.setFrame(m_player.frames() - 1); });
    connect(m_actions.loop, &QAction::toggled, &m_player, &Player::setLooping);
    connect(&m_player, &Player::loopingChanged, m_actions.loop, &QAction::setChecked);
}

void CanvasPresenter::onShown(const RunPtr &run)
{
    m_player.play(false);
    if (run) {
        m_player.setClip(frameCount(*run), run->fps);
        m_player.setFrame(run->frames ? 0 : m_player.frames() - 1);
    }
    refreshLater();
}

void CanvasPresenter::onEnded(const RunPtr &run)
{
    if (run == m_session.shown() && run->frames) {
        m_player.setClip(frameCount(*run), run->fps);
        m_player.setFrame(0);
        if (run->state == RunState::Finished)
            m_player.play(true);
    }
    refreshLater();
}

void CanvasPresenter::onPlace(const RunPlace &place)
{
    refreshLater();
    if (m_moving || m_player.isPlaying())
        return;
    const QScopedValueRollback<bool> moving(m_moving, true);
    // A pixel frame of the latent frame that the cursor names; stays where it is one already.
    const auto &clips = m_session.cursor()->schedule().clips;
    if (std::size_t(place.clip) >= clips.size())
        return;
    const int latent = clips[std::size_t(place.clip)].firstFrame + place.frame;
    if (latentOfFrame(m_player.frame()) != latent)
        m_player.setFrame(firstFrameOfLatent(latent));
}

void CanvasPresenter::onFrame(int frame)
{
    refreshLater();
    if (m_moving)
        return;
    const QScopedValueRollback<bool> moving(m_moving, true);
    const auto &clips = m_session.cursor()->schedule().clips;
    const int clip = m_session.cursor()->place().clip;
    if (std::size_t(clip) >= clips.size())
        return;
    const int within = latentOfFrame(frame) - clips[std::size_t(clip)].firstFrame;
    if (within >= 0 && within < clips[std::size_t(clip)].latentFrames)
        m_session.cursor()->setFrame(within);
}

void CanvasPresenter::refreshLater()
{
    if (!m_later.isActive())
        m_later.start();
}

void CanvasPresenter::refresh()
{
    const RunPtr run = m_session.shown();
    m_views.canvas->showFirstStart(!run);
    if (!run) {
        m_views.canvas->picture()->clearPicture();
        m_views.canvas->setPictureWords({}, "accent");
        m_views.canvas->setRunTools(false);
        return;
    }
    m_player.setClip(frameCount(*run), run->fps);
    refreshPicture(run);
    refreshOverlay(run);
    m_views.canvas->setRunTools(run->frames != nullptr);
}

void CanvasPresenter::refreshPicture(const RunPtr &run)
{
    auto *canvas = m_views.canvas->picture();
    if (run->plan)
        canvas->setPictureSize(QSize(run->plan->schedule.pixelWidth(), run->plan->schedule.pixelHeight()));
    const ShownPicture shown = pictureAt(*run, m_session.cursor()->place(), m_player.frame());
    const Image *image = shown.image();
    if (image == nullptr) {
        canvas->clearPicture();
        m_views.canvas->setPictureWords(isOver(run->state) ? QString() : tr("No picture yet"), "accent");
        return;
    }
    widgets::PictureFacts facts;
    facts.kind = shown.isDecoded ? widgets::PictureKind::Decoded : widgets::PictureKind::Preview;
    facts.scale = shown.scale;
    facts.number = m_player.frame() + 1;
    facts.count = m_player.frames();
    canvas->setPicture(*image, facts);
    const bool isLeft = isOver(run->state) && !shown.isDecoded && !run->frames;
    m_views.canvas->setPictureWords(isLeft ? tr("Preview, not decoded") : canvas->pictureLabel(),
                                    isLeft ? "warn" : "accent");
    m_views.live->setPicture(canvas->picture());
    m_views.inspect->setPicture(canvas->picture());
}

void CanvasPresenter::refreshOverlay(const RunPtr &run)
{
    const RunPlace place = m_session.cursor()->place();
    auto *canvas = m_views.canvas->picture();
    const auto event = run->plan ? run->step(stepAt(place, run->plan->schedule).step) : nullptr;
    std::shared_ptr<const ScoreGrid> map;
    std::shared_ptr<const MaskGrid> mask;
    if (event && event->scores && m_views.canvas->mode() == CanvasMode::Heatmap) {
        const auto &scores = event->scores;
        switch (m_views.canvas->score()) {
        case 0:
            map = widgets::distanceOf(scores->spatialSimilarity);
            break;
        case 1:
            map = widgets::distanceOf(scores->temporalSimilarity);
            break;
        default:
            map = std::shared_ptr<const ScoreGrid>(scores, &scores->score);
        }
    }
    if (event && m_views.canvas->mode() == CanvasMode::Mask)
        mask = m_whatIf.maskOf(*event);
    canvas->setProbeGrid(event && event->pruned ? event->shape : GridShape{});
    canvas->setFrame(place.frame);
    canvas->setHeatmap(map, m_views.inspect->mapLook());
    canvas->setMask(mask, widgets::MaskStyle::Hatch);
}

} // namespace faststar::studio
