// SPDX-License-Identifier: Apache-2.0
#include "app/studio/session/session.h"

#include <algorithm>

#include <QDateTime>
#include <QRandomGenerator>

#include "app/studio/session/run_files.h"

namespace faststar::studio
{

namespace
{

// After these the next run of the queue would fail the same way.
bool endsQueue(ErrorCode code)
{
    return code == ErrorCode::DeviceLost || code == ErrorCode::WriteFailed;
}

} // namespace

std::int64_t seedFor(std::int64_t wanted)
{
    return wanted >= 0 ? wanted : std::int64_t(QRandomGenerator::global()->generate());
}

Session::Session(SessionPorts ports, QObject *parent)
    : QObject(parent), m_ports(std::move(ports)),
      m_mailbox([this] { QMetaObject::invokeMethod(this, "wakeUp", Qt::QueuedConnection); }),
      m_worker(m_ports.makePipeline, m_mailbox)
{
    m_mailTimer.setSingleShot(true);
    m_mailTimer.setTimerType(Qt::PreciseTimer);
    connect(&m_mailTimer, &QTimer::timeout, this, &Session::collect);
    connect(&m_queue, &RunQueue::heldChanged, this, [this] { startNext(); });
    connect(
        &m_queue, &RunQueue::changed, this, [this] { startNext(); }, Qt::QueuedConnection);
    m_sinceMail.start();
}

Session::~Session() = default;

// --- commands -----------------------------------------------------------------------------------

void Session::openModel(const LoadSettings &settings)
{
    m_loadStop.request_stop();
    if (m_active)
        endActive(RunState::Interrupted);
    m_loadStop = {};
    m_loadSettings = settings;
    m_model.reset();
    m_modelError.reset();
    setState(SessionState::OpeningModel);
    Q_EMIT modelOpening(QString::fromStdString(settings.modelPath));
    m_worker.openModel({++m_load, settings, m_loadStop.get_token()});
}

Submission Session::generate(const GenerationRequest &request, const Frames &condition, Turn turn)
{
    QueueEntry entry;
    entry.request = request;
    entry.condition = condition;
    return submit(std::move(entry), turn);
}

Submission Session::branch(const RunPtr &source, int scale, const GenerationRequest &request, Turn turn)
{
    QueueEntry entry;
    entry.request = request;
    entry.origin = RunOrigin{source->number, source->journal, scale};
    entry.originHash = source->modelHash;
    // From memory where every step that is needed is there; the journal has them all.
    for (const StepPtr &step : source->steps) {
        if (!step || !step->record || step->index.scale >= scale)
            break;
        entry.history.push_back(step->record);
    }
    if (!entry.history.empty() && source->plan) {
        const auto &scales = source->plan->schedule.scales;
        const bool whole = scale >= 0 && scale < int(scales.size()) &&
                           int(entry.history.size()) == scales[std::size_t(scale)].firstStep;
        if (!whole)
            entry.history.clear();
    }
    if (entry.history.empty() && scale > 0 && source->journal.empty())
        return {{{"branch", ErrorCode::NotFound, "the run has no journal to branch from"}}, {}, 0};
    return submit(std::move(entry), turn);
}

Submission Session::continueRun(const RunPtr &source, Turn turn)
{
    if (source->journal.empty() && source->stepsDone > 0)
        return {{{"continue", ErrorCode::NotFound, "the run has no journal to continue from"}}, {}, 0};
    QueueEntry entry;
    entry.request = source->request;
    if (source->stepsDone > 0) {
        entry.origin = RunOrigin{source->number, source->journal, std::nullopt};
        entry.originHash = source->modelHash;
    }
    return submit(std::move(entry), turn);
}

Submission Session::submit(QueueEntry entry, Turn turn)
{
    Submission answer;
    if (!allowed().generate) {
        answer.errors.push_back({"model", ErrorCode::NotFound, "no model is open"});
        return answer;
    }
    if (m_model)
        answer.errors = validate(entry.request, m_model->config);
    if (!answer.errors.empty())
        return answer;
    if (m_state == SessionState::Ready && (m_queue.isEmpty() || turn == Turn::First || m_queue.isHeld())) {
        answer.started = start(std::move(entry));
        show(answer.started);
        Q_EMIT asked(answer.started);
        return answer;
    }
    answer.queued =
        turn == Turn::First ? m_queue.prepend(std::move(entry)) : m_queue.append(std::move(entry));
    return answer;
}

void Session::pause()
{
    if (!allowed().pause)
        return;
    m_control->pause();
    setPauseState();
}

void Session::resume()
{
    if (!allowed().resume)
        return;
    m_control->resume();
    setPauseState();
}

void Session::stopAndKeep()
{
    if (!allowed().stopAndKeep)
        return;
    m_control->stopAndKeep();
    setState(SessionState::Stopping);
}

void Session::cancel()
{
    if (!allowed().cancel)
        return;
    m_control->cancel();
    setState(SessionState::Cancelling);
}

void Session::decodeNow()
{
    if (!allowed().decodeNow || m_decodePending)
        return;
    m_decodePending = true;
    m_control->requestDecode();
    Q_EMIT progressed(m_active);
}

void Session::show(const RunPtr &run)
{
    if (m_shown == run)
        return;
    m_shown = run;
    if (run && run->plan)
        m_cursor.setRun(run->plan->schedule, run->stepsDone);
    else
        m_cursor.setRun({}, 0);
    Q_EMIT shownChanged(run);
}

void Session::setStored(const RunPtr &run, std::int64_t number, const std::filesystem::path &clip,
                        double writeSeconds)
{
    // Records are made by this class as plain objects; only the views see them as constant.
    auto &record = *std::const_pointer_cast<RunRecord>(run);
    if (number > 0)
        record.number = number;
    if (!clip.empty())
        record.clip = clip;
    if (writeSeconds > 0.0)
        record.writeSeconds = writeSeconds;
    Q_EMIT runStored(run);
}

void Session::setForecast(const RunPtr &run, const Forecast &forecast)
{
    std::const_pointer_cast<RunRecord>(run)->forecast = forecast;
}

bool Session::shutDown(std::chrono::milliseconds patience)
{
    m_loadStop.request_stop();
    m_queue.setHeld(true);
    m_closing = true;
    const bool ended = m_worker.shutDown(patience);
    collect();
    if (m_active)
        endActive(RunState::Interrupted);
    m_model.reset();
    ++m_load; // nothing that still comes is of interest
    setState(SessionState::NoModel);
    return ended;
}

// --- runs ---------------------------------------------------------------------------------------

RunPtr Session::start(QueueEntry entry)
{
    auto record = std::make_shared<RunRecord>();
    record->id = ++m_lastRun;
    record->request = entry.request;
    record->origin = entry.origin;
    record->model = m_model;
    record->modelName = m_model->config.name;
    record->modelHash = m_model->hash;
    record->device = m_model->device;
    record->fps = m_model->config.schedule.fps;
    record->startedAt = QDateTime::currentSecsSinceEpoch();
    if (m_ports.newRunFolder) {
        if (const auto folder = m_ports.newRunFolder()) {
            record->folder = *folder;
            record->journal = *folder / kJournalFile;
        }
    }
    m_active = record;
    m_control = std::make_shared<RunControl>();
    m_workerPaused = false;
    m_decodePending = false;
    const bool follows = !m_shown || m_shown == m_latest;
    m_latest = record;

    RunJob job;
    job.id = record->id;
    job.input = {
        std::move(entry.request), entry.condition, std::move(entry.history), m_ports.previewEvery, {}};
    job.origin = std::move(entry.origin);
    job.originHash = std::move(entry.originHash);
    job.modelHash = record->modelHash;
    job.journal = record->journal;
    job.control = m_control;
    setState(SessionState::Running);
    Q_EMIT runStarted(record);
    if (follows)
        show(record);
    m_worker.run(std::move(job));
    return record;
}

void Session::startNext()
{
    while (m_state == SessionState::Ready && !m_queue.isHeld() && !m_queue.isEmpty()) {
        QueueEntry entry = m_queue.entries().front();
        auto errors = validate(entry.request, m_model->config);
        if (errors.empty()) {
            // Stored as a run before it leaves the stored queue: a crash between the two loses nothing.
            start(std::move(entry));
            static_cast<void>(m_queue.takeFirst());
            return;
        }
        // It was put in for another model, or edited by hand: listed as failed, with its reason.
        static_cast<void>(m_queue.takeFirst());
        auto record = std::make_shared<RunRecord>();
        record->id = ++m_lastRun;
        record->request = std::move(entry.request);
        record->origin = std::move(entry.origin);
        record->modelName = m_model->config.name;
        record->startedAt = QDateTime::currentSecsSinceEpoch();
        record->state = RunState::Failed;
        record->error = Error{errors.front().code, errors.front().field + ": " + errors.front().detail};
        Q_EMIT runStarted(record);
        Q_EMIT runEnded(record);
    }
}

void Session::endActive(RunState state)
{
    const auto record = std::exchange(m_active, nullptr);
    const auto control = std::exchange(m_control, nullptr);
    control->cancel(); // of no effect where the engine has ended it
    m_decodePending = false;
    record->state = state;
    Q_EMIT runEnded(record);
}

void Session::dropModel(const Error &error)
{
    m_model.reset();
    m_modelError = error;
    setState(SessionState::NoModel);
    Q_EMIT modelFailed(error);
}

// --- mail ---------------------------------------------------------------------------------------

void Session::wakeUp()
{
    const auto left = m_ports.mailInterval.count() - m_sinceMail.elapsed();
    if (left <= 0)
        collect();
    else if (!m_mailTimer.isActive())
        m_mailTimer.start(int(left));
}

void Session::collect()
{
    EngineMail mail = m_mailbox.take();
    m_lastBatch = EngineMailbox::piecesOf(mail);
    m_sinceMail.restart();
    for (LoadMail &load : mail.loads)
        apply(load);
    for (RunMail &run : mail.runs)
        apply(run);
}

void Session::setState(SessionState state)
{
    if (m_state == state)
        return;
    m_state = state;
    Q_EMIT stateChanged(state);
}

// While no stop was asked for, pausing is what the control says and what the worker has told.
void Session::setPauseState()
{
    if (!m_control->isPaused())
        setState(SessionState::Running);
    else
        setState(m_workerPaused ? SessionState::Paused : SessionState::Pausing);
}

void Session::apply(LoadMail &mail)
{
    if (mail.load != m_load || m_state != SessionState::OpeningModel)
        return;
    for (const auto &warning : mail.warnings)
        Q_EMIT modelWarned(QString::fromStdString(warning));
    if (mail.stage)
        Q_EMIT modelOpeningProgressed(mail.stage->done);
    // A receiver may have asked for another model meanwhile.
    if (!mail.end || mail.load != m_load)
        return;
    if (!*mail.end) {
        dropModel(mail.end->error());
        return;
    }
    m_model = std::make_shared<const ModelFacts>(std::move(**mail.end));
    setState(SessionState::Ready);
    Q_EMIT modelOpened(m_model);
    startNext();
}

void Session::apply(RunMail &mail)
{
    // Receivers of the signals may open another model, which ends the run: asked before every part.
    const auto isCurrent = [&] { return m_active && m_active->id == mail.run; };
    if (!isCurrent())
        return;
    const std::shared_ptr<RunRecord> record = m_active;
    if (mail.plan) {
        record->plan = std::move(mail.plan);
        record->steps.resize(std::size_t(record->plan->schedule.steps()));
        record->stepsDone = record->plan->resumedSteps;
        if (m_shown == record)
            m_cursor.setRun(record->plan->schedule, record->stepsDone);
        Q_EMIT runPlanned(record);
    }
    if (isCurrent())
        applySteps(mail);
    if (isCurrent() && mail.stage) {
        record->stage = mail.stage->stage;
        record->stageDone = mail.stage->done;
        const bool running = allowed().stopAndKeep;
        if (record->stage == Stage::Decode && running)
            setState(SessionState::Decoding);
    }
    if (isCurrent() && mail.decoded) {
        record->decoded = mail.decoded->frames;
        record->decodedAt = mail.decoded->at;
        m_decodePending = false;
        Q_EMIT frameDecoded(record);
    }
    if (isCurrent() && mail.paused) {
        m_workerPaused = *mail.paused;
        if (allowed().stopAndKeep) // neither stopping nor decoding
            setPauseState();
    }
    for (const auto &warning : mail.warnings) {
        record->warnings.push_back(warning);
        Q_EMIT runWarned(record, QString::fromStdString(warning));
    }
    if (mail.journalError) {
        record->journal.clear();
        Q_EMIT journalFailed(record, *mail.journalError);
    }
    if (isCurrent())
        Q_EMIT progressed(record);
    if (isCurrent() && mail.end)
        applyEnd(*mail.end);
}

void Session::applySteps(RunMail &mail)
{
    const std::shared_ptr<RunRecord> record = m_active;
    for (const StepPtr &step : mail.steps) {
        const int index = step->index.step;
        if (index < 0 || index >= int(record->steps.size()))
            continue;
        record->steps[std::size_t(index)] = step;
        record->stepsDone = std::max(record->stepsDone, index + 1);
    }
    if (!mail.steps.empty() && m_shown == record)
        m_cursor.setStepsDone(record->stepsDone);
    for (const StepPtr &step : mail.steps)
        Q_EMIT stepFinished(record, step);
}

void Session::applyEnd(const Result<RunResult> &end)
{
    const std::shared_ptr<RunRecord> record = m_active;
    const bool cancelled = m_control->isCancelled();
    RunState state = RunState::Cancelled;
    std::optional<Error> error;
    if (m_closing && (cancelled || !end)) {
        state = RunState::Interrupted; // not the user's wish for this run
    } else if (cancelled || (end && end->outcome == Outcome::Cancelled)) {
        state = RunState::Cancelled;
    } else if (!end) {
        state = RunState::Failed;
        error = end.error();
    } else {
        state = end->outcome == Outcome::Kept ? RunState::Kept : RunState::Finished;
        record->frames = end->frames;
        record->keptAt = end->keptAt;
        record->summary = end->summary;
    }
    record->error = error;
    const bool deviceLost = error && error->code == ErrorCode::DeviceLost;
    if (error && endsQueue(error->code))
        m_queue.setHeld(true);
    const LoadId load = m_load;
    m_decodePending = false;
    m_active.reset();
    m_control.reset();
    record->state = state;
    if (!deviceLost)
        setState(SessionState::Ready);
    Q_EMIT runEnded(record);
    if (load != m_load)
        return; // a receiver opened another model
    if (deviceLost)
        dropModel(*error);
    else
        startNext();
}

} // namespace faststar::studio
