// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <set>
#include <vector>

#include <QFile>
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include "tests/train/tiny_stage.h"

using namespace faststar;
using namespace faststar::train;
using test::kVocabulary;
using test::mean;
using test::someClips;
using test::tinyModel;
using test::tinySettings;
using test::tinyStage;
using test::trained;

class TestTransformerStage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void poolDependsOnItsNumberAlone();
    void poolPicksOneLength();
    void stopIsHeardWhileThePoolFills();
    void trainingLowersTheLoss();
    void resumingIsBitEqual();
    void everyParameterLearns();
    void cutFormatsShareAPool();
    void wrongSettingsAreNamed_data();
    void wrongSettingsAreNamed();
    void contradictingSizesAreRefused();
};

void TestTransformerStage::poolDependsOnItsNumberAlone()
{
    std::vector<std::uint64_t> made;
    const ClipMaker counting = [&](std::uint64_t first, int count, int frames) {
        made.push_back(first);
        return someClips(first, count, frames);
    };
    ClipPool steady(counting, 100, 5, 3, 4);
    for (const int renewed : {0, 1, 2, 2, 5})
        QVERIFY(steady.renew(renewed));
    QCOMPARE(made, (std::vector<std::uint64_t>{100, 104, 108, 112, 116, 120, 124, 128}));
    made.clear();
    ClipPool resumed(counting, 100, 5, 3, 4);
    QVERIFY(resumed.renew(5));
    QCOMPARE(made, (std::vector<std::uint64_t>{120, 124, 128}));
    QVERIFY(at::equal(steady.latents(), resumed.latents()));
    Draws one(1, 2, 3);
    Draws two(1, 2, 3);
    const ClipBatch a = steady.pick(one, 8);
    const ClipBatch b = resumed.pick(two, 8);
    QCOMPARE(a.clips, b.clips);
    QCOMPARE(a.text, b.text);
}

void TestTransformerStage::poolPicksOneLength()
{
    ClipPool pool(someClips, 0, 5, 3, 4);
    QVERIFY(pool.renew(0));
    std::map<std::size_t, int> lengths;
    for (std::uint64_t i = 0; i < 40; ++i) {
        Draws draws(1, i, 4);
        const ClipBatch batch = pool.pick(draws, 15);
        QCOMPARE(batch.clips.size(), std::size_t(15));
        std::map<std::int64_t, int> times;
        for (std::size_t row = 0; row < batch.clips.size(); ++row) {
            QCOMPARE(batch.text[row].size(), batch.text[0].size());
            // The word of the clip's own caption.
            QCOMPARE(batch.text[row][batch.text[row].size() - 2], 2 + int(batch.clips[row] % 4));
            ++times[batch.clips[row]];
        }
        for (const auto &[clip, count] : times)
            QVERIFY(count <= 2); // 15 of 12 clips
        ++lengths[batch.text[0].size()];
    }
    QCOMPARE(lengths.size(), std::size_t(2));
}

void TestTransformerStage::stopIsHeardWhileThePoolFills()
{
    std::atomic<bool> stop{false};
    int made = 0;
    const ClipMaker stopping = [&](std::uint64_t first, int count, int frames) {
        stop = true;
        ++made;
        return someClips(first, count, frames);
    };
    const QTemporaryDir folder;
    const auto stage =
        TransformerStage::create(tinyModel(), tinySettings(5), kVocabulary, stopping, 5, at::kCPU);
    QVERIFY(stage.has_value());
    StageOptions options;
    options.out = folder.path().toStdString();
    options.stop = &stop;
    options.quiet = true;
    const auto result = runStage(**stage, TrainConfig{}, options);
    QVERIFY(result.has_value());
    QCOMPARE(made, 1); // of the pool's groups
    QCOMPARE(result->steps, std::int64_t{0});
    QVERIFY(!result->finished);
    QVERIFY(QFile::exists(folder.filePath("transformer.safetensors"))); // to be resumed
}

void TestTransformerStage::trainingLowersTheLoss()
{
    const QTemporaryDir folder;
    const auto stage = tinyStage(30);
    const auto result = trained(*stage, folder.path().toStdString());
    QVERIFY(result.finished);
    QCOMPARE(result.losses.size(), std::size_t(30));
    const double before = mean(result.losses, 0, 5);
    const double after = mean(result.losses, 20, 10);
    QVERIFY2(after < 0.85 * before, qPrintable(QString("%1 %2").arg(before).arg(after)));
}

