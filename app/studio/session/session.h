// SPDX-License-Identifier: Apache-2.0
//
// The studio without its window: one model, one run in work, one run shown, one queue.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>

#include "app/studio/session/engine_worker.h"
#include "app/studio/session/run_cursor.h"
#include "app/studio/session/run_queue.h"
#include "app/studio/session/run_record.h"
#include "app/studio/session/session_state.h"
#include "core/domain/validate.h"

namespace faststar::studio
{

using ModelPtr = std::shared_ptr<const ModelFacts>;

// What the session takes from outside.
struct SessionPorts {
    PipelineFactory makePipeline; // called on the worker thread
    // The folder of a new run, made and empty; nothing = the run is not stored. Called on the GUI thread.
    std::function<std::optional<std::filesystem::path>()> newRunFolder;
    // Between two looks into the mailbox.
    std::chrono::milliseconds mailInterval{33};
    int previewEvery = 1; // steps
};

// What became of a wish to generate.
struct Submission {
    std::vector<FieldError> errors; // empty = accepted
    RunPtr started;                 // at once
    QueueId queued = 0;             // or later; 0 = not in the queue

    [[nodiscard]] bool accepted() const { return errors.empty(); }
};

enum class Turn { Last, First }; // where in the queue

// How much news of the engine there is, for the debug overlay.
struct MailFigures {
    std::size_t waiting = 0;
    std::size_t lastBatch = 0;
};

// A whole number drawn where `wanted` is negative, else `wanted` itself.
[[nodiscard]] std::int64_t seedFor(std::int64_t wanted);

// GUI thread only. Nothing here waits for the worker, shutDown() excepted. Signals carry values that may be
// kept; a RunPtr stays the same object for one run and grows while the run is in work.
class Session : public QObject
{
    Q_OBJECT
public:
    explicit Session(SessionPorts ports, QObject *parent = nullptr);
    ~Session() override;

    [[nodiscard]] SessionState state() const { return m_state; }
    [[nodiscard]] Allowed allowed() const { return allowedIn(m_state); }
    // Null unless a model is open.
    [[nodiscard]] ModelPtr model() const { return m_model; }
    // Of the model that is open or being opened, or that failed.
    [[nodiscard]] const LoadSettings &modelSettings() const { return m_loadSettings; }
    [[nodiscard]] const std::optional<Error> &modelError() const { return m_modelError; }
    [[nodiscard]] RunPtr active() const { return m_active; } // in work; null = none
    [[nodiscard]] RunPtr shown() const { return m_shown; }   // what the views show; null = nothing yet
    [[nodiscard]] bool isDecodePending() const { return m_decodePending; }
    [[nodiscard]] MailFigures mailFigures() { return {m_mailbox.waiting(), m_lastBatch}; }
    [[nodiscard]] RunQueue *queue() { return &m_queue; }
    [[nodiscard]] RunCursor *cursor() { return &m_cursor; }

    // Checks the request and starts it, or puts it into the queue when something is in work or the model
    // is still being opened (then it is checked when its turn comes). `condition`: see RunInput.
    Submission generate(const GenerationRequest &request, const Frames &condition = {},
                        Turn turn = Turn::Last);
    // The steps of `source` before `scale` are taken over, the rest is computed by `request`.
    Submission branch(const RunPtr &source, int scale, const GenerationRequest &request,
                      Turn turn = Turn::Last);
    // Goes on where a stopped, failed or interrupted run ended; after the last step only the decode is left.
    Submission continueRun(const RunPtr &source, Turn turn = Turn::Last);

    // Ends the run in work (it stays as interrupted), the decode of a stopped one, and the thread. What
    // waits in the queue stays there. false: the engine did not let go within `patience`; the program may
    // end all the same, because everything is on disk, but must not destroy the session then.
    bool shutDown(std::chrono::milliseconds patience);

    // For the library: what is known of the run's files. Nothing changes for empty values.
    void setStored(const RunPtr &run, std::int64_t number, const std::filesystem::path &clip,
                   double writeSeconds);
    // Also for the library: what the run was expected to cost.
    void setForecast(const RunPtr &run, const Forecast &forecast);

public Q_SLOTS:
    // Another model, at any moment. The run in work becomes interrupted; an earlier opening is given up.
    void openModel(const faststar::LoadSettings &settings);

    // Each does nothing while allowed() says no.
    void pause();
    void resume();
    void stopAndKeep();
    void cancel();
    void decodeNow(); // answered by frameDecoded

    // What the views show and the cursor moves in. The run in work goes on. Null = nothing.
    void show(const faststar::studio::RunPtr &run);

Q_SIGNALS:
    void stateChanged(faststar::studio::SessionState state);

    void modelOpening(const QString &path);
    void modelOpeningProgressed(double done); // [0, 1], where the engine tells
    void modelOpened(const faststar::studio::ModelPtr &model);
    void modelFailed(const faststar::Error &error);
    void modelWarned(const QString &message); // English, technical

    // What somebody asked for was started at once and is shown, instead of anything asked for before.
    void asked(const faststar::studio::RunPtr &run);

    // In this order for one run. Between them progressed, after every batch of news.
    void runStarted(const faststar::studio::RunPtr &run);
    void runPlanned(const faststar::studio::RunPtr &run);
    void stepFinished(const faststar::studio::RunPtr &run, const faststar::studio::StepPtr &step);
    void frameDecoded(const faststar::studio::RunPtr &run); // run->decoded is new
    void runEnded(const faststar::studio::RunPtr &run);

    void progressed(const faststar::studio::RunPtr &run);
    void runStored(const faststar::studio::RunPtr &run); // its number or its clip is known now
    void runWarned(const faststar::studio::RunPtr &run, const QString &message);
    void journalFailed(const faststar::studio::RunPtr &run, const faststar::Error &error);
    void shownChanged(const faststar::studio::RunPtr &run);

private:
    void collect();
    Q_INVOKABLE void wakeUp(); // by name: nothing of ours is made on one thread and read on the other
    void setState(SessionState state);
    void setPauseState();
    void apply(LoadMail &mail);
    void apply(RunMail &mail);
    void applySteps(RunMail &mail);
    void applyEnd(const Result<RunResult> &end);
    void endActive(RunState state);
    void dropModel(const Error &error);
    Submission submit(QueueEntry entry, Turn turn);
    RunPtr start(QueueEntry entry);
    void startNext();

    SessionPorts m_ports;
    SessionState m_state = SessionState::NoModel;
    ModelPtr m_model;
    LoadSettings m_loadSettings;
    std::optional<Error> m_modelError;
    LoadId m_load = 0; // the latest
    std::stop_source m_loadStop;

    std::shared_ptr<RunRecord> m_active;
    std::shared_ptr<RunControl> m_control; // of m_active
    RunPtr m_shown;
    RunPtr m_latest; // started last
    RunId m_lastRun = 0;
    bool m_workerPaused = false; // as it said last
    bool m_decodePending = false;
    bool m_closing = false;

    RunQueue m_queue;
    RunCursor m_cursor;

    QTimer m_mailTimer;
    QElapsedTimer m_sinceMail;
    std::size_t m_lastBatch = 0;
    EngineMailbox m_mailbox;
    EngineWorker m_worker; // last: its thread uses the mailbox
};

} // namespace faststar::studio
