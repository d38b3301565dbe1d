// SPDX-License-Identifier: Apache-2.0
//
// What outlives a session: history, queue and times, through quits and kills.
#include <cmath>
#include <csignal>
#include <iostream>

#include <QAbstractItemModelTester>
#include <QProcess>

#include "app/studio/session/run_clock.h"
#include "app/studio/session/run_files.h"
#include "tests/studio/library_fixture.h"

using namespace faststar;
using namespace faststar::studio;
using faststar::test::SessionFixture;
using faststar::test::someRequest;
using Start = faststar::test::LibraryStart;

namespace
{

// What a user kills: a program in the middle of a run, with one more in the queue.
int victim(const std::filesystem::path &folder)
{
    Start start(folder);
    if (!start.open() || !start.fixture.runTo(30))
        return 1;
    start.fixture.session->generate(someRequest(2));
    // In the files by now: tasks run in order.
    QSignalSpy failed(start.library.get(), &Library::loadFailed);
    start.library->load(1000);
    if (!SessionFixture::await([&] { return !failed.isEmpty(); }))
        return 1;
    std::cout << "ready" << std::endl;
    return QCoreApplication::exec();
}

bool sameStep(const StepEvent &a, const StepEvent &b)
{
    const bool scores =
        (a.scores == nullptr) == (b.scores == nullptr) &&
        (!a.scores ||
         (a.scores->score == b.scores->score && a.scores->spatialSimilarity == b.scores->spatialSimilarity &&
          a.scores->temporalSimilarity == b.scores->temporalSimilarity &&
          a.scores->featureNorm == b.scores->featureNorm && a.scores->nanCount == b.scores->nanCount));
    return a.index == b.index && a.shape == b.shape && a.tokens == b.tokens && a.kept == b.kept &&
           a.pruned == b.pruned && a.times.total() == b.times.total() && a.featureNorm == b.featureNorm &&
           *a.record == *b.record && *a.preview == *b.preview && scores;
}

} // namespace

class TestLibrary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<test::ScratchFolder>(); }
    void runComesBackWhole();
    void cancelledRunLeavesNothing();
    void killedProgramLosesNothing();
    void quitDuringRunAndQueueComesBack();
    void failedAndKeptRunsAreListed();
    void secondProgramLeavesTheQueueAlone();
    void forecastLearns();
    void clockIsByMeasuredTime();
    void waterfallOfTheSameRequest();
    void whatWasAskedForLastIsShown();

private:
    std::unique_ptr<test::ScratchFolder> m_folder;
    [[nodiscard]] std::filesystem::path data() const { return *m_folder / "data"; }
};

