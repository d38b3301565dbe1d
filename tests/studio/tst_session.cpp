// SPDX-License-Identifier: Apache-2.0
//
// The state machine of the session on the fake pipeline: every transition, at every step.
#include "app/studio/session/session.h"

#include "core/store/journal.h"
#include "tests/studio/session_fixture.h"

using namespace faststar;
using namespace faststar::studio;
using faststar::test::SessionFixture;
using faststar::test::someRequest;

class TestSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutModel();
    void runsFromStartToEnd();
    void cancelAtStep_data();
    void cancelAtStep();
    void cancelWhileDecoding();
    void stopAndKeepAtStep_data();
    void stopAndKeepAtStep();
    void stopAndKeepThenCancel();
    void pausesAndResumes();
    void pauseStaysPausedAfterQuickResume();
    void decodesOnRequestWhilePaused();
    void commandsOutOfPlaceDoNothing();
    void failureAtStepKeepsWhatExists();
    void failedDecodeCanBeContinued();
    void lostDeviceDropsTheModel();
    void wrongRequestIsRefused();
    void failedLoad();
    void newerLoadWins();
    void loadDuringRun_data();
    void loadDuringRun();
    void shutDownDuringRun();
    void pipelineLivesOnOneThread();
    void receiverMayOpenAnotherModel();
};

void TestSession::withoutModel()
{
    SessionFixture fixture;
    QCOMPARE(fixture.session->state(), SessionState::NoModel);
    QCOMPARE(fixture.session->allowed(), Allowed{});
    const auto answer = fixture.session->generate(someRequest());
    QVERIFY(!answer.accepted());
    QCOMPARE(answer.errors.front().field, std::string("model"));
    QVERIFY(fixture.session->queue()->isEmpty());
}

void TestSession::runsFromStartToEnd()
{
    SessionFixture fixture;
    QVERIFY(fixture.openModel());
    QCOMPARE(fixture.opened->size(), 1);
    fixture.setup->gate.open();
    const auto answer = fixture.session->generate(someRequest());
    QVERIFY(answer.started);
    QCOMPARE(fixture.session->state(), SessionState::Running);
    QCOMPARE(fixture.session->shown(), answer.started);
    QVERIFY(fixture.awaitEnd(answer.started));

    const RunRecord &run = *answer.started;
    QCOMPARE(run.state, RunState::Finished);
    QVERIFY(run.plan);
    QCOMPARE(run.stepsDone, run.plan->schedule.steps());
    for (int i = 0; i < run.stepsDone; ++i) {
        QVERIFY(run.step(i));
        QCOMPARE(run.step(i)->index.step, i);
    }
    QVERIFY(run.frames);
    QCOMPARE(int(run.frames->size()), run.request.frames);
    QVERIFY(run.preview());
    QVERIFY(run.summary.tokensRun > 0);
    QCOMPARE(fixture.started->size(), 1);
    QCOMPARE(fixture.planned->size(), 1);
    QCOMPARE(fixture.steps->size(), run.stepsDone);
    QCOMPARE(fixture.ended->size(), 1);
    QCOMPARE(fixture.session->state(), SessionState::Ready);
    QVERIFY(!fixture.session->active());
    QCOMPARE(fixture.session->cursor()->step().step, run.stepsDone - 1);
    const auto journal = store::readJournal(run.journal);
    QVERIFY(journal);
    QCOMPARE(int(journal->steps.size()), run.stepsDone);
}

void TestSession::cancelAtStep_data()
{
    QTest::addColumn<int>("count");
    const auto schedule = scheduleOf(someRequest(), test::fakeModel());
    for (int count = 0; count < schedule->steps(); count += 6)
        QTest::addRow("%d", count) << count;
    QTest::newRow("before the last") << schedule->steps() - 1;
}

void TestSession::cancelAtStep()
{
    QFETCH(int, count);
    SessionFixture fixture;
    QVERIFY(fixture.openModel());
    const auto run = fixture.runTo(count);
    QVERIFY(run);
    fixture.session->cancel();
    QCOMPARE(fixture.session->state(), SessionState::Cancelling);
    QVERIFY(fixture.session->allowed().generate);
    QVERIFY(fixture.awaitEnd(run));
    QCOMPARE(run->state, RunState::Cancelled);
    QVERIFY(!run->frames);
    QCOMPARE(fixture.session->state(), SessionState::Ready);
    QCOMPARE(fixture.ended->size(), 1);
    // The next one is not disturbed by it.
    fixture.setup->gate.open();
    const auto next = fixture.session->generate(someRequest(2));
    QVERIFY(next.started);
    QVERIFY(fixture.awaitEnd(next.started));
    QCOMPARE(next.started->state, RunState::Finished);
}

