// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/wiring/canvas_presenter.h"

#include <QAction>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QSaveFile>
#include <QScopedValueRollback>
#include <QStandardPaths>

#include "app/studio/window/actions.h"
#include "app/studio/window/canvas/canvas_panel.h"
#include "app/studio/window/canvas/message_bar.h"
#include "app/studio/window/canvas/toast.h"
#include "app/studio/window/docks/live_page.h"
#include "app/studio/window/inspect/inspect_page.h"
#include "app/studio/window/wiring/shown_picture.h"
#include "app/studio/window/wiring/what_if_presenter.h"
#include "core/domain/overlay.h"
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
    using widgets::FramePlayer;
    m_views.canvas->setTransport(m_player);
    connect(&m_player, &FramePlayer::frameChanged, this, &CanvasPresenter::onFrame);
    connect(m_actions.play, &QAction::triggered, &m_player, &FramePlayer::toggle);
    connect(m_actions.frameBack, &QAction::triggered, this, [this] { m_player.stepBy(-1); });
    connect(m_actions.frameForward, &QAction::triggered, this, [this] { m_player.stepBy(1); });
    connect(m_actions.slower, &QAction::triggered, &m_player, &FramePlayer::slower);
    connect(m_actions.stopPlaying, &QAction::triggered, &m_player, &FramePlayer::pause);
    connect(m_actions.faster, &QAction::triggered, &m_player, &FramePlayer::faster);
    connect(m_actions.firstFrame, &QAction::triggered, &m_player, &FramePlayer::first);
    connect(m_actions.lastFrame, &QAction::triggered, &m_player, &FramePlayer::last);
    connect(m_actions.loop, &QAction::toggled, &m_player, &FramePlayer::setLoops);
    connect(&m_player, &FramePlayer::loopsChanged, m_actions.loop, &QAction::setChecked);
    connect(m_actions.saveFrame, &QAction::triggered, this, &CanvasPresenter::saveFrame);
    connect(m_actions.copyFrame, &QAction::triggered, this, &CanvasPresenter::copyFrame);
}

QImage CanvasPresenter::currentFrame() const
{
    return m_views.canvas->picture()->picture();
}

void CanvasPresenter::saveFrame()
{
    const QImage frame = currentFrame();
    if (frame.isNull())
        return;
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::PicturesLocation);
    const QString name = tr("frame-%1.png").arg(m_player.frame() + 1, 4, 10, QLatin1Char('0'));
    const QString path = QFileDialog::getSaveFileName(
        m_views.canvas, tr("Save the frame"), folder + QLatin1Char('/') + name, tr("PNG pictures (*.png)"));
    if (path.isEmpty())
        return;
    // Whole or not at all: the file takes its name when it is complete.
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && frame.save(&file, "PNG") && file.commit()) {
        m_views.canvas->toast()->tell(tr("Saved %1").arg(QFileInfo(path).fileName()), QString());
        return;
    }
    Message message;
    message.title = tr("The frame could not be saved");
    message.safe = tr("The clip is as it was. Choose another folder, or make room on the disk.");
    message.details = file.errorString();
    message.ways.push_back({tr("Save elsewhere"), [this] { saveFrame(); }});
    m_views.canvas->messages()->showMessage(message);
}

void CanvasPresenter::copyFrame()
{
    const QImage frame = currentFrame();
    if (frame.isNull())
        return;
    QGuiApplication::clipboard()->setImage(frame);
    m_views.canvas->toast()->tell(tr("Frame %1 copied").arg(m_player.frame() + 1), QString());
}

void CanvasPresenter::onShown(const RunPtr &run)
{
    m_player.pause();
    if (run) {
        m_player.setClip(frameCount(*run), run->fps);
        m_player.seek(run->frames ? 0 : m_player.count() - 1);
    }
    refreshLater();
}

void CanvasPresenter::onEnded(const RunPtr &run)
{
    if (run == m_session.shown() && run->frames) {
        m_player.setClip(frameCount(*run), run->fps);
        m_player.seek(0);
        if (run->state == RunState::Finished)
            m_player.play();
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
    if (latentFrameOfPixelFrame(m_player.frame()) != latent)
        m_player.seek(pixelFramesOfLatentFrame(latent).first);
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
    const int within = latentFrameOfPixelFrame(frame) - clips[std::size_t(clip)].firstFrame;
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
    facts.count = m_player.count();
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
    // Nothing is drawn over the plain picture.
    const bool isProbed = event && event->scores && m_views.canvas->mode() != CanvasMode::Picture;
    canvas->setProbeGrid(isProbed ? event->scores->score.shape : GridShape{});
    canvas->setFrame(place.frame);
    canvas->setHeatmap(map, m_views.inspect->mapLook());
    canvas->setMask(mask, widgets::MaskStyle::Hatch);
}

} // namespace faststar::studio
