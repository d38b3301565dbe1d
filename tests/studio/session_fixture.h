// SPDX-License-Identifier: Apache-2.0
//
// A session on the fake pipeline, which can be held between two steps.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include <QSignalSpy>
#include <QtTest>

#include "app/studio/session/session.h"
#include "core/domain/validate.h"
#include "tests/support/fake_pipeline.h"
#include "tests/support/scratch.h"

namespace faststar::test
{

// Shared by the test and the worker thread.
class StepGate
{
public:
    // The worker passes that many more steps, then waits. It never waits once the run is to end.
    void allow(int steps)
    {
        const std::scoped_lock lock(m_mutex);
        m_allowed += steps;
        m_changed.notify_all();
    }
    void open() { allow(1 << 20); }
    void close()
    {
        const std::scoped_lock lock(m_mutex);
        m_allowed = 0;
    }
    void pass(const std::stop_token &stop)
    {
        std::unique_lock lock(m_mutex);
        if (m_changed.wait(lock, stop, [this] { return m_allowed > 0; }))
            --m_allowed;
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    int m_allowed = 0;
};

// The fake pipeline behind a gate; says on which thread it lives and dies.
class GatedPipeline final : public Pipeline
{
public:
    struct Setup {
        StepGate gate;     // before every step
        StepGate loadGate; // before a load ends
        std::function<void(FakePipeline &)> prepare = [](FakePipeline &) {};
        std::atomic<int> alive = 0;
        std::atomic<int> runs = 0;
        std::atomic<int> loads = 0; // begun
        std::atomic<std::thread::id> thread;
    };

    explicit GatedPipeline(std::shared_ptr<Setup> setup) : m_setup(std::move(setup))
    {
        m_setup->prepare(m_fake);
        ++m_setup->alive;
        m_setup->thread = std::this_thread::get_id();
    }
    ~GatedPipeline() override
    {
        if (m_setup->thread.load() == std::this_thread::get_id())
            --m_setup->alive;
    }

    Result<ModelFacts> load(const LoadSettings &settings, RunObserver &observer,
                            std::stop_token stop) override
    {
        ++m_setup->loads;
        m_setup->loadGate.pass(stop);
        return m_fake.load(settings, observer, stop);
    }
    Result<RunResult> run(const RunInput &input, RunObserver &observer, RunControl &control) override
    {
        ++m_setup->runs;
        Held held(observer, control, m_setup->gate);
        return m_fake.run(input, held, control);
    }

private:
    class Held final : public RunObserver
    {
    public:
        Held(RunObserver &to, RunControl &control, StepGate &gate)
            : m_to(to), m_control(control), m_gate(gate)
        {
        }
        void planned(const RunPlan &plan) override { m_to.planned(plan); }
        void stageStarted(Stage stage) override
        {
            m_to.stageStarted(stage);
            if (stage == Stage::Generate || stage == Stage::Decode)
                m_gate.pass(stage == Stage::Generate ? m_control.interruptToken() : m_control.cancelToken());
        }
        void stageProgressed(Stage stage, double done) override { m_to.stageProgressed(stage, done); }
        void stepFinished(const std::shared_ptr<const StepEvent> &event) override
        {
            m_to.stepFinished(event);
            m_gate.pass(m_control.interruptToken());
        }
        void decoded(const StepIndex &at, const std::shared_ptr<const std::vector<Image>> &frames) override
        {
            m_to.decoded(at, frames);
        }
        void paused(bool isPaused) override { m_to.paused(isPaused); }
        void warned(const std::string &message) override { m_to.warned(message); }

    private:
        RunObserver &m_to;
        RunControl &m_control;
        StepGate &m_gate;
    };

    std::shared_ptr<Setup> m_setup;
    FakePipeline m_fake;
};

inline GenerationRequest someRequest(std::int64_t seed = 1)
{
    auto request = defaultRequest(fakeModel());
    request.prompt = "a red circle";
    request.seed = seed;
    return request;
}

// The session with spies; the gates are closed.
struct SessionFixture {
    std::shared_ptr<GatedPipeline::Setup> setup = std::make_shared<GatedPipeline::Setup>();
    ScratchFolder folder;
    int folders = 0;
    std::function<std::optional<std::filesystem::path>()> newFolder; // empty = one beside the other
    std::unique_ptr<studio::Session> session;
    std::unique_ptr<QSignalSpy> states, started, planned, steps, ended, decoded, opened, failed;

    explicit SessionFixture(const std::function<void(FakePipeline &)> &prepare = {})
    {
        if (prepare)
            setup->prepare = prepare;
        studio::SessionPorts ports;
        ports.makePipeline = [setup = setup] { return std::make_unique<GatedPipeline>(setup); };
        ports.newRunFolder = [this]() -> std::optional<std::filesystem::path> {
            if (newFolder)
                return newFolder();
            auto path = folder / ("run-" + std::to_string(++folders));
            std::filesystem::create_directory(path);
            return path;
        };
        ports.mailInterval = std::chrono::milliseconds(0);
        session = std::make_unique<studio::Session>(std::move(ports));
        using studio::Session;
        states = std::make_unique<QSignalSpy>(session.get(), &Session::stateChanged);
        started = std::make_unique<QSignalSpy>(session.get(), &Session::runStarted);
        planned = std::make_unique<QSignalSpy>(session.get(), &Session::runPlanned);
        steps = std::make_unique<QSignalSpy>(session.get(), &Session::stepFinished);
        ended = std::make_unique<QSignalSpy>(session.get(), &Session::runEnded);
        decoded = std::make_unique<QSignalSpy>(session.get(), &Session::frameDecoded);
        opened = std::make_unique<QSignalSpy>(session.get(), &Session::modelOpened);
        failed = std::make_unique<QSignalSpy>(session.get(), &Session::modelFailed);
    }

    // Spins the event loop until the condition holds; false after long enough for any machine.
    template <typename Condition> static bool await(const Condition &condition)
    {
        return QTest::qWaitFor(condition, 20000);
    }
    bool openModel(const std::string &path = "some/model")
    {
        setup->loadGate.allow(1);
        session->openModel({path, "cpu", 0});
        return await([&] { return session->state() == studio::SessionState::Ready; });
    }
    // Starts a run and lets `count` steps pass; the worker then stands before the next.
    studio::RunPtr runTo(int count, const GenerationRequest &request = someRequest())
    {
        auto submission = session->generate(request);
        if (!submission.started)
            return nullptr;
        setup->gate.allow(count);
        if (!await([&] { return submission.started->stepsDone >= count; }))
            return nullptr;
        return submission.started;
    }
    [[nodiscard]] bool awaitState(studio::SessionState state) const
    {
        return await([&] { return session->state() == state; });
    }
    [[nodiscard]] bool awaitEnd(const studio::RunPtr &run) const
    {
        return await([&] { return isOver(run->state); });
    }
};

} // namespace faststar::test