void TestSession::cancelWhileDecoding()
{
    SessionFixture fixture;
    QVERIFY(fixture.openModel());
    const int steps = scheduleOf(someRequest(), test::fakeModel())->steps();
    const auto run = fixture.runTo(steps);
    QVERIFY(run);
    fixture.setup->gate.allow(1); // past the last step; the decode waits
    QVERIFY(fixture.awaitState(SessionState::Decoding));
    const Allowed allowed = fixture.session->allowed();
    QVERIFY(allowed.cancel);
    QVERIFY(!allowed.pause);
    QVERIFY(!allowed.stopAndKeep);
    fixture.session->cancel();
    QVERIFY(fixture.awaitEnd(run));
    QCOMPARE(run->state, RunState::Cancelled);
    QVERIFY(!run->frames);
}

void TestSession::stopAndKeepAtStep_data()
{
    cancelAtStep_data();
}

void TestSession::stopAndKeepAtStep()
{
    QFETCH(int, count);
    SessionFixture fixture;
    QVERIFY(fixture.openModel());
    const auto run = fixture.runTo(count);
    QVERIFY(run);
    fixture.session->stopAndKeep();
    QCOMPARE(fixture.session->state(), SessionState::Stopping);
    QVERIFY(fixture.session->allowed().cancel);
    fixture.setup->gate.open();
    QVERIFY(fixture.awaitEnd(run));
    QCOMPARE(run->state, RunState::Kept);
    QVERIFY(run->frames);
    QCOMPARE(run->keptAt.has_value(), count > 0);
    if (count > 0)
        QCOMPARE(run->keptAt->step, count - 1);
    QCOMPARE(fixture.session->state(), SessionState::Ready);
}

void TestSession::stopAndKeepThenCancel()
{
    SessionFixture fixture;
    QVERIFY(fixture.openModel());
    const auto run = fixture.runTo(5);
    QVERIFY(run);
    fixture.session->stopAndKeep();
    QVERIFY(fixture.await([&] { return run->stage == Stage::Decode; })); // held before its decode
    QCOMPARE(fixture.session->state(), SessionState::Stopping);
    fixture.session->cancel();
    QVERIFY(fixture.awaitEnd(run));
    QCOMPARE(run->state, RunState::Cancelled);
}

void TestSession::pausesAndResumes()
{
    SessionFixture fixture;
    QVERIFY(fixture.openModel());
    const auto run = fixture.runTo(4);
    QVERIFY(run);
    fixture.session->pause();
    QCOMPARE(fixture.session->state(), SessionState::Pausing); // it stands within a step
    fixture.setup->gate.open();
    QVERIFY(fixture.awaitState(SessionState::Paused));
    QCOMPARE(run->stepsDone, 4);
    fixture.session->resume();
    QCOMPARE(fixture.session->state(), SessionState::Running);
    QVERIFY(fixture.awaitEnd(run));
    QCOMPARE(run->state, RunState::Finished);
    for (const auto &arguments : std::as_const(*fixture.states))
        QVERIFY(arguments.front().value<SessionState>() != SessionState::NoModel);
}

void TestSession::pauseStaysPausedAfterQuickResume()
{
    SessionFixture fixture;
    QVERIFY(fixture.openModel());
    const auto run = fixture.runTo(4);
    QVERIFY(run);
    fixture.session->pause();
    fixture.setup->gate.open();
    QVERIFY(fixture.awaitState(SessionState::Paused));
    // Faster than the worker can wake up: it may or may not tell of both.
    fixture.session->resume();
    fixture.session->pause();
    QVERIFY(fixture.awaitState(SessionState::Paused));
    fixture.session->resume();
    QVERIFY(fixture.awaitEnd(run));
    QCOMPARE(run->state, RunState::Finished);
}

void TestSession::decodesOnRequestWhilePaused()
{
    SessionFixture fixture;
    QVERIFY(fixture.openModel());
    const auto run = fixture.runTo(4);
    QVERIFY(run);
    fixture.session->pause();
    fixture.setup->gate.open();
    QVERIFY(fixture.awaitState(SessionState::Paused));
    fixture.session->decodeNow();
    QVERIFY(fixture.session->isDecodePending());
    QVERIFY(fixture.await([&] { return fixture.decoded->size() == 1; }));
    QVERIFY(!fixture.session->isDecodePending());
    QCOMPARE(fixture.session->state(), SessionState::Paused);
    QCOMPARE(int(run->decoded->size()), run->request.frames);
    QCOMPARE(run->decodedAt->step, 3);
    fixture.session->cancel();
    QVERIFY(fixture.awaitEnd(run));
    QCOMPARE(run->state, RunState::Cancelled);
}

