// SPDX-License-Identifier: Apache-2.0
#include "app/studio/session/run_cursor.h"

#include <QSignalSpy>
#include <QtTest>

#include "core/domain/validate.h"
#include "tests/support/fake_pipeline.h"

using namespace faststar;
using namespace faststar::studio;

class TestRunCursor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void followsUntilTouched();
    void keepsTheLatentFrame();
    void anotherRunFollowsAgain();
    void tellsOnlyWhatChanged();
};

namespace
{

Schedule someSchedule()
{
    return *scheduleOf(defaultRequest(test::fakeModel()), test::fakeModel());
}

} // namespace

void TestRunCursor::followsUntilTouched()
{
    RunCursor cursor;
    QSignalSpy following(&cursor, &RunCursor::followingChanged);
    cursor.setRun(someSchedule(), 0);
    QVERIFY(cursor.isFollowing());
    for (int done = 1; done < 30; ++done) {
        cursor.setStepsDone(done);
        QCOMPARE(cursor.step().step, done - 1);
    }
    cursor.move(-1, 0);
    QVERIFY(!cursor.isFollowing());
    QCOMPARE(following.size(), 1);
    const auto place = cursor.place();
    cursor.setStepsDone(31);
    QCOMPARE(cursor.place(), place);
    cursor.setFollowing(true);
    QCOMPARE(cursor.step().step, 30);
    QCOMPARE(following.size(), 2);
    cursor.setPlace({0, 3, 0, 0});
    QVERIFY(!cursor.isFollowing());
    QCOMPARE(cursor.step().scale, 3);
}

void TestRunCursor::keepsTheLatentFrame()
{
    const Schedule schedule = someSchedule();
    RunCursor cursor;
    cursor.setRun(schedule, 0);
    cursor.setFrame(2); // still in the image clip, which has one
    QVERIFY(cursor.isFollowing());
    QCOMPARE(cursor.place().frame, 0);
    cursor.setStepsDone(schedule.steps());
    QCOMPARE(cursor.place().clip, 1);
    QCOMPARE(cursor.place().frame, 2);
    cursor.setPlace({0, 0, 0, 0});
    cursor.setFollowing(true);
    QCOMPARE(cursor.place().frame, 0); // chosen later
}

void TestRunCursor::anotherRunFollowsAgain()
{
    RunCursor cursor;
    cursor.setRun(someSchedule(), 10);
    cursor.setPlace({0, 0, 0, 0});
    cursor.setRun(someSchedule(), 20);
    QVERIFY(cursor.isFollowing());
    QCOMPARE(cursor.step().step, 19);
    cursor.setRun({}, 0);
    QCOMPARE(cursor.place(), RunPlace{});
}

void TestRunCursor::tellsOnlyWhatChanged()
{
    RunCursor cursor;
    cursor.setRun(someSchedule(), 10);
    QSignalSpy places(&cursor, &RunCursor::placeChanged);
    cursor.setStepsDone(10);
    cursor.setFrame(0);
    cursor.move(0, -1);
    QCOMPARE(places.size(), 0);
    cursor.setPlace({0, 1, 0, 0});
    QCOMPARE(places.size(), 1);
    QCOMPARE(places.front().front().value<RunPlace>(), (RunPlace{0, 1, 0, 0}));
    cursor.setPlace({0, 1, 0, 0});
    QCOMPARE(places.size(), 1);
}

QTEST_GUILESS_MAIN(TestRunCursor)
#include "tst_run_cursor.moc"
