// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <QTemporaryDir>
#include <QTest>

#include "core/model/model_folder.h"
#include "core/model/weight_list.h"
#include "tests/model/released_folder_fixture.h"
#include "tests/support/paths.h"

using namespace faststar;
using namespace faststar::model;
using namespace faststar::test;
namespace fs = std::filesystem;

class ReleasedFolderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
    }

    void listsEveryReleasedTensor_data()
    {
        QTest::addColumn<QString>("part");
        for (const char *part : {"transformer", "vae", "text_encoder"})
            QTest::newRow(part) << part;
    }
    void listsEveryReleasedTensor()
    {
        QFETCH(QString, part);
        const auto released = readJson(goldenDir() / "weight_names.json")[part.toStdString()];
        const auto expected = part == "transformer" ? transformerTensors(released8b())
                              : part == "vae"       ? vaeTensors(released8b().vae)
                                                    : textEncoderTensors(flanXl());
        for (const auto &tensor : expected) {
            QVERIFY2(released.contains(tensor.name), tensor.name.c_str());
            QVERIFY2(released[tensor.name].get<std::vector<std::int64_t>>() == tensor.shape,
                     tensor.name.c_str());
        }
        for (const auto &[name, shape] : released.items()) {
            const bool listed = std::ranges::find(expected, name, &ExpectedTensor::name) != expected.end();
            QVERIFY2(listed != isKnownUnused(name) || name == "shared.weight", name.c_str());
        }
    }

    void recognisesARelease_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("size");
        QTest::addColumn<int>("lastRepetition");
        QTest::addColumn<bool>("plainGuidance");
        QTest::newRow("720p") << "infinitystar_8b_720p_weights"
                              << "0.90M" << 14 << false;
        QTest::newRow("480p") << "infinitystar_8b_480p_weights"
                              << "0.40M" << 13 << false;
        QTest::newRow("interact") << "InfinityStarInteract_24K_iters"
                                  << "0.40M" << 13 << true;
    }
    void recognisesARelease()
    {
        QFETCH(QString, name);
        QFETCH(QString, size);
        QFETCH(int, lastRepetition);
        QFETCH(bool, plainGuidance);
        writeRelease(folder(), name.toStdString());
        for (const auto &path :
             {folder(), folder() / name.toStdString(), folder() / name.toStdString() / ""}) {
            auto opened = openModelFolder(path);
            QVERIFY2(opened.has_value(), opened ? "" : opened.error().detail.c_str());
            QVERIFY(opened->released);
            const auto &config = opened->config;
            QCOMPARE(config.transformer, released8b().transformer);
            QCOMPARE(config.vae, released8b().vae);
            QCOMPARE(*config.textEncoder, flanXl());
            QCOMPARE(text(config.schedule.size), size);
            QCOMPARE(config.schedule.videoRepetition.size(), std::size_t(lastRepetition + 1));
            QCOMPARE(config.schedule.videoRepetition[11], 3);
            QCOMPARE(config.schedule.videoRepetition[12], 2);
            QCOMPARE(config.schedule.videoRepetition.back(), 1);
            QCOMPARE(config.schedule.imageRepetition.back(), 3);
            QCOMPARE(config.quantizer.semanticScales, size == "0.90M" ? 12 : 11);
            QCOMPARE(config.quantizer.detailScaleMinTokens, size == "0.90M" ? 750 : 350);
            QCOMPARE(config.generation.guidance, plainGuidance ? Guidance::Cfg : Guidance::Apg);
            QCOMPARE(config.generation.guidanceScale, plainGuidance ? 3.0 : 34.0);
            QCOMPARE(config.generation.frames, 81);
            QVERIFY(config.generation.smoothFirstFrame);
            QCOMPARE(opened->notes.size(), std::size_t(plainGuidance ? 1 : 0));
            const auto parts = inspectParts(*opened, opened->notes);
            QVERIFY2(parts.has_value(), parts ? "" : parts.error().detail.c_str());
            QVERIFY((*parts)[0].parameters > 8760000000 && (*parts)[0].parameters < 8780000000);
            QCOMPARE((*parts)[0].dtype, std::string("float16"));
        }
    }

    void prefersTheLargerRelease()
    {
        writeRelease(folder(), "infinitystar_8b_720p_weights");
        fs::create_directory(folder() / "infinitystar_8b_480p_weights");
        const auto opened = openModelFolder(folder());
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().detail.c_str());
        QCOMPARE(opened->config.schedule.size, std::string("0.90M"));
        QCOMPARE(opened->notes.size(), std::size_t(1));
        QVERIFY(text(opened->notes[0]).contains("480p"));
    }

    void refusesABrokenRelease()
    {
        const std::string name = "infinitystar_8b_720p_weights";
        writeRelease(folder(), name);
        fs::remove(folder() / "infinitystar_videovae.pth");
        QVERIFY(text(openModelFolder(folder()).error().detail).contains("infinitystar_videovae.pth"));
        writeRelease(folder(), name);
        fs::remove(folder() / "text_encoder" / "flan-t5-xl-official" / "config.json");
        QVERIFY(text(openModelFolder(folder()).error().detail).contains("flan-t5"));
        writeRelease(folder(), name);
        writeSparse(folder() / name / "model-00002-of-00002.safetensors", {{"other", {4}}});
        QCOMPARE(openModelFolder(folder()).error().code, ErrorCode::CorruptFile);
        fs::remove(folder() / name / "model.safetensors.index.json");
        QCOMPARE(openModelFolder(folder()).error().code, ErrorCode::ModelMismatch);
    }

private:
    [[nodiscard]] fs::path folder() const { return m_dir->path().toStdString(); }

    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(ReleasedFolderTest)
#include "tst_released_folder.moc"