void TestSession::commandsOutOfPlaceDoNothing()
{
    SessionFixture fixture;
    const auto press = [&] {
        fixture.session->pause();
        fixture.session->resume();
        fixture.session->stopAndKeep();
        fixture.session->cancel();
        fixture.session->decodeNow();
    };
    press();
    QCOMPARE(fixture.session->state(), SessionState::NoModel);
    QVERIFY(fixture.openModel());
    press();
    QCOMPARE(fixture.session->state(), SessionState::Ready);
    const auto run = fixture.runTo(2);
    QVERIFY(run);
    fixture.session->cancel();
    press();
    QCOMPARE(fixture.session->state(), SessionState::Cancelling);
    QVERIFY(fixture.awaitEnd(run));
}

void TestSession::failureAtStepKeepsWhatExists()
{
    SessionFixture fixture([](test::FakePipeline &fake) {
        fake.failAtStep(7, {ErrorCode::OutOfMemory, "step 7"});
    });
    QVERIFY(fixture.openModel());
    fixture.setup->gate.open();
    const auto run = fixture.session->generate(someRequest()).started;
    QVERIFY(run);
    QVERIFY(fixture.awaitEnd(run));
    QCOMPARE(run->state, RunState::Failed);
    QCOMPARE(run->error->code, ErrorCode::OutOfMemory);
    QCOMPARE(run->stepsDone, 7);
    QVERIFY(run->preview());
    QCOMPARE(fixture.session->shown(), run);
    QCOMPARE(fixture.session->state(), SessionState::Ready);

    // It can go on from there, and ends as if nothing had happened.
    const auto next = fixture.session->continueRun(run).started;
    QVERIFY(next);
    QVERIFY(fixture.awaitEnd(next));
    QCOMPARE(next->state, RunState::Finished);
    QCOMPARE(next->plan->resumedSteps, 7);
    QVERIFY(next->frames);
}

void TestSession::failedDecodeCanBeContinued()
{
    SessionFixture fixture([](test::FakePipeline &fake) {
        fake.failDecode({ErrorCode::OutOfMemory, "tiles"});
    });
    QVERIFY(fixture.openModel());
    fixture.setup->gate.open();
    const auto run = fixture.session->generate(someRequest()).started;
    QVERIFY(fixture.awaitEnd(run));
    QCOMPARE(run->state, RunState::Failed);
    QCOMPARE(run->stepsDone, run->plan->schedule.steps());
    const auto again = fixture.session->continueRun(run).started;
    QVERIFY(again);
    const auto stepsBefore = fixture.steps->size();
    QVERIFY(fixture.awaitEnd(again));
    QCOMPARE(again->state, RunState::Finished);
    QCOMPARE(fixture.steps->size(), stepsBefore); // nothing was computed anew
    QVERIFY(again->frames);
}

void TestSession::lostDeviceDropsTheModel()
{
    SessionFixture fixture([](test::FakePipeline &fake) {
        fake.failAtStep(3, {ErrorCode::DeviceLost, "gone"});
    });
    QVERIFY(fixture.openModel());
    const auto run = fixture.runTo(1);
    QVERIFY(run);
    const auto waiting = fixture.session->generate(someRequest(2));
    QVERIFY(waiting.queued != 0);
    fixture.setup->gate.open();
    QVERIFY(fixture.awaitEnd(run));
    QCOMPARE(run->state, RunState::Failed);
    QVERIFY(fixture.awaitState(SessionState::NoModel));
    QCOMPARE(fixture.failed->size(), 1);
    QVERIFY(!fixture.session->model());
    // What waits is not tried on the next model without being asked.
    QVERIFY(fixture.session->queue()->isHeld());
    QCOMPARE(fixture.session->queue()->rowCount(), 1);
    QVERIFY(fixture.openModel());
    QCOMPARE(fixture.session->state(), SessionState::Ready);
}

void TestSession::wrongRequestIsRefused()
{
    SessionFixture fixture;
    QVERIFY(fixture.openModel());
    auto request = someRequest();
    request.frames = 16;
    const auto answer = fixture.session->generate(request);
    QVERIFY(!answer.accepted());
    QCOMPARE(answer.errors.front().field, std::string("frames"));
    QCOMPARE(fixture.session->state(), SessionState::Ready);
    QCOMPARE(fixture.started->size(), 0);
}

