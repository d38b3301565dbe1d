// SPDX-License-Identifier: Apache-2.0
//
// The mailbox between two threads, under load.
#include "app/studio/session/engine_mail.h"

#include <atomic>
#include <barrier>
#include <thread>

#include <QtTest>

using namespace faststar;
using namespace faststar::studio;

class TestEngineMail : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsNewestAndAllSteps();
    void wakesOnceUntilTaken();
    void runsStayApart();
    void nothingIsLostUnderLoad();
};

namespace
{

StepPtr stepOf(int index)
{
    auto event = std::make_shared<StepEvent>();
    event->index.step = index;
    return event;
}

} // namespace

void TestEngineMail::keepsNewestAndAllSteps()
{
    EngineMailbox mailbox([] {});
    for (int i = 0; i < 3; ++i) {
        mailbox.toRun(7, [&](RunMail &mail) {
            mail.stage = {Stage::Decode, 0.25 * i};
            mail.steps.push_back(stepOf(i));
        });
    }
    const EngineMail mail = mailbox.take();
    QCOMPARE(mail.runs.size(), std::size_t(1));
    QCOMPARE(mail.runs.front().run, RunId(7));
    QCOMPARE(mail.runs.front().stage->done, 0.5);
    QCOMPARE(mail.runs.front().steps.size(), std::size_t(3));
    QVERIFY(mailbox.take().runs.empty());
}

void TestEngineMail::wakesOnceUntilTaken()
{
    int wakes = 0;
    EngineMailbox mailbox([&wakes] { ++wakes; });
    const auto put = [&] { mailbox.toLoad(1, [](LoadMail &mail) { mail.stage = {Stage::Load, 0.5}; }); };
    put();
    put();
    put();
    QCOMPARE(wakes, 1);
    static_cast<void>(mailbox.take());
    put();
    QCOMPARE(wakes, 2);
}

void TestEngineMail::runsStayApart()
{
    EngineMailbox mailbox([] {});
    mailbox.toRun(1, [](RunMail &mail) { mail.steps.push_back(stepOf(0)); });
    mailbox.toRun(2, [](RunMail &mail) { mail.steps.push_back(stepOf(1)); });
    mailbox.toRun(1, [](RunMail &mail) { mail.paused = true; });
    const EngineMail mail = mailbox.take();
    QCOMPARE(mail.runs.size(), std::size_t(2));
    QCOMPARE(mail.runs[0].run, RunId(1));
    QVERIFY(mail.runs[0].paused);
    QVERIFY(!mail.runs[1].paused);
    QCOMPARE(mail.runs[1].steps.front()->index.step, 1);
}

void TestEngineMail::nothingIsLostUnderLoad()
{
    constexpr int kSteps = 20000;
    std::atomic<int> wakes = 0;
    EngineMailbox mailbox([&wakes] {
        ++wakes;
        wakes.notify_one();
    });
    std::barrier start(2);
    std::jthread writer([&] {
        start.arrive_and_wait();
        for (int i = 0; i < kSteps; ++i)
            mailbox.toRun(1, [&](RunMail &mail) { mail.steps.push_back(stepOf(i)); });
    });
    start.arrive_and_wait();
    int next = 0, taken = 0, seen = 0;
    while (next < kSteps) {
        wakes.wait(seen); // a wake-up that got lost would let this wait for ever
        seen = wakes.load();
        const EngineMail mail = mailbox.take();
        ++taken;
        for (const RunMail &run : mail.runs) {
            for (const StepPtr &step : run.steps)
                QCOMPARE(step->index.step, next++);
        }
    }
    QCOMPARE(next, kSteps);
    QVERIFY(wakes.load() <= taken + 1); // one is on its way at most
}

QTEST_GUILESS_MAIN(TestEngineMail)
#include "tst_engine_mail.moc"
