// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include "core/domain/run_place.h"

using namespace faststar;

class TestRunPlace : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void clampsIntoTheSchedule_data();
    void clampsIntoTheSchedule();
    void neverAheadOfTheRun();
    void everyStepHasItsPlace();
    void arrowsWalkRowsAndColumns();
    void emptyScheduleIsHarmless();
};

namespace
{

// Clips of 1 and 4 latent frames, three scales each; the second scale is repeated.
Schedule smallSchedule()
{
    Schedule schedule;
    schedule.scalesPerClip = 3;
    schedule.clips = {{0, 1}, {1, 4}};
    int step = 0;
    for (int index = 0; index < 6; ++index) {
        Scale scale;
        scale.index = index;
        scale.clip = index / 3;
        scale.indexInClip = index % 3;
        scale.shape = {schedule.clips[std::size_t(scale.clip)].latentFrames, 2, 2};
        scale.repetitions = scale.indexInClip == 1 ? 2 : 1;
        scale.firstStep = step;
        step += scale.repetitions;
        schedule.scales.push_back(scale);
    }
    return schedule;
}

} // namespace

void TestRunPlace::clampsIntoTheSchedule_data()
{
    QTest::addColumn<RunPlace>("wanted");
    QTest::addColumn<RunPlace>("got");
    QTest::newRow("good") << RunPlace{1, 4, 1, 2} << RunPlace{1, 4, 1, 2};
    QTest::newRow("frame of the image clip") << RunPlace{0, 1, 0, 3} << RunPlace{0, 1, 0, 0};
    QTest::newRow("repetition too high") << RunPlace{1, 3, 9, 0} << RunPlace{1, 3, 0, 0};
    QTest::newRow("negative") << RunPlace{-1, -5, -1, -1} << RunPlace{0, 0, 0, 0};
    QTest::newRow("far too high") << RunPlace{9, 99, 9, 99} << RunPlace{1, 5, 0, 3};
    QTest::newRow("scale of the other clip") << RunPlace{1, 1, 1, 0} << RunPlace{1, 4, 1, 0};
    QTest::newRow("scale of the later clip") << RunPlace{0, 5, 0, 0} << RunPlace{0, 2, 0, 0};
}

void TestRunPlace::clampsIntoTheSchedule()
{
    QFETCH(RunPlace, wanted);
    QFETCH(RunPlace, got);
    QCOMPARE(clampPlace(wanted, smallSchedule()), got);
}

void TestRunPlace::neverAheadOfTheRun()
{
    const Schedule schedule = smallSchedule();
    for (int done = 0; done <= schedule.steps(); ++done) {
        const RunPlace place = clampPlace({1, 5, 0, 2}, schedule, done);
        QCOMPARE(stepAt(place, schedule).step, std::max(done - 1, 0));
    }
    // Behind the run nothing changes.
    QCOMPARE(clampPlace({0, 1, 1, 0}, schedule, 6), (RunPlace{0, 1, 1, 0}));
}

void TestRunPlace::everyStepHasItsPlace()
{
    const Schedule schedule = smallSchedule();
    int step = 0;
    for (const Scale &scale : schedule.scales) {
        for (int repetition = 0; repetition < scale.repetitions; ++repetition, ++step) {
            const StepIndex index{scale.clip, scale.index, scale.indexInClip, repetition, step};
            const RunPlace place = placeOf(index, 3, schedule);
            QCOMPARE(stepAt(place, schedule), index);
            QCOMPARE(place.frame, scale.clip == 0 ? 0 : 3);
        }
    }
}

void TestRunPlace::arrowsWalkRowsAndColumns()
{
    const Schedule schedule = smallSchedule();
    const RunPlace start{0, 1, 1, 0};
    QCOMPARE(movePlace(start, 0, 1, schedule), (RunPlace{1, 4, 1, 0}));
    QCOMPARE(movePlace(start, 0, 3, schedule), (RunPlace{1, 4, 1, 2}));
    QCOMPARE(movePlace(start, 0, 99, schedule), (RunPlace{1, 4, 1, 3}));
    QCOMPARE(movePlace(start, 0, -1, schedule), start);
    QCOMPARE(movePlace({1, 4, 1, 1}, 0, -2, schedule), start);
    QCOMPARE(movePlace(start, 1, 0, schedule), (RunPlace{0, 2, 0, 0}));
    QCOMPARE(movePlace({0, 2, 0, 0}, -1, 0, schedule), start); // the last repetition
    QCOMPARE(movePlace({0, 2, 0, 0}, 1, 0, schedule), (RunPlace{0, 2, 0, 0}));
    // While the video clip has only its first scale.
    QCOMPARE(movePlace(start, 0, 1, schedule, 5), start);
    QCOMPARE(movePlace({0, 0, 0, 0}, 0, 1, schedule, 5), (RunPlace{1, 3, 0, 0}));
    QCOMPARE(movePlace({1, 3, 0, 0}, 1, 0, schedule, 5), (RunPlace{1, 3, 0, 0}));
    QCOMPARE(movePlace({1, 3, 0, 0}, 1, 0, schedule, 6), (RunPlace{1, 4, 0, 0}));
}

void TestRunPlace::emptyScheduleIsHarmless()
{
    QCOMPARE(clampPlace({3, 3, 3, 3}, {}, 4), RunPlace{});
    QCOMPARE(movePlace({3, 3, 3, 3}, 1, 1, {}), RunPlace{});
    QCOMPARE(stepAt({3, 3, 3, 3}, {}), StepIndex{});
}

QTEST_GUILESS_MAIN(TestRunPlace)
#include "tst_run_place.moc"