void TestSession::failedLoad()
{
    SessionFixture fixture([](test::FakePipeline &fake) {
        fake.failLoad({ErrorCode::CorruptFile, "model.json"});
    });
    fixture.setup->loadGate.open();
    fixture.session->openModel({"broken", "cpu", 0});
    QCOMPARE(fixture.session->state(), SessionState::OpeningModel);
    QVERIFY(fixture.awaitState(SessionState::NoModel));
    QCOMPARE(fixture.failed->size(), 1);
    QCOMPARE(fixture.session->modelError()->code, ErrorCode::CorruptFile);
    // The folder was mended.
    QVERIFY(fixture.openModel());
    QVERIFY(!fixture.session->modelError());
}

void TestSession::newerLoadWins()
{
    SessionFixture fixture;
    fixture.session->openModel({"first", "cpu", 0});
    QVERIFY(fixture.await([&] { return fixture.setup->loads == 1; })); // held at the gate
    fixture.session->openModel({"second", "cpu", 0});
    fixture.setup->loadGate.open();
    QVERIFY(fixture.awaitState(SessionState::Ready));
    QCOMPARE(fixture.session->model()->path, std::string("second"));
    QCOMPARE(fixture.opened->size(), 1);
    QCOMPARE(fixture.failed->size(), 0); // the first was given up, which is no failure
}

void TestSession::loadDuringRun_data()
{
    cancelAtStep_data();
}

void TestSession::loadDuringRun()
{
    QFETCH(int, count);
    SessionFixture fixture;
    QVERIFY(fixture.openModel());
    const auto run = fixture.runTo(count);
    QVERIFY(run);
    fixture.setup->loadGate.open();
    fixture.session->openModel({"other", "cpu", 0});
    QCOMPARE(fixture.session->state(), SessionState::OpeningModel);
    QCOMPARE(run->state, RunState::Interrupted);
    const auto told = fixture.steps->size();
    QVERIFY(fixture.awaitState(SessionState::Ready));
    QCOMPARE(fixture.session->model()->path, std::string("other"));
    QCOMPARE(fixture.steps->size(), told); // nothing of the old run came after
    QCOMPARE(fixture.ended->size(), 1);
    QCOMPARE(run->state, RunState::Interrupted);
    if (count == 0)
        return; // it may not even have begun
    const auto journal = store::readJournal(run->journal);
    QVERIFY(journal);
    QVERIFY(int(journal->steps.size()) >= count);
}

void TestSession::shutDownDuringRun()
{
    SessionFixture fixture;
    QVERIFY(fixture.openModel());
    const auto run = fixture.runTo(6);
    QVERIFY(run);
    fixture.session->generate(someRequest(2));
    QVERIFY(fixture.session->shutDown(std::chrono::seconds(20)));
    QCOMPARE(run->state, RunState::Interrupted);
    QCOMPARE(fixture.setup->alive.load(), 0);
    QCOMPARE(fixture.session->queue()->rowCount(), 1);
    const auto journal = store::readJournal(run->journal);
    QVERIFY(journal);
    QCOMPARE(int(journal->steps.size()), 6);
}

void TestSession::pipelineLivesOnOneThread()
{
    SessionFixture fixture;
    QVERIFY(fixture.openModel());
    QCOMPARE(fixture.setup->alive.load(), 1);
    QVERIFY(fixture.setup->thread.load() != std::this_thread::get_id());
    fixture.session.reset();
    QCOMPARE(fixture.setup->alive.load(), 0); // counted down on the thread that made it only
}

void TestSession::receiverMayOpenAnotherModel()
{
    SessionFixture fixture;
    QVERIFY(fixture.openModel());
    fixture.setup->gate.open();
    fixture.setup->loadGate.open();
    bool asked = false;
    QObject::connect(fixture.session.get(), &Session::stepFinished, fixture.session.get(),
                     [&](const RunPtr &, const StepPtr &step) {
                         if (step->index.step == 3 && !std::exchange(asked, true))
                             fixture.session->openModel({"other", "cpu", 0});
                     });
    const auto run = fixture.session->generate(someRequest()).started;
    QVERIFY(fixture.await([&] { return asked && fixture.session->state() == SessionState::Ready; }));
    QCOMPARE(run->state, RunState::Interrupted);
    QCOMPARE(fixture.session->model()->path, std::string("other"));
}

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