void TestTransformerStage::resumingIsBitEqual()
{
    const QTemporaryDir whole;
    const auto straight = tinyStage(5);
    trained(*straight, whole.path().toStdString());
    const QTemporaryDir parts;
    const auto first = tinyStage(5);
    QVERIFY(!trained(*first, parts.path().toStdString(), false, 2).finished);
    const auto second = tinyStage(5);
    QVERIFY(trained(*second, parts.path().toStdString(), true).finished);
    for (const auto &parameter : straight->parameters().all())
        QVERIFY2(at::equal(parameter.value, second->parameters().find(parameter.name)),
                 parameter.name.c_str());
}

void TestTransformerStage::everyParameterLearns()
{
    const QTemporaryDir folder;
    const auto before = tinyStage(4);
    const auto after = tinyStage(4);
    trained(*after, folder.path().toStdString());
    for (const auto &parameter : before->parameters().all())
        QVERIFY2(!at::equal(parameter.value, after->parameters().find(parameter.name)),
                 parameter.name.c_str());
}

void TestTransformerStage::cutFormatsShareAPool()
{
    std::vector<std::uint64_t> made;
    const ClipMaker counting = [&](std::uint64_t first, int count, int frames) {
        if (first < (std::uint64_t{1} << 40)) // not those of validation
            made.push_back(first);
        return someClips(first, count, frames);
    };
    auto settings = tinySettings(12);
    settings.formats.resize(1);
    settings.formats[0].renewSteps = 0;
    settings.formats.push_back(settings.formats[0]);
    settings.formats[1].clipScales = 3;
    settings.formats[1].rows = 3;
    settings.optimizer.matrices = "orthogonal";
    const QTemporaryDir folder;
    const auto stage = TransformerStage::create(tinyModel(), settings, kVocabulary, counting, 5, at::kCPU);
    QVERIFY(stage.has_value());
    const auto result = trained(**stage, folder.path().toStdString());
    QVERIFY(result.finished);
    QCOMPARE(made.size(), std::size_t(3)); // the groups of one pool
    QFile log(folder.filePath("transformer.jsonl"));
    QVERIFY(log.open(QIODevice::ReadOnly));
    std::set<std::size_t> scales; // of the video clip, in the steps' reports
    while (!log.atEnd()) {
        const auto line = nlohmann::json::parse(log.readLine().toStdString());
        if (line.contains("accuracy_clip_1"))
            scales.insert(line["accuracy_clip_1"].size());
    }
    QCOMPARE(scales, (std::set<std::size_t>{3, 11}));

    settings.formats[1].frames = 9; // three clips here: the second is read by the third
    const auto three = TransformerStage::create(tinyModel(), settings, kVocabulary, counting, 5, at::kCPU);
    QVERIFY(!three.has_value());
    QVERIFY(three.error().detail.find("clip_scales") != std::string::npos);
}

void TestTransformerStage::wrongSettingsAreNamed_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("named");
    for (const test::WrongSettings &wrong : test::wrongSettings())
        QTest::newRow(wrong.name) << QString(wrong.json) << QString(wrong.named);
}

void TestTransformerStage::wrongSettingsAreNamed()
{
    QFETCH(QString, json);
    QFETCH(QString, named);
    const auto document = nlohmann::json::parse(json.toStdString());
    const auto config = readTransformerStage(document);
    QVERIFY(!config.has_value());
    QVERIFY2(config.error().detail.find(named.toStdString()) != std::string::npos,
             config.error().detail.c_str());
}

void TestTransformerStage::contradictingSizesAreRefused()
{
    auto model = tinyModel();
    model.transformer.textChannels = 17;
    const auto text = TransformerStage::create(model, tinySettings(1), kVocabulary, someClips, 5, at::kCPU);
    QVERIFY(!text.has_value());
    QVERIFY(text.error().detail.find("text_channels") != std::string::npos);
    model = tinyModel();
    model.transformer.heads = 8;
    const auto heads = TransformerStage::create(model, tinySettings(1), kVocabulary, someClips, 5, at::kCPU);
    QVERIFY(!heads.has_value());
    QVERIFY(heads.error().detail.find("multiple of 8") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestTransformerStage)
#include "tst_transformer_stage.moc"
