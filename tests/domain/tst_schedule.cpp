// SPDX-License-Identifier: Apache-2.0
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include "core/domain/schedule.h"
#include "tests/support/paths.h"

using namespace faststar;

namespace
{

ScheduleConfig configOf(const std::string &size)
{
    const auto count = std::size_t(scalesOf(size));
    ScheduleConfig config;
    config.size = size;
    config.imageRepetition.assign(count, 3);
    config.videoRepetition.assign(count, 3);
    config.videoRepetition.back() = 1;
    return config;
}

} // namespace

class TestSchedule : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // Every released schedule: shapes, frames and context of every scale.
    void releasedSchedules()
    {
        QFile file(QString::fromStdString((test::goldenDir() / "schedules.json").string()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto all = QJsonDocument::fromJson(file.readAll()).object()["schedules"].toObject();
        QCOMPARE(all.size(), 360);
        for (auto it = all.begin(); it != all.end(); ++it) {
            const auto parts = it.key().split('/');
            const auto expected = it->toObject();
            const int frames = parts[2].toInt();
            const double key = parts[1].toDouble();
            QCOMPARE(nearestAspectKey(key), key);
            const auto plan = clipPlan(*latentFramesOf(frames), 20);
            const auto schedule = buildSchedule(configOf(parts[0].toStdString()), {16, 64, 60, 7}, key, plan);
            QVERIFY2(schedule, qPrintable(it.key()));
            QCOMPARE(schedule->aspectKey, key);
            QCOMPARE(schedule->scalesPerClip, expected["scales_per_clip"].toInt());
            const auto scales = expected["scales"].toArray();
            QCOMPARE(int(schedule->scales.size()), int(scales.size()));
            for (int i = 0; i < scales.size(); ++i) {
                const auto shape = scales[i].toArray();
                const Scale &scale = schedule->scales[std::size_t(i)];
                const GridShape wanted{shape[0].toInt(), shape[1].toInt(), shape[2].toInt()};
                QVERIFY2(scale.shape == wanted, qPrintable(it.key() + " scale " + QString::number(i)));
                const auto range = expected["frames"].toArray()[i].toArray();
                QCOMPARE(scale.firstFrame, range[0].toInt());
                QCOMPARE(scale.firstFrame + scale.shape.t, range[1].toInt());
                const auto context = expected["context"].toArray()[i].toArray();
                QCOMPARE(scale.contextScale, context.isEmpty() ? -1 : context[0].toInt());
            }
        }
    }

    void stepIndexRunsOverRepetitions()
    {
        const auto schedule = buildSchedule(configOf("0.06M"), {16, 64, 60, 7}, 0.5625, clipPlan(5, 20));
        QVERIFY(schedule);
        QCOMPARE(schedule->scales[0].firstStep, 0);
        QCOMPARE(schedule->scales[3].firstStep, 9);
        QCOMPARE(schedule->scales[11].firstStep, 33);
        QCOMPARE(schedule->steps(), 33 + 31);
        QVERIFY(schedule->scales[6].semantic);
        QCOMPARE(schedule->scales[7].bits, 64);
        QVERIFY(schedule->isContext(10));
        QVERIFY(!schedule->isContext(21));
        QCOMPARE(schedule->pixelWidth(), 336);
        QCOMPARE(schedule->pixelHeight(), 192);
    }

    void impossibleLengths_data()
    {
        QTest::addColumn<int>("frames");
        for (const int frames : {-3, 0, 2, 16, 80, 82})
            QTest::addRow("%d", frames) << frames;
    }
    void impossibleLengths()
    {
        QFETCH(int, frames);
        const auto latent = latentFramesOf(frames);
        QVERIFY(!latent);
        QCOMPARE(latent.error().code, ErrorCode::InvalidRequest);
    }

    void clipsOfAnyLength()
    {
        QCOMPARE(clipPlan(1, 20), std::vector<int>({1}));
        QCOMPARE(clipPlan(21, 20), std::vector<int>({1, 20}));
        QCOMPARE(clipPlan(24, 20), std::vector<int>({1, 20, 3}));
        QCOMPARE(clipPlan(41, 20), std::vector<int>({1, 20, 20}));
    }

    // Video to video: the given frames are an image clip and a first video clip of their own length.
    void videoCondition()
    {
        ModelConfig model;
        model.schedule = configOf("0.06M");
        model.quantizer = {16, 64, 60, 7};
        GenerationRequest request;
        request.size = "0.06M";
        request.frames = 33;
        request.condition = ConditionKind::Video;
        request.conditionLatentFrames = 5;
        const auto schedule = scheduleOf(request, model);
        QVERIFY(schedule);
        QCOMPARE(int(schedule->clips.size()), 3);
        QVERIFY((schedule->clips[2] == Clip{5, 4}));
        QCOMPARE(schedule->scales[22].contextScale, 21);

        request.frames = 17; // nothing would be left to generate
        QVERIFY(!scheduleOf(request, model));
        request.size = "0.90M"; // not what the model was made for
        QCOMPARE(scheduleOf(request, model).error().code, ErrorCode::InvalidRequest);
    }
};

QTEST_GUILESS_MAIN(TestSchedule)
#include "tst_schedule.moc"
