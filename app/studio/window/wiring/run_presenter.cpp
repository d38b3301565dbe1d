// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/wiring/run_presenter.h"

#include <QAction>

#include <algorithm>
#include <utility>

#include "app/studio/session/last_request.h"
#include "app/studio/window/actions.h"
#include "app/studio/window/canvas/canvas_panel.h"
#include "app/studio/window/canvas/first_start.h"
#include "app/studio/window/canvas/message_bar.h"
#include "app/studio/window/canvas/toast.h"
#include "app/studio/window/parts/error_texts.h"
#include "app/studio/window/parts/labels.h"
#include "app/studio/window/prompt/prompt_panel.h"
#include "app/studio/window/wiring/run_words.h"

namespace faststar::studio
{

RunPresenter::RunPresenter(const StudioServices &services, StudioActions &actions, StudioViews &views,
                           QObject *parent)
    : QObject(parent), m_services(services), m_session(*services.session), m_actions(actions), m_views(views)
{
    m_later.setSingleShot(true);
    m_later.setInterval(0);
    connect(&m_later, &QTimer::timeout, this, &RunPresenter::refreshFooter);
    connectSession();
    connectViews();
    onStateChanged();
    onShown(m_session.shown());
    m_views.prompt->setPrompt(examplePrompts().constFirst());
    m_views.canvas->firstStart()->setChosenPrompt(examplePrompts().constFirst());
    refreshForecast();
    refreshFooter();
}

void RunPresenter::connectSession()
{
    connect(&m_session, &Session::stateChanged, this, &RunPresenter::onStateChanged);
    connect(&m_session, &Session::modelOpened, this, &RunPresenter::onModel);
    connect(&m_session, &Session::modelFailed, this, &RunPresenter::onModelFailed);
    connect(&m_session, &Session::modelOpening, this, [this] {
        m_toContinue.reset();
        m_views.canvas->messages()->dismiss();
    });
    connect(&m_session, &Session::modelWarned, this, [this](const QString &message) {
        warn(tr("The model was opened, with a remark"), warningOf(message), message);
    });
    connect(&m_session, &Session::runWarned, this, [this](const RunPtr &run, const QString &message) {
        warn(tr("A remark on %1").arg(runName(*run)), warningOf(message), message);
    });
    connect(&m_session, &Session::journalFailed, this, [this](const RunPtr &run, const Error &error) {
        warn(tr("The steps of %1 cannot be saved").arg(runName(*run)),
             tr("The run goes on and can be exported at its end, but not continued after a crash. "
                "Make room on the disk before the next one."),
             QString::fromStdString(error.detail));
    });
    connect(&m_session, &Session::shownChanged, this, &RunPresenter::onShown);
    connect(&m_session, &Session::runEnded, this, &RunPresenter::onRunEnded);
    connect(&m_session, &Session::progressed, this, &RunPresenter::refreshLater);
    connect(m_session.queue(), &RunQueue::changed, this, &RunPresenter::refreshLater);
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
    connect(m_actions.branch, &QAction::triggered, this, &RunPresenter::branch);
    connect(m_actions.continueRun, &QAction::triggered, this, [this] {
        if (const RunPtr run = m_session.shown())
            tell(m_session.continueRun(run));
    });
    connect(m_actions.reuseSettings, &QAction::triggered, this, [this] {
        if (const RunPtr run = m_session.shown())
            m_views.prompt->setRequest(run->request);
        refreshForecast();
    });
    connect(m_actions.reuseSeed, &QAction::triggered, this, [this] {
        const RunPtr run = m_session.shown();
        if (!run)
            return;
        GenerationRequest request = m_views.prompt->request();
        request.seed = run->request.seed;
        m_views.prompt->setRequest(request);
    });
}

void RunPresenter::generate(Turn turn)
{
    if (!m_views.prompt->errors().empty()) {
        m_views.prompt->focusFirstError();
        return;
    }
    GenerationRequest request = m_views.prompt->request();
    storeLastRequest(*m_services.settings, request); // with -1 where the seed is drawn
    request.seed = seedFor(request.seed);
    const Submission answer = m_session.generate(request, {}, turn);
    if (tell(answer) && answer.queued != 0)
        m_views.canvas->toast()->tell(tr("Added to the queue"), QString::fromStdString(request.prompt));
}

bool RunPresenter::tell(const Submission &answer) const
{
    if (answer.accepted()) {
        m_views.canvas->messages()->dismiss();
        return true;
    }
    Message message;
    message.title = headlineOf(answer.errors.front().code);
    message.safe = sentenceOf(answer.errors.front());
    m_views.canvas->messages()->showMessage(message);
    return false;
}

void RunPresenter::branch()
{
    const RunPtr run = m_session.shown();
    if (!run)
        return;
    // Everything of the panel but what the taken steps have decided.
    GenerationRequest request = m_views.prompt->request();
    request.seed = seedFor(request.seed);
    request.size = run->request.size;
    request.aspect = run->request.aspect;
    request.frames = run->request.frames;
    request.condition = run->request.condition;
    request.conditionPath = run->request.conditionPath;
    request.conditionLatentFrames = run->request.conditionLatentFrames;
    tell(m_session.branch(run, m_session.cursor()->step().scale, request));
}

void RunPresenter::onStateChanged()
{
    m_views.prompt->footer().setState(m_session.state());
    refreshForecast();
    refreshLater();
}

void RunPresenter::onModel(const ModelPtr &model)
{
    const bool isFirst = !m_views.prompt->model();
    m_views.prompt->setModel(model->config);
    // What was asked for last, as far as this model can do it.
    if (const auto last = isFirst ? lastRequest(*m_services.settings) : std::nullopt) {
        GenerationRequest checked = *last;
        checked.seed = std::max<std::int64_t>(checked.seed, 0);
        if (validate(checked, model->config).empty())
            m_views.prompt->setRequest(*last);
    }
    m_views.canvas->firstStart()->setSentence(
        tr("The model is ready. Press Generate, or start from one of these."));
    refreshForecast();
    refreshActions();
    if (const RunPtr run = std::exchange(m_toContinue, nullptr); run && run->modelHash == model->hash)
        tell(m_session.continueRun(run, Turn::First));
}

void RunPresenter::onModelFailed(const Error &error)
{
    if (error.code == ErrorCode::DeviceLost && m_lost) {
        tellLostDevice(error);
        return;
    }
    Message message;
    message.title = tr("The model cannot be opened");
    message.safe = tr("%1. Runs and settings are safe. Choose another folder, or the demo model.")
                       .arg(headlineOf(error.code));
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
    m_views.prompt->setUsedSeed(run ? std::optional(run->request.seed) : std::nullopt);
    refreshLater();
}

void RunPresenter::onRunEnded(const RunPtr &run)
{
    m_lost.reset();
    if (run->state == RunState::Failed && run->error && run->error->code == ErrorCode::DeviceLost)
        m_lost = run; // told when the session has let go of the model
    else if (run->state == RunState::Failed)
        tellFailure(run);
    refreshForecast();
    refreshLater();
}

void RunPresenter::tellFailure(const RunPtr &run)
{
    Message message;
    const Error error = run->error.value_or(Error{});
    message.title = headlineOf(error.code);
    message.details = QString::fromStdString(error.detail);
    const bool isSaved = run->stepsDone > 0 && !run->journal.empty();
    const bool isDecode = run->plan && run->stepsDone == run->plan->schedule.steps();
    if (isSaved && isDecode)
        message.safe =
            tr("The clip could not be decoded. All %1 steps are saved: nothing has to be generated again.")
                .arg(run->stepsDone);
    else if (isSaved)
        message.safe = tr("Steps that are saved and need not be generated again: %1.").arg(run->stepsDone);
    else if (run->stepsDone > 0)
        message.safe = tr("Earlier runs and the settings are safe.");
    else
        message.safe = tr("Nothing was lost: no step was done yet.");
    if (isSaved)
        message.ways.push_back({isDecode ? tr("Decode again") : tr("Continue the run"),
                                [this, run] { tell(m_session.continueRun(run)); }});
    else
        message.ways.push_back({tr("Try again"), [this, run] { tell(m_session.generate(run->request)); }});
    m_views.canvas->messages()->showMessage(message);
}

void RunPresenter::tellLostDevice(const Error &error)
{
    const RunPtr run = std::exchange(m_lost, nullptr);
    const std::string device = m_session.modelSettings().device;
    const bool isSaved = run->stepsDone > 0 && !run->journal.empty();
    Message message;
    message.title = headlineOf(error.code);
    message.safe = isSaved ? tr("Steps that are saved and need not be generated again: %1. The queue waits. "
                                "If the device does not come back, restart the studio.")
                                 .arg(run->stepsDone)
                           : tr("Earlier runs and the settings are safe. The queue waits. If the device does "
                                "not come back, restart the studio.");
    message.details = QString::fromStdString(error.detail);
    message.ways.push_back({isSaved ? tr("Open again and continue") : tr("Open the model again"),
                            [this, device, run] { reopen(device, run); }});
    if (device != "cpu")
        message.ways.push_back({isSaved ? tr("Continue on the processor") : tr("Use the processor"),
                                [this, run] { reopen("cpu", run); }});
    m_views.canvas->messages()->showMessage(message);
    m_views.canvas->firstStart()->setSentence(tr("No model is open."));
    refreshForecast();
}

void RunPresenter::reopen(const std::string &device, const RunPtr &run)
{
    LoadSettings settings = m_session.modelSettings();
    settings.device = device;
    m_session.openModel(settings);
    if (run->stepsDone > 0 && !run->journal.empty())
        m_toContinue = run;
}

// What failed, and what asks, stays in front.
void RunPresenter::warn(const QString &title, const QString &sentence, const QString &details) const
{
    if (m_views.canvas->messages()->isUrgent())
        return;
    Message message;
    message.kind = Message::Kind::Warning;
    message.title = title;
    message.safe = sentence;
    if (details != sentence)
        message.details = details;
    m_views.canvas->messages()->showMessage(message);
}

void RunPresenter::refreshLater()
{
    if (!m_later.isActive())
        m_later.start();
}

void RunPresenter::refreshActions()
{
    const Allowed allowed = m_session.allowed();
    const RunPtr run = m_session.shown();
    const bool isRight = m_views.prompt->model() && m_views.prompt->errors().empty();
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
    m_views.status->setWholeText(told ? statusOf(*told, m_session.state())
                                 : m_session.state() == SessionState::OpeningModel ? tr("Opening the model")
                                 : m_session.state() == SessionState::NoModel      ? tr("No model is open")
                                                                                   : tr("Ready"));
}

void RunPresenter::refreshForecast()
{
    auto &footer = m_views.prompt->footer();
    if (!m_views.prompt->model() || !m_session.allowed().generate) {
        footer.setForecast(m_session.state() == SessionState::NoModel ? tr("Open a model first")
                                                                      : tr("Opening the model"),
                           {}, false);
        return;
    }
    if (!m_views.prompt->errors().empty()) {
        footer.setForecast(tr("Correct this first: %1").arg(m_views.prompt->firstErrorLabel()), {}, true);
        return;
    }
    if (m_services.library == nullptr) // it knows what runs cost
        footer.setForecast({}, {}, false);
}

} // namespace faststar::studio
