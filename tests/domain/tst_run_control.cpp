// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <latch>
#include <thread>

#include "core/domain/pipeline.h"

using namespace faststar;

// A waiter that is not woken hangs, and the test's time limit reports it.
class TestRunControl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void startsRunning();
    void cancelStopsBothTokens();
    void keepStopsTheInterruptTokenOnly();
    void decodeRequestIsTakenOnce();
    void waitEndsBy_data();
    void waitEndsBy();
    void resumeBeforeTheWaitIsNotLost();
    void manySteerersAtOnce();
};

void TestRunControl::startsRunning()
{
    RunControl control;
    QVERIFY(!control.isPaused());
    QVERIFY(!control.isCancelled());
    QVERIFY(!control.isStopping());
    QVERIFY(!control.takeDecodeRequest());
    control.waitWhilePaused(); // returns at once
}

void TestRunControl::cancelStopsBothTokens()
{
    RunControl control;
    const auto interrupt = control.interruptToken();
    const auto cancel = control.cancelToken();
    control.cancel();
    QVERIFY(interrupt.stop_requested());
    QVERIFY(cancel.stop_requested());
    QVERIFY(control.isCancelled());
    QVERIFY(control.isStopping());
}

void TestRunControl::keepStopsTheInterruptTokenOnly()
{
    RunControl control;
    control.stopAndKeep();
    QVERIFY(control.interruptToken().stop_requested());
    QVERIFY(!control.cancelToken().stop_requested());
    QVERIFY(!control.isCancelled());
    QVERIFY(control.isStopping());
    control.cancel(); // a second thought: now
    QVERIFY(control.isCancelled());
}

void TestRunControl::decodeRequestIsTakenOnce()
{
    RunControl control;
    control.requestDecode();
    control.requestDecode();
    QVERIFY(control.takeDecodeRequest());
    QVERIFY(!control.takeDecodeRequest());
}

void TestRunControl::waitEndsBy_data()
{
    QTest::addColumn<int>("way");
    QTest::newRow("resume") << 0;
    QTest::newRow("cancel") << 1;
    QTest::newRow("stop and keep") << 2;
    QTest::newRow("decode request") << 3;
}

void TestRunControl::waitEndsBy()
{
    QFETCH(int, way);
    RunControl control;
    control.pause();
    QVERIFY(control.isPaused());
    std::latch waits(1);
    std::jthread runner([&] {
        waits.count_down();
        control.waitWhilePaused();
    });
    waits.wait();
    const std::array<void (RunControl::*)(), 4> ways{&RunControl::resume, &RunControl::cancel,
                                                     &RunControl::stopAndKeep, &RunControl::requestDecode};
    (control.*ways[std::size_t(way)])();
    runner.join();
    QCOMPARE(control.isPaused(), way != 0);
    QCOMPARE(control.isStopping(), way == 1 || way == 2);
    QCOMPARE(control.isCancelled(), way == 1);
    QCOMPARE(control.takeDecodeRequest(), way == 3);
}

void TestRunControl::resumeBeforeTheWaitIsNotLost()
{
    RunControl control;
    control.pause();
    control.resume();
    control.waitWhilePaused();
    QVERIFY(!control.isPaused());
}

// For the thread sanitizer: a runner passes boundaries while others steer.
void TestRunControl::manySteerersAtOnce()
{
    RunControl control;
    std::latch start(4);
    int answered = 0;
    std::jthread runner([&] {
        start.arrive_and_wait();
        while (!control.isStopping()) {
            control.waitWhilePaused();
            answered += control.takeDecodeRequest() ? 1 : 0;
        }
    });
    const auto steer = [&](auto &&action) {
        return std::jthread([&control, &start, action] {
            start.arrive_and_wait();
            for (int i = 0; i < 2000; ++i)
                action(control);
        });
    };
    {
        const auto pauser = steer([](RunControl &c) { c.pause(); });
        const auto resumer = steer([](RunControl &c) { c.resume(); });
        const auto asker = steer([](RunControl &c) { c.requestDecode(); });
    }
    control.stopAndKeep();
    runner.join();
    answered += control.takeDecodeRequest() ? 1 : 0;
    QVERIFY(answered >= 1);
}

QTEST_GUILESS_MAIN(TestRunControl)
#include "tst_run_control.moc"
