// SPDX-License-Identifier: Apache-2.0
//
// The session on the real engine and the demo model: a run, a branch of it, what was stopped and goes on,
// and how fast a cancel is answered.
#include "app/studio/session/session.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QtTest>

#include "core/domain/validate.h"
#include "core/domain/what_if.h"
#include "core/pipeline/engine.h"
#include "tests/support/paths.h"
#include "tests/support/scratch.h"

using namespace faststar;
using namespace faststar::studio;

class TestEngineSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void branchWithUnchangedSettingsIsTheSameClip();
    void branchKeepsWhatTheWhatIfPromised();
    void stoppedRunGoesOnToTheSameClip();
    void cancelIsAnsweredAtOnce();
    void anotherModelDuringARun();

private:
    [[nodiscard]] GenerationRequest someRequest() const;
    RunPtr finish(const Submission &submission);

    test::ScratchFolder m_folder;
    int m_runs = 0;
    std::unique_ptr<Session> m_session;
    RunPtr m_first;
};

GenerationRequest TestEngineSession::someRequest() const
{
    auto request = defaultRequest(m_session->model()->config);
    request.prompt = "a red circle moving right on a plain blue background";
    request.seed = 5;
    request.frames = 5;
    expandPrompts(request, m_session->model()->config);
    return request;
}

RunPtr TestEngineSession::finish(const Submission &submission)
{
    if (!submission.started)
        return nullptr;
    const auto run = submission.started;
    return QTest::qWaitFor([&] { return isOver(run->state); }, 300000) ? run : nullptr;
}

void TestEngineSession::initTestCase()
{
    SessionPorts ports;
    ports.makePipeline = pipeline::makeEngine;
    ports.newRunFolder = [this]() -> std::optional<std::filesystem::path> {
        auto path = m_folder / ("run-" + std::to_string(++m_runs));
        std::filesystem::create_directory(path);
        return path;
    };
    m_session = std::make_unique<Session>(ports);
    m_session->openModel({test::demoModelDir().string(), "cpu", 2});
    QTRY_COMPARE_WITH_TIMEOUT(m_session->state(), SessionState::Ready, 300000);
    m_first = finish(m_session->generate(someRequest()));
    QVERIFY(m_first);
    QCOMPARE(m_first->state, RunState::Finished);
    QCOMPARE(m_first->frames->size(), std::size_t(5));
    QVERIFY(m_first->preview());
}

void TestEngineSession::branchWithUnchangedSettingsIsTheSameClip()
{
    const int scale = int(m_first->plan->schedule.scales.size()) - 2;
    const auto branch = finish(m_session->branch(m_first, scale, m_first->request));
    QVERIFY(branch);
    QCOMPARE(branch->state, RunState::Finished);
    QVERIFY(*branch->frames == *m_first->frames);
}

void TestEngineSession::branchKeepsWhatTheWhatIfPromised()
{
    WhatIf whatIf(m_first->request, m_session->model()->config, m_first->plan->schedule);
    for (const StepPtr &step : m_first->steps)
        whatIf.add(*step);
    auto changed = m_first->request;
    changed.ratiosPermille[2] = 620;
    const auto &promised = whatIf.evaluate(changed);
    QVERIFY(promised.firstChangedScale);
    const auto branch = finish(m_session->branch(m_first, *promised.firstChangedScale, changed));
    QVERIFY(branch);
    QCOMPARE(branch->state, RunState::Finished);
    QVERIFY(*branch->frames != *m_first->frames);
    // At the first changed step the state is the stored one, so the mask is the promised one, bit for bit.
    const int first = branch->plan->schedule.scales[std::size_t(*promised.firstChangedScale)].firstStep;
    const auto &choice = promised.choices[std::size_t(first)];
    QVERIFY(choice);
    QVERIFY(branch->step(first)->record->mask == choice->mask);
    QVERIFY(branch->step(first)->record->tokens == choice->tokens);
    // The branch can be branched: its journal holds the steps that it took over.
    auto fromDisk = std::make_shared<RunRecord>(*branch);
    fromDisk->steps.clear();
    const auto again = finish(m_session->branch(fromDisk, *promised.firstChangedScale, m_first->request));
    QVERIFY(again);
    QVERIFY(*again->frames == *m_first->frames);
}

void TestEngineSession::stoppedRunGoesOnToTheSameClip()
{
    const auto started = m_session->generate(someRequest());
    QVERIFY(started.started);
    QTRY_VERIFY_WITH_TIMEOUT(started.started->stepsDone > 20, 300000);
    m_session->stopAndKeep();
    const auto kept = finish(started);
    QVERIFY(kept);
    QCOMPARE(kept->state, RunState::Kept);
    QCOMPARE(kept->frames->size(), std::size_t(5));
    const auto rest = finish(m_session->continueRun(kept));
    QVERIFY(rest);
    QVERIFY(rest->plan->resumedSteps > 20);
    QVERIFY(*rest->frames == *m_first->frames);
}

// Not a limit, which a busy machine could miss, but a measurement at every part of a run.
void TestEngineSession::cancelIsAnsweredAtOnce()
{
    qint64 worst = 0;
    const int steps = m_first->plan->schedule.steps();
    for (const int at : {0, 12, 30, steps - 2, steps}) {
        const auto started = m_session->generate(someRequest());
        QVERIFY(started.started);
        QTRY_VERIFY_WITH_TIMEOUT(started.started->stepsDone >= at, 300000);
        QElapsedTimer timer;
        timer.start();
        m_session->cancel();
        QVERIFY(finish(started));
        worst = std::max(worst, timer.elapsed());
        QVERIFY(started.started->state == RunState::Cancelled || at == steps);
    }
    qInfo("cancel answered within %lld ms", static_cast<long long>(worst));
}

void TestEngineSession::anotherModelDuringARun()
{
    const auto started = m_session->generate(someRequest());
    QVERIFY(started.started);
    QTRY_VERIFY_WITH_TIMEOUT(started.started->stepsDone > 3, 300000);
    m_session->openModel({(m_folder / "nothing").string(), "cpu", 2});
    QCOMPARE(started.started->state, RunState::Interrupted);
    QTRY_COMPARE_WITH_TIMEOUT(m_session->state(), SessionState::NoModel, 300000);
    QCOMPARE(m_session->modelError()->code, ErrorCode::NotFound);
    m_session->openModel({test::demoModelDir().string(), "cpu", 2});
    QTRY_COMPARE_WITH_TIMEOUT(m_session->state(), SessionState::Ready, 300000);
    const auto rest = finish(m_session->continueRun(started.started));
    QVERIFY(rest);
    QVERIFY(*rest->frames == *m_first->frames);
    QVERIFY(m_session->shutDown(std::chrono::seconds(60)));
}

QTEST_GUILESS_MAIN(TestEngineSession)
#include "tst_session.moc"