void TestLibrary::runComesBackWhole()
{
    RunPtr run;
    {
        Start start(data());
        QVERIFY(start.open());
        QCOMPARE(start.opened->front().front().toBool(), false);
        run = start.run(someRequest());
        QVERIFY(run);
        QCOMPARE(run->number, std::int64_t(1));
        QVERIFY(std::filesystem::exists(run->clip));
        QVERIFY(run->writeSeconds > 0.0);
        QCOMPARE(start.library->shelf()->rowCount(), 1);
        QCOMPARE(start.failed->size(), 0);
    }
    Start start(data());
    QVERIFY(start.open());
    ShelfModel *shelf = start.library->shelf();
    const QAbstractItemModelTester tester(shelf, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(shelf->rowCount(), 1);
    QCOMPARE(shelf->index(0).data().toString(), QString("a red circle"));
    QVERIFY(shelf->index(0).data(ShelfModel::ThumbnailRole).toByteArray().startsWith("\x89PNG"));
    const auto again = start.load(1);
    QVERIFY(again);
    QCOMPARE(again->state, RunState::Finished);
    QVERIFY(again->request == run->request);
    QVERIFY(*again->frames == *run->frames);
    QVERIFY(again->plan->schedule == run->plan->schedule);
    QVERIFY(again->plan->keptTokens == run->plan->keptTokens);
    QCOMPARE(again->steps.size(), run->steps.size());
    for (std::size_t i = 0; i < run->steps.size(); ++i)
        QVERIFY(sameStep(*again->steps[i], *run->steps[i]));
    QVERIFY(again->warnings.empty());
    QCOMPARE(again->clip.string(), run->clip.string());
    // It can be branched like one of this session.
    const int scale = int(again->plan->schedule.scales.size()) - 1;
    start.fixture.setup->gate.open();
    const auto branch = start.fixture.session->branch(again, scale, again->request).started;
    QVERIFY(branch);
    QVERIFY(start.fixture.awaitEnd(branch));
    QCOMPARE(branch->state, RunState::Finished);
    QCOMPARE(branch->origin->number, std::int64_t(1));
}

void TestLibrary::cancelledRunLeavesNothing()
{
    Start start(data());
    QVERIFY(start.open());
    const auto run = start.fixture.runTo(5);
    QVERIFY(run);
    QVERIFY(std::filesystem::exists(run->folder));
    start.fixture.session->cancel();
    QVERIFY(start.fixture.awaitEnd(run));
    QSignalSpy failed(start.library.get(), &Library::loadFailed);
    start.library->load(1); // after it in the order of tasks
    QVERIFY(SessionFixture::await([&] { return !failed.isEmpty(); }));
    QVERIFY(!std::filesystem::exists(run->folder));
    QCOMPARE(start.library->shelf()->rowCount(), 0);
}

void TestLibrary::killedProgramLosesNothing()
{
    GenerationRequest request = someRequest();
    {
        Start before(data());
        QVERIFY(before.open());
        QVERIFY(before.run(someRequest(7)));
    }
    QProcess program;
    program.start(QCoreApplication::applicationFilePath(),
                  {"--victim", QString::fromStdString(data().string())});
    QVERIFY(program.waitForReadyRead(60000));
    QVERIFY(program.readAll().startsWith("ready"));
    ::kill(pid_t(program.processId()), SIGKILL);
    QVERIFY(program.waitForFinished(60000));

    Start start(data());
    QVERIFY(start.open());
    QCOMPARE(start.opened->front().front().toBool(), true);
    // What waited is there, but does not start by itself.
    QVERIFY(start.fixture.session->queue()->isHeld());
    QCOMPARE(start.fixture.session->queue()->rowCount(), 1);
    QCOMPARE(start.fixture.session->queue()->entries().front().request.seed, std::int64_t(2));
    QVERIFY(!start.fixture.session->active());
    const auto &runs = start.library->shelf()->runs();
    QCOMPARE(runs.size(), std::size_t(2));
    QCOMPARE(runs[0].outcome, store::RunOutcome::Interrupted);
    QCOMPARE(runs[0].stepsDone, 30);
    QCOMPARE(runs[1].outcome, store::RunOutcome::Finished);

    const auto killed = start.load(runs[0].number);
    QVERIFY(killed);
    QCOMPARE(killed->state, RunState::Interrupted);
    QCOMPARE(killed->stepsDone, 30);
    start.fixture.setup->gate.open();
    const auto rest = start.fixture.session->continueRun(killed).started;
    QVERIFY(rest);
    QVERIFY(start.fixture.awaitEnd(rest));
    QCOMPARE(rest->state, RunState::Finished);
    QCOMPARE(rest->plan->resumedSteps, 30);
    // As if nothing had happened.
    const auto whole = start.run(request);
    QVERIFY(whole);
    QVERIFY(*whole->frames == *rest->frames);
    for (int step = 30; step < whole->stepsDone; ++step)
        QVERIFY(*whole->step(step)->record == *rest->step(step)->record);
}

void TestLibrary::quitDuringRunAndQueueComesBack()
{
    {
        Start start(data());
        QVERIFY(start.open());
        QVERIFY(start.fixture.runTo(10));
        auto branch = someRequest(5);
        branch.ratiosPermille = {0, 0, 0, 900};
        start.fixture.session->generate(someRequest(4));
        start.fixture.session->generate(branch, {}, Turn::First);
    }
    Start start(data());
    QVERIFY(SessionFixture::await([&] { return start.library->isOpen(); }));
    QCOMPARE(start.opened->front().front().toBool(), false);
    QCOMPARE(start.library->shelf()->runs().front().outcome, store::RunOutcome::Interrupted);
    RunQueue *queue = start.fixture.session->queue();
    QVERIFY(!queue->isHeld());
    QCOMPARE(queue->rowCount(), 2);
    QCOMPARE(queue->entries()[0].request.seed, std::int64_t(5));
    QCOMPARE(queue->entries()[0].request.ratiosPermille[3], 900);
    QCOMPARE(queue->entries()[1].request.seed, std::int64_t(4));
    // It goes on as soon as there is a model.
    start.fixture.setup->gate.open();
    start.fixture.setup->loadGate.open();
    start.fixture.session->openModel({"some/model", "cpu", 0});
    QVERIFY(SessionFixture::await([&] { return start.fixture.ended->size() == 2; }));
    QVERIFY(queue->isEmpty());
}

void TestLibrary::failedAndKeptRunsAreListed()
{
    Start start(data(), [](test::FakePipeline &fake) {
        fake.failAtStep(20, {ErrorCode::OutOfMemory, "full"});
    });
    QVERIFY(start.open());
    const auto failed = start.run(someRequest());
    QVERIFY(failed);
    QCOMPARE(failed->state, RunState::Failed);
    QCOMPARE(start.library->shelf()->runs().front().outcome, store::RunOutcome::Failed);
    QCOMPARE(start.library->shelf()->runs().front().error->detail, std::string("full"));
    QCOMPARE(start.library->shelf()->runs().front().stepsDone, 20);
    QVERIFY(!start.library->shelf()->runs().front().thumbnail.empty()); // the last preview
    const auto loaded = start.load(failed->number);
    QCOMPARE(loaded->error->code, ErrorCode::OutOfMemory);
    QVERIFY(loaded->preview());
    QVERIFY(!loaded->frames);

    SessionFixture &fixture = start.fixture;
    fixture.setup->gate.allow(-(1 << 20));
    const auto run = fixture.session->generate(someRequest(2)).started;
    fixture.setup->gate.allow(1 << 20);
    QVERIFY(fixture.await([&] { return run->stepsDone > 0 || isOver(run->state); }));
    fixture.session->stopAndKeep();
    QVERIFY(SessionFixture::await([&] { return start.isSaved(run); }));
    if (run->state == RunState::Kept) { // not if it was over before
        QCOMPARE(start.library->shelf()->runs().front().outcome, store::RunOutcome::Kept);
        QCOMPARE(start.load(run->number)->keptAt->step, run->keptAt->step);
    }
}

void TestLibrary::secondProgramLeavesTheQueueAlone()
{
    Start first(data());
    QVERIFY(first.open());
    QVERIFY(first.fixture.runTo(2));
    first.fixture.session->generate(someRequest(11));
    {
        Start second(data());
        QVERIFY(second.open());
        QVERIFY(second.fixture.session->queue()->isEmpty());
        QCOMPARE(second.library->shelf()->rowCount(), 0); // the other's run is not over
        QVERIFY(second.run(someRequest(12)));
        QCOMPARE(second.library->shelf()->rowCount(), 1);
    }
    QCOMPARE(first.fixture.session->queue()->rowCount(), 1);
    QCOMPARE(first.fixture.session->active()->state, RunState::Running);
}

void TestLibrary::forecastLearns()
{
    const auto request = someRequest();
    ModelFacts facts;
    double seconds = 0.0;
    {
        Start start(data());
        QVERIFY(start.open());
        facts = *start.fixture.session->model();
        QVERIFY(start.library->forecast(request, facts, 2)->estimate);
        QSignalSpy measured(start.library.get(), &Library::measured);
        QVERIFY(start.run(request));
        QCOMPARE(measured.size(), 1);
        const auto forecast = start.library->forecast(request, facts, 2);
        QVERIFY(!forecast->estimate);
        seconds = forecast->generateSeconds();
        auto impossible = request;
        impossible.frames = 2;
        QVERIFY(!start.library->forecast(impossible, facts, 2));
    }
    Start start(data());
    QVERIFY(start.open());
    const auto forecast = start.library->forecast(request, facts, 2);
    QVERIFY(!forecast->estimate);
    QCOMPARE(forecast->generateSeconds(), seconds);
    facts.hash = "other";
    QVERIFY(start.library->forecast(request, facts, 2)->estimate);
}

void TestLibrary::clockIsByMeasuredTime()
{
    Start start(data());
    QVERIFY(start.open());
    const auto first = start.run(someRequest());
    QVERIFY(first->forecast && first->forecast->estimate);
    const auto second = start.run(someRequest(2));
    QVERIFY(second->forecast && !second->forecast->estimate);
    QVERIFY(std::abs(second->forecast->generateSeconds() - costsOf(*second).stepSeconds()) < 0.01);

    // The same run, half way: the share is of its time.
    RunRecord half = *second;
    half.state = RunState::Running;
    half.stage = Stage::Generate;
    half.stageDone = 0.0;
    double past = half.summary.textSeconds;
    half.stepsDone = 30;
    for (std::size_t step = 0; step < half.steps.size(); ++step) {
        if (step < 30)
            past += half.steps[step]->times.total() / 1000.0;
        else
            half.steps[step] = nullptr;
    }
    const RunClock clock = clockOf(half);
    QVERIFY(std::abs(clock.done() * (past + clock.secondsLeft()) - past) < 0.02);
    half.forecast.reset(); // by the plan's shares, which know the machine only by now
    QVERIFY(clockOf(half).done() > 0.0 && clockOf(half).done() < 1.0);
    half.plan.reset();
    QCOMPARE(clockOf(half).done(), 0.0);
}

void TestLibrary::waterfallOfTheSameRequest()
{
    Start start(data());
    QVERIFY(start.open());
    auto request = someRequest();
    const auto pruned = start.run(request);
    QSignalSpy found(start.library.get(), &Library::waterfallFound);
    start.library->findWaterfall(pruned);
    request.method = Method::None;
    const auto full = start.run(request);
    QVERIFY(full);
    QCOMPARE(found.size(), 0); // there was none when it was asked for
    start.library->findWaterfall(pruned);
    QVERIFY(SessionFixture::await([&] { return found.size() == 1; }));
    QCOMPARE(found.front().at(0).value<RunPtr>(), pruned);
    QCOMPARE(found.front().at(2).toLongLong(), qint64(full->number));
    const auto fall = found.front().at(1).value<Waterfall>();
    QVERIFY(fall.blocks > 0.0);
    QVERIFY(fall.ceiling >= fall.speedUp);
}

// Opening an earlier run takes a while. Who generates meanwhile, or opens another, is not brought back to it.
void TestLibrary::whatWasAskedForLastIsShown()
{
    Start start(data());
    QVERIFY(start.open());
    const auto first = start.run(someRequest());
    const auto second = start.run(someRequest());
    QVERIFY(first && second);
    QSignalSpy loaded(start.library.get(), &Library::runLoaded);
    QSignalSpy failed(start.library.get(), &Library::loadFailed);

    start.library->load(99); // there is none
    start.library->load(first->number);
    start.library->load(second->number);
    QVERIFY(SessionFixture::await([&] { return !loaded.isEmpty(); }));
    QCOMPARE(loaded.size(), 1);
    QCOMPARE(failed.size(), 0);
    QCOMPARE(loaded.front().front().value<RunPtr>()->number, second->number);

    start.library->load(first->number);
    const auto third = start.run(someRequest()); // it is saved by the same thread, after the loading
    QVERIFY(third);
    QCOMPARE(loaded.size(), 1);
    QCOMPARE(start.fixture.session->shown(), third);
}

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    if (argc == 3 && std::string(argv[1]) == "--victim")
        return victim(argv[2]);
    TestLibrary test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_library.moc"
