// SPDX-License-Identifier: Apache-2.0
#include "app/studio/session/engine_worker.h"

#include <exception>
#include <new>

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "app/jobs/journal_job.h"

namespace faststar::studio
{

namespace
{

// Below the GUI thread's: on few cores the window stays fluid while every core computes. Threads that
// the pipeline starts inherit it.
constexpr int kNice = 10;

void lowerPriority()
{
    const auto thread = id_t(::syscall(SYS_gettid));
    static_cast<void>(::setpriority(PRIO_PROCESS, thread, kNice)); // refused: we run as before
}

// The engine turns its exceptions into errors; whatever else throws must not end the program.
template <typename Value, typename Call> Result<Value> guarded(const Call &call)
{
    try {
        return call();
    } catch (const std::bad_alloc &) {
        return failure(ErrorCode::OutOfMemory, "an allocation failed");
    } catch (const std::exception &error) {
        return failure(ErrorCode::Internal, error.what());
    }
}

class LoadObserver final : public RunObserver
{
public:
    LoadObserver(EngineMailbox &mailbox, LoadId load) : m_mailbox(mailbox), m_load(load) {}

    void stageStarted(Stage stage) override { stageProgressed(stage, 0.0); }
    void stageProgressed(Stage stage, double done) override
    {
        m_mailbox.toLoad(m_load, [&](LoadMail &mail) { mail.stage = {stage, done}; });
    }
    void warned(const std::string &message) override
    {
        m_mailbox.toLoad(m_load, [&](LoadMail &mail) { mail.warnings.push_back(message); });
    }

private:
    EngineMailbox &m_mailbox;
    LoadId m_load;
};

// Writes the journal and puts everything into the mailbox.
class RunNews final : public RunObserver
{
public:
    RunNews(EngineMailbox &mailbox, RunId run, std::optional<store::JournalWriter> journal,
            std::size_t stepsTaken)
        : m_mailbox(mailbox), m_run(run), m_journal(std::move(journal)), m_stepsTaken(stepsTaken)
    {
    }

    void planned(const RunPlan &plan) override
    {
        auto shared = std::make_shared<const RunPlan>(plan);
        m_mailbox.toRun(m_run, [&](RunMail &mail) { mail.plan = std::move(shared); });
    }
    void stageStarted(Stage stage) override { stageProgressed(stage, 0.0); }
    void stageProgressed(Stage stage, double done) override
    {
        m_mailbox.toRun(m_run, [&](RunMail &mail) { mail.stage = {stage, done}; });
    }
    void stepFinished(const StepPtr &event) override
    {
        record(*event);
        m_mailbox.toRun(m_run, [&](RunMail &mail) { mail.steps.push_back(event); });
    }
    void decoded(const StepIndex &at, const Frames &frames) override
    {
        m_mailbox.toRun(m_run, [&](RunMail &mail) { mail.decoded = {at, frames}; });
    }
    void paused(bool isPaused) override
    {
        m_mailbox.toRun(m_run, [&](RunMail &mail) { mail.paused = isPaused; });
    }
    void warned(const std::string &message) override
    {
        m_mailbox.toRun(m_run, [&](RunMail &mail) { mail.warnings.push_back(message); });
    }

private:
    // A journal that cannot be written is no reason to stop.
    void record(const StepEvent &event)
    {
        if (!m_journal || !event.record || std::size_t(std::max(event.index.step, 0)) < m_stepsTaken)
            return;
        if (const Status written = m_journal->append(*event.record); !written) {
            m_journal.reset();
            m_mailbox.toRun(m_run, [&](RunMail &mail) { mail.journalError = written.error(); });
        }
    }

