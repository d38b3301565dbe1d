// SPDX-License-Identifier: Apache-2.0
//
// The queue as a model, and how the session draws from it.
#include "app/studio/session/run_queue.h"

#include <QAbstractItemModelTester>

#include "tests/studio/session_fixture.h"

using namespace faststar;
using namespace faststar::studio;
using faststar::test::SessionFixture;
using faststar::test::someRequest;

class TestRunQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void editing();
    void movesLikeAList_data();
    void movesLikeAList();
    void generateDuringARunQueues();
    void heldQueueWaits();
    void waitsForTheModel();
    void entryThatNoLongerFitsFails();
    void branchIsQueuedWithItsHistory();
};

namespace
{

QueueEntry entryOf(std::int64_t seed)
{
    QueueEntry entry;
    entry.request = someRequest(seed);
    return entry;
}

std::vector<std::int64_t> seedsOf(const RunQueue &queue)
{
    std::vector<std::int64_t> seeds;
    for (const auto &entry : queue.entries())
        seeds.push_back(entry.request.seed);
    return seeds;
}

using Seeds = std::vector<std::int64_t>;

} // namespace

void TestRunQueue::editing()
{
    RunQueue queue;
    const QAbstractItemModelTester tester(&queue, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy changed(&queue, &RunQueue::changed);
    const auto first = queue.append(entryOf(1));
    queue.append(entryOf(2));
    queue.prepend(entryOf(3));
    QCOMPARE(seedsOf(queue), Seeds({3, 1, 2}));
    QCOMPARE(queue.rowOf(first), 1);
    QCOMPARE(queue.index(1).data(RunQueue::SeedRole).toLongLong(), 1);
    QCOMPARE(queue.index(1).data().toString(), QString("a red circle"));
    auto other = someRequest(9);
    other.prompt = "a blue square";
    QVERIFY(queue.replaceRequest(1, other));
    QCOMPARE(queue.index(1).data().toString(), QString("a blue square"));
    QCOMPARE(queue.rowOf(first), 1);
    QVERIFY(queue.removeRow(0));
    QCOMPARE(seedsOf(queue), Seeds({9, 2}));
    QVERIFY(!queue.removeRow(2));
    QVERIFY(!queue.removeRows(1, 2));
    QVERIFY(!queue.replaceRequest(5, other));
    QCOMPARE(changed.size(), 5);
    queue.clear();
    QVERIFY(queue.isEmpty());
    QVERIFY(!queue.takeFirst());
}

void TestRunQueue::movesLikeAList_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    for (int from = -1; from <= 4; ++from) {
        for (int to = -1; to <= 4; ++to)
            QTest::addRow("%d to %d", from, to) << from << to;
    }
}

void TestRunQueue::movesLikeAList()
{
    QFETCH(int, from);
    QFETCH(int, to);
    RunQueue queue;
    const QAbstractItemModelTester tester(&queue, QAbstractItemModelTester::FailureReportingMode::QtTest);
    Seeds expected;
    for (int seed = 0; seed < 4; ++seed) {
        queue.append(entryOf(seed));
        expected.push_back(seed);
    }
    const bool exists = from >= 0 && from < 4 && to >= 0 && to < 4;
    QCOMPARE(queue.move(from, to), exists);
    if (exists) {
        const auto moved = expected[std::size_t(from)];
        expected.erase(expected.begin() + from);
        expected.insert(expected.begin() + to, moved);
    }
    QCOMPARE(seedsOf(queue), expected);
}

void TestRunQueue::generateDuringARunQueues()
{
    SessionFixture fixture;
    QVERIFY(fixture.openModel());
    const auto run = fixture.runTo(2);
    QVERIFY(run);
    QVERIFY(fixture.session->generate(someRequest(2)).queued != 0);
    QVERIFY(fixture.session->generate(someRequest(3)).queued != 0);
    QVERIFY(fixture.session->generate(someRequest(4), {}, Turn::First).queued != 0);
    auto wrong = someRequest(5);
    wrong.p = 0.5;
    QVERIFY(!fixture.session->generate(wrong).accepted());
    QCOMPARE(seedsOf(*fixture.session->queue()), Seeds({4, 2, 3}));
    QVERIFY(fixture.session->queue()->removeRow(1));
    fixture.setup->gate.open();
    QVERIFY(fixture.await([&] { return fixture.ended->size() == 3; }));
    QCOMPARE(fixture.session->state(), SessionState::Ready);
    Seeds order;
    for (const auto &arguments : std::as_const(*fixture.ended))
        order.push_back(arguments.front().value<RunPtr>()->request.seed);
    QCOMPARE(order, Seeds({1, 4, 3}));
    QVERIFY(fixture.session->queue()->isEmpty());
}

