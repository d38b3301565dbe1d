// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/wiring/run_presenter.h"

#include <QAction>
#include <QLabel>
#include <QScopedValueRollback>
#include <QWidget>

#include "app/studio/window/actions.h"
#include "app/studio/window/canvas/canvas_panel.h"
#include "app/studio/window/canvas/first_start.h"
#include "app/studio/window/canvas/message_bar.h"
#include "app/studio/window/canvas/toast.h"
#include "app/studio/window/docks/live_page.h"
#include "app/studio/window/parts/error_texts.h"
#include "app/studio/window/prompt/prompt_panel.h"
#include "app/studio/window/wiring/run_words.h"
#include "app/studio/window/wiring/shown_picture.h"
#include "core/domain/reduction_plan.h"
#include "widgets/canvas/picture_canvas.h"
#include "widgets/film/film_strip.h"

namespace faststar::studio
{

RunPresenter::RunPresenter(const StudioServices &services, StudioActions &actions, StudioViews &views,
                           QObject *parent)
    : QObject(parent), m_services(services), m_session(*services.session), m_actions(actions), m_views(views),
      m_player(this)
{
    m_later.setSingleShot(true);
    m_later.setInterval(0);
    connect(&m_later, &QTimer::timeout, this, &RunPresenter::refresh);
    connectSession();
    connectViews();
    connectPlayer();
    onStateChanged();
    onShown(m_session.shown());
}

void RunPresenter::connectSession()
{
    connect(&m_session, &Session::stateChanged, this, &RunPresenter::onStateChanged);
    connect(&m_session, &Session::modelOpened, this, &RunPresenter::onModel);
    connect(&m_session, &Session::modelFailed, this, &RunPresenter::onModelFailed);
    connect(&m_session, &Session::shownChanged, this, &RunPresenter::onShown);
    connect(&m_session, &Session::stepFinished, this, &RunPresenter::onStep);
    connect(&m_session, &Session::runEnded, this, &RunPresenter::onRunEnded);
    connect(&m_session, &Session::runPlanned, this, [this](const RunPtr &run) {
        if (run == m_session.shown())
            refillFilm();
        refreshLater(All);
    });
    connect(&m_session, &Session::progressed, this, [this] { refreshLater(Footer); });
    connect(&m_session, &Session::frameDecoded, this, [this](const RunPtr &run) {
        if (run == m_session.shown())
            refreshLater(Picture);
    });
    connect(m_session.cursor(), &RunCursor::placeChanged, this, &RunPresenter::onPlace);
    connect(m_session.cursor(), &RunCursor::followingChanged, this, [this](bool following) {
        m_actions.follow->setChecked(following);
        if (m_views.film != nullptr)
            m_views.film->setFollowing(following);
    });
    connect(m_session.queue(), &RunQueue::changed, this, [this] { refreshLater(Footer); });
}

void RunPresenter::connectViews()
{
    connect(m_actions.generate, &QAction::triggered, this, [this] { generate(Turn::Last); });
    connect(m_actions.generateNext, &QAction::triggered, this, [this] { generate(Turn::First); });
    connect(m_actions.pause, &QAction::triggered, this, [this] {
        if (m_session.allowed().resume)
            m_session.resume();
        else
            m_session.pause();
    });
    connect(m_actions.stopAndKeep, &QAction::triggered, &m_session, &Session::stopAndKeep);
    connect(m_actions.cancel, &QAction::triggered, &m_session, &Session::cancel);
    connect(m_actions.decodeNow, &QAction::triggered, &m_session, &Session::decodeNow);
    connect(m_actions.follow, &QAction::triggered, m_session.cursor(), &RunCursor::setFollowing);
    connect(m_views.canvas, &CanvasPanel::modeChanged, this, [this] { refreshLater(Picture); });
    connect(m_views.canvas->firstStart(), &FirstStart::promptChosen, this, [this](const QString &prompt) {
        m_views.prompt->setPrompt(prompt);
        m_views.prompt->focusPrompt();
    });
    connect(m_views.prompt, &PromptPanel::edited, this, [this] {
        m_views.canvas->firstStart()->setChosenPrompt(
            QString::fromStdString(m_views.prompt->request().prompt));
        refreshForecast();
        refreshActions();
    });
    if (m_views.film != nullptr) {
        connect(m_views.film, &widgets::FilmStrip::cursorMoved, this,
                [this](int clip, int scale, int repetition, int frame) {
                    m_session.cursor()->setPlace({clip, scale, repetition, frame});
                });
        connect(m_views.film, &widgets::FilmStrip::followingChanged, m_session.cursor(),
                &RunCursor::setFollowing);
    }
    connect(m_views.canvas->picture(), &widgets::PictureCanvas::scaleRequested, this,
            [this](int by) { m_session.cursor()->move(by, 0); });
}

void RunPresenter::connectPlayer()
{
    connect(&m_player, &Player::frameChanged, this, &RunPresenter::onFrame);
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
}

void RunPresenter::generate(Turn turn)
{
    if (!m_views.prompt->errors().empty()) {
        m_views.prompt->focusFirstError();
        return;
    }
    GenerationRequest request = m_views.prompt->request();
    request.seed = seedFor(request.seed);
    const Submission answer = m_session.generate(request, {}, turn);
    if (!answer.accepted()) {
        Message message;
        message.title = headlineOf(answer.errors.front().code);
        message.safe = sentenceOf(answer.errors.front());
        m_views.canvas->messages()->showMessage(message);
        return;
    }
    m_views.canvas->messages()->dismiss();
    if (answer.queued != 0)
        m_views.canvas->toast()->tell(tr("Added to the queue"), QString::fromStdString(request.prompt));
}

void RunPresenter::onStateChanged()
{
    m_views.prompt->footer().setState(m_session.state());
    refreshLater(Footer);
    refreshActions();
}

void RunPresenter::onModel(const ModelPtr &model)
{
    m_views.prompt->setModel(model->config);
    m_views.canvas->messages()->dismiss();
    if (m_views.prompt->request().prompt.empty() && !m_session.shown()) {
        m_views.prompt->setPrompt(examplePrompts().constFirst());
        m_views.canvas->firstStart()->setChosenPrompt(examplePrompts().constFirst());
    }
    m_views.canvas->firstStart()->setSentence(
        tr("The model is ready. Press Generate, or start from one of these."));
    refreshForecast();
    refreshActions();
}

void RunPresenter::onModelFailed(const Error &error)
{
    Message message;
    message.title = headlineOf(error.code);
    message.safe = tr("Runs and settings are safe. Choose another folder, or the demo model.");
    message.details = QString::fromStdString(error.detail);
    message.ways.push_back({tr("Open another model"), [this] { m_actions.openModel->trigger(); }});
    if (m_actions.demoModel->isEnabled())
        message.ways.push_back({tr("Demo model"), [this] { m_actions.demoModel->trigger(); }});
    m_views.canvas->messages()->showMessage(message);
    m_views.canvas->firstStart()->setSentence(tr("No model is open."));
    refreshForecast();
}

void RunPresenter::onShown(const RunPtr &run)
{
    m_views.canvas->showFirstStart(!run);
    if (run) {
        m_player.setClip(frameCount(*run), run->fps);
        const bool isDone = run->frames != nullptr;
        m_player.setFrame(isDone ? 0 : m_player.frames() - 1);
        m_views.prompt->setUsedSeed(run->request.seed);
    } else {
        m_views.prompt->setUsedSeed(std::nullopt);
        m_views.live->clear();
    }
    refillFilm();
    refreshLater(All);
}

void RunPresenter::refillFilm()
{
    auto *film = m_views.film;
    if (film == nullptr)
        return;
    const RunPtr run = m_session.shown();
    if (!run || !run->plan) {
        film->setSchedule(nullptr);
        return;
    }
    film->setSchedule(std::shared_ptr<const Schedule>(run->plan, &run->plan->schedule));
    const auto &schedule = run->plan->schedule;
    for (const Scale &scale : schedule.scales) {
        widgets::FilmScale facts;
        facts.tokens = scale.shape.tokens();
        if (std::size_t(scale.firstStep) < run->plan->keptTokens.size())
            facts.kept = run->plan->keptTokens[std::size_t(scale.firstStep)];
        film->setScale(scale.index, facts);
    }
    for (const StepPtr &step : run->steps) {
        if (step)
            film->takeStep(*step);
    }
    film->setFollowing(m_session.cursor()->isFollowing());
    film->setCursor(m_session.cursor()->place());
}

void RunPresenter::onStep(const RunPtr &run, const StepPtr &step)
{
    if (run != m_session.shown())
        return;
    if (m_views.film != nullptr)
        m_views.film->takeStep(*step);
    refreshLater(All);
}

void RunPresenter::onRunEnded(const RunPtr &run)
{
    if (run == m_session.shown()) {
        if (run->frames) {
            m_player.setClip(frameCount(*run), run->fps);
            m_player.setFrame(0);
            if (run->state == RunState::Finished)
                m_player.play(true);
        }
        refreshLater(All);
    }
    if (run->state == RunState::Failed)
        tellFailure(run);
    refreshActions();
    refreshForecast();
}

void RunPresenter::tellFailure(const RunPtr &run)
{
    Message message;
    const Error error = run->error.value_or(Error{});
    message.title = headlineOf(error.code);
    message.safe = run->stepsDone > 0
                       ? tr("Steps that are saved and need not be generated again: %1.").arg(run->stepsDone)
                       : tr("Nothing was lost: no step was done yet.");
    message.details = QString::fromStdString(error.detail);
    if (run->stepsDone > 0 && !run->journal.empty())
        message.ways.push_back({tr("Continue the run"), [this, run] { m_session.continueRun(run); }});
    else
        message.ways.push_back({tr("Try again"), [this, run] { m_session.generate(run->request); }});
    m_views.canvas->messages()->showMessage(message);
}

int RunPresenter::clipLatent(const RunPlace &place) const
{
    const auto &clips = m_session.cursor()->schedule().clips;
    return std::size_t(place.clip) < clips.size() ? clips[std::size_t(place.clip)].firstFrame + place.frame
                                                  : place.frame;
}

void RunPresenter::onPlace(const RunPlace &place)
{
    if (m_views.film != nullptr)
        m_views.film->setCursor(place);
    refreshLater(All);
    if (m_moving || m_player.isPlaying())
        return;
    const QScopedValueRollback<bool> moving(m_moving, true);
    // A pixel frame of the latent frame that the cursor names; stays where it is one already.
    const int latent = clipLatent(place);
    if (latentOfFrame(m_player.frame()) != latent)
        m_player.setFrame(firstFrameOfLatent(latent));
}

void RunPresenter::onFrame(int frame)
{
    refreshLater(Picture);
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

void RunPresenter::refreshLater(unsigned what)
{
    m_stale |= what;
    if (!m_later.isActive())
        m_later.start();
}

void RunPresenter::refresh()
{
    const unsigned stale = std::exchange(m_stale, 0U);
    if (stale & (Picture | Step))
        refreshPicture();
    if (stale & Step) {
        if (const RunPtr run = m_session.shown())
            m_views.live->showStep(*run, m_session.cursor()->place());
    }
    if (stale & Footer)
        refreshFooter();
}

void RunPresenter::refreshPicture()
{
    const RunPtr run = m_session.shown();
    auto *canvas = m_views.canvas->picture();
    if (!run) {
        canvas->clearPicture();
        m_views.canvas->setPictureWords({}, "accent");
        m_views.canvas->setRunTools(false);
        return;
    }
    m_player.setClip(frameCount(*run), run->fps);
    if (run->plan)
        canvas->setPictureSize(QSize(run->plan->schedule.pixelWidth(), run->plan->schedule.pixelHeight()));
    const ShownPicture shown = pictureAt(*run, m_session.cursor()->place(), m_player.frame());
    const Image *image = shown.image();
    if (image == nullptr) {
        canvas->clearPicture();
        m_views.canvas->setPictureWords(isOver(run->state) ? QString() : tr("No picture yet"), "accent");
    } else {
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
    }
    refreshOverlay();
    m_views.canvas->setRunTools(run->frames != nullptr);
}

void RunPresenter::refreshOverlay()
{
    const RunPtr run = m_session.shown();
    const RunPlace place = m_session.cursor()->place();
    auto *canvas = m_views.canvas->picture();
    const auto event = run && run->plan ? run->step(stepAt(place, run->plan->schedule).step) : nullptr;
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
        mask = tokenMaskOf(*event);
    canvas->setFrame(place.frame);
    canvas->setHeatmap(map, {});
    canvas->setMask(mask, widgets::MaskStyle::Hatch);
}

void RunPresenter::refreshActions()
{
    const Allowed allowed = m_session.allowed();
    const RunPtr run = m_session.shown();
    const bool isRight = m_views.prompt->errors().empty();
    m_actions.generate->setEnabled(allowed.generate && isRight);
    m_actions.generateNext->setEnabled(allowed.generate && isRight);
    m_actions.pause->setEnabled(allowed.pause || allowed.resume);
    m_actions.pause->setText(allowed.resume ? tr("&Resume") : tr("&Pause"));
    m_actions.pause->setIconText(allowed.resume ? tr("Resume") : tr("Pause"));
    m_actions.stopAndKeep->setEnabled(allowed.stopAndKeep);
    m_actions.cancel->setEnabled(allowed.cancel);
    m_actions.decodeNow->setEnabled(allowed.decodeNow && !m_session.isDecodePending());
    const bool hasFrames = run && run->frames;
    m_actions.exportClip->setEnabled(hasFrames);
    m_actions.saveFrame->setEnabled(run != nullptr);
    m_actions.copyFrame->setEnabled(run != nullptr);
    m_actions.reuseSettings->setEnabled(run != nullptr);
    m_actions.reuseSeed->setEnabled(run != nullptr);
    m_actions.branch->setEnabled(hasFrames && allowed.generate && isRight);
    m_actions.continueRun->setEnabled(run && allowed.generate && !run->journal.empty() &&
                                      (run->state == RunState::Kept || run->state == RunState::Failed ||
                                       run->state == RunState::Interrupted));
}

void RunPresenter::refreshFooter()
{
    refreshActions();
    const RunPtr active = m_session.active();
    FooterProgress progress;
    progress.waiting = m_session.queue()->rowCount();
    if (active) {
        const RunProgress run = progressOf(*active);
        progress.done = run.done;
        progress.secondsLeft = run.secondsLeft;
    }
    m_views.prompt->footer().setProgress(progress);
    const RunPtr told = active ? active : m_session.shown();
    m_views.status->setText(told ? statusOf(*told, m_session.state())
                            : m_session.state() == SessionState::OpeningModel ? tr("Opening the model")
                            : m_session.state() == SessionState::NoModel      ? tr("No model is open")
                                                                              : tr("Ready"));
}

void RunPresenter::refreshForecast()
{
    auto &footer = m_views.prompt->footer();
    if (!m_views.prompt->model()) {
        footer.setForecast(m_session.state() == SessionState::NoModel ? tr("Open a model first")
                                                                      : tr("Opening the model"),
                           {}, false);
        return;
    }
    if (!m_views.prompt->errors().empty()) {
        footer.setForecast(tr("Correct this first: %1").arg(m_views.prompt->firstErrorLabel()), {}, true);
        return;
    }
    footer.setForecast({}, {}, false);
}

} // namespace faststar::studio