    EngineMailbox &m_mailbox;
    RunId m_run;
    std::optional<store::JournalWriter> m_journal;
    std::size_t m_stepsTaken;
};

} // namespace

EngineWorker::EngineWorker(PipelineFactory factory, EngineMailbox &mailbox)
    : m_factory(std::move(factory)), m_mailbox(mailbox), m_thread([this] { work(); })
{
}

EngineWorker::~EngineWorker()
{
    shutDown(std::chrono::milliseconds(0));
}

void EngineWorker::openModel(LoadJob job)
{
    const std::scoped_lock lock(m_mutex);
    m_jobs.clear();
    m_jobs.emplace_back(std::move(job));
    m_changed.notify_all();
}

void EngineWorker::run(RunJob job)
{
    const std::scoped_lock lock(m_mutex);
    m_jobs.emplace_back(std::move(job));
    m_changed.notify_all();
}

bool EngineWorker::shutDown(std::chrono::milliseconds patience)
{
    std::unique_lock lock(m_mutex);
    m_quitting = true;
    m_jobs.clear();
    m_quit.request_stop();
    if (m_inWork)
        m_inWork->cancel();
    m_changed.notify_all();
    return m_changed.wait_for(lock, patience, [this] { return m_ended; });
}

void EngineWorker::work()
{
    lowerPriority();
    for (;;) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_quitting || !m_jobs.empty(); });
        if (m_quitting)
            break;
        Job job = std::move(m_jobs.front());
        m_jobs.pop_front();
        if (auto *next = std::get_if<RunJob>(&job))
            m_inWork = next->control;
        lock.unlock();
        if (auto *next = std::get_if<RunJob>(&job))
            generate(*next);
        else
            load(std::get<LoadJob>(job));
        lock.lock();
        m_inWork.reset();
    }
    m_pipeline.reset();
    const std::scoped_lock lock(m_mutex);
    m_ended = true;
    m_changed.notify_all();
}

void EngineWorker::load(const LoadJob &job)
{
    // Two may ask it to end: whoever wants another model, and the end of the program.
    std::stop_source either;
    const std::stop_callback replaced(job.stop, [&either] { either.request_stop(); });
    const std::stop_callback quit(m_quit.get_token(), [&either] { either.request_stop(); });
    LoadObserver observer(m_mailbox, job.id);
    auto facts = guarded<ModelFacts>([&]() -> Result<ModelFacts> {
        if (!m_pipeline)
            m_pipeline = m_factory();
        if (!m_pipeline)
            return failure(ErrorCode::Unsupported, "there is no engine in this build");
        return m_pipeline->load(job.settings, observer, either.get_token());
    });
    m_mailbox.toLoad(job.id, [&](LoadMail &mail) { mail.end = std::move(facts); });
}

void EngineWorker::generate(RunJob &job)
{
    const auto end = [&](Result<RunResult> result) {
        m_mailbox.toRun(job.id, [&](RunMail &mail) { mail.end = std::move(result); });
    };
    auto result = guarded<RunResult>([&]() -> Result<RunResult> {
        if (!m_pipeline)
            return failure(ErrorCode::InvalidRequest, "no model is open");
        if (job.origin && job.input.history.empty()) {
            auto journal = store::readJournal(job.origin->journal);
            if (!journal)
                return tl::unexpected(journal.error());
            job.originHash = journal->modelHash;
            job.input.history = jobs::stepsBefore(std::move(journal->steps), job.origin->branchFromScale);
        }
        if (const Status same = jobs::checkWeights(job.originHash, job.modelHash); !same)
            return tl::unexpected(same.error());

        std::optional<store::JournalWriter> journal;
        if (!job.journal.empty()) {
            auto started =
                jobs::startJournal(job.journal, job.input.request, job.modelHash, job.input.history);
            if (started)
                journal = std::move(*started);
            else
                m_mailbox.toRun(job.id, [&](RunMail &mail) { mail.journalError = started.error(); });
        }
        RunNews news(m_mailbox, job.id, std::move(journal), job.input.history.size());
        return m_pipeline->run(job.input, news, *job.control);
    });
    job.input = {}; // what it held is not to outlive the run on this thread
    end(std::move(result));
}

} // namespace faststar::studio