void TestRunQueue::heldQueueWaits()
{
    SessionFixture fixture;
    QVERIFY(fixture.openModel());
    const auto run = fixture.runTo(2);
    fixture.session->generate(someRequest(2));
    fixture.session->queue()->setHeld(true);
    fixture.setup->gate.open();
    QVERIFY(fixture.awaitEnd(run));
    QCOMPARE(fixture.session->state(), SessionState::Ready);
    QCOMPARE(fixture.session->queue()->rowCount(), 1);
    // What the user starts by hand runs all the same.
    const auto now = fixture.session->generate(someRequest(3));
    QVERIFY(now.started);
    QVERIFY(fixture.awaitEnd(now.started));
    QCOMPARE(fixture.session->queue()->rowCount(), 1);
    fixture.session->queue()->setHeld(false);
    QVERIFY(fixture.session->active());
    QCOMPARE(fixture.session->active()->request.seed, std::int64_t(2));
    QVERIFY(fixture.await([&] { return fixture.ended->size() == 3; }));
}

void TestRunQueue::waitsForTheModel()
{
    SessionFixture fixture;
    fixture.session->openModel({"some/model", "cpu", 0});
    QVERIFY(fixture.session->generate(someRequest(6)).queued != 0);
    QVERIFY(!fixture.session->active());
    fixture.setup->gate.open();
    fixture.setup->loadGate.open();
    QVERIFY(fixture.await([&] { return fixture.ended->size() == 1; }));
    const auto run = fixture.ended->front().front().value<RunPtr>();
    QCOMPARE(run->request.seed, std::int64_t(6));
    QCOMPARE(run->state, RunState::Finished);
    QCOMPARE(fixture.session->shown(), run);
}

void TestRunQueue::entryThatNoLongerFitsFails()
{
    SessionFixture fixture;
    fixture.session->openModel({"some/model", "cpu", 0});
    auto wrong = someRequest(1);
    wrong.size = "9.99M";
    QVERIFY(fixture.session->generate(wrong).queued != 0);
    QVERIFY(fixture.session->generate(someRequest(2)).queued != 0);
    fixture.setup->gate.open();
    fixture.setup->loadGate.open();
    QVERIFY(fixture.await([&] { return fixture.ended->size() == 2; }));
    const auto bad = fixture.ended->at(0).front().value<RunPtr>();
    QCOMPARE(bad->state, RunState::Failed);
    QVERIFY(bad->error->detail.starts_with("size: "));
    QCOMPARE(fixture.ended->at(1).front().value<RunPtr>()->state, RunState::Finished);
    QCOMPARE(fixture.setup->runs.load(), 1);
}

void TestRunQueue::branchIsQueuedWithItsHistory()
{
    SessionFixture fixture;
    QVERIFY(fixture.openModel());
    fixture.setup->gate.open();
    const auto run = fixture.session->generate(someRequest()).started;
    QVERIFY(fixture.awaitEnd(run));
    auto changed = run->request;
    changed.ratiosPermille = {0, 0, 100, 900};
    const int scale = int(run->plan->schedule.scales.size()) - 2;
    const int taken = run->plan->schedule.scales[std::size_t(scale)].firstStep;

    const auto branch = fixture.session->branch(run, scale, changed).started;
    QVERIFY(branch);
    QVERIFY(fixture.awaitEnd(branch));
    QCOMPARE(branch->state, RunState::Finished);
    QCOMPARE(branch->plan->resumedSteps, taken);
    QCOMPARE(*branch->origin->branchFromScale, scale);
    QVERIFY(!branch->step(taken - 1)); // the fake does not tell of what it took over
    QVERIFY(branch->step(taken));

    // From the journal, as for a run of an earlier session; equal settings give equal codes.
    auto earlier = std::make_shared<RunRecord>(*run);
    earlier->steps.clear();
    const auto same = fixture.session->branch(earlier, scale, run->request).started;
    QVERIFY(same);
    QVERIFY(fixture.awaitEnd(same));
    QCOMPARE(same->plan->resumedSteps, taken);
    for (int step = taken; step < same->stepsDone; ++step)
        QVERIFY(*same->step(step)->record == *run->step(step)->record);

    // Of other weights: refused with both names.
    auto foreign = std::make_shared<RunRecord>(*earlier);
    foreign->modelHash = "0123";
    std::filesystem::remove(foreign->journal);
    const auto lost = fixture.session->branch(foreign, scale, run->request).started;
    QVERIFY(fixture.awaitEnd(lost));
    QCOMPARE(lost->error->code, ErrorCode::NotFound);
    foreign->steps = run->steps;
    const auto refused = fixture.session->branch(foreign, scale, run->request).started;
    QVERIFY(fixture.awaitEnd(refused));
    QCOMPARE(refused->error->code, ErrorCode::ModelMismatch);
}

QTEST_GUILESS_MAIN(TestRunQueue)
#include "tst_run_queue.moc"
