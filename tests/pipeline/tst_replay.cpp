// SPDX-License-Identifier: Apache-2.0
//
// The golden cases of the reference implementation, at the tolerance each states.
#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QtTest>

#include "core/model/checkpoint/weight_source.h"
#include "core/pipeline/replay.h"
#include "tests/support/paths.h"

using namespace faststar;
namespace fs = std::filesystem;

class TestReplay : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void goldenCase_data()
    {
        QTest::addColumn<QString>("name");
        int cases = 0;
        for (const auto &entry : fs::directory_iterator(test::goldenDir())) {
            if (fs::exists(entry.path() / "case.json")) {
                QTest::newRow(entry.path().filename().c_str())
                    << QString::fromStdString(entry.path().filename());
                ++cases;
            }
        }
        QVERIFY(cases >= 10);
    }
    void goldenCase()
    {
        QFETCH(QString, name);
        const auto report = pipeline::replayCase(test::goldenDir() / name.toStdString(), true, {});
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        QVERIFY(!report->tensors.empty());
        for (const auto &tensor : report->tensors)
            QVERIFY2(tensor.passed,
                     (tensor.name + " " + std::to_string(tensor.relativeError) + " " + tensor.note).c_str());
        QVERIFY(report->passed);
    }

    // The comparison can fail: other weights are noticed, and another tolerance decides.
    void noticesAnotherResult()
    {
        const QTemporaryDir folder;
        const fs::path copy = fs::path(folder.path().toStdString()) / "case";
        fs::copy(test::goldenDir() / "rope", copy);
        const auto source = model::WeightSource::open(copy / "expected.safetensors").value();
        std::vector<std::pair<std::string, at::Tensor>> tensors;
        for (const auto &info : source.tensors())
            tensors.emplace_back(info.name, source.load(info.name, info.shape).value().mul(1.001F));
        QVERIFY(model::writeSafetensors(copy / "changed.safetensors", tensors));
        fs::rename(copy / "changed.safetensors", copy / "expected.safetensors");
        std::ofstream(copy / "case.json")
            << "{\"kind\":\"rope\",\"model\":\"" << (test::goldenDir() / "model_a").string()
            << "\",\"frames\":81,\"aspect\":0.571,\"size\":\"0.06M\",\"tolerance\":1e-5}";
        const auto report = pipeline::replayCase(copy, true, {});
        QVERIFY(report);
        QVERIFY(!report->passed);
        for (const auto &tensor : report->tensors)
            QVERIFY(std::abs(tensor.relativeError - 0.001) < 1e-5);
    }

    void writesTheSameNames()
    {
        const QTemporaryDir folder;
        const fs::path out = fs::path(folder.path().toStdString()) / "ours.safetensors";
        QVERIFY(pipeline::replayCase(test::goldenDir() / "pruned_t2v", false, out));
        const auto ours = model::WeightSource::open(out).value();
        const auto expected =
            model::WeightSource::open(test::goldenDir() / "pruned_t2v" / "expected.safetensors").value();
        QCOMPARE(ours.tensors().size(), expected.tensors().size());
        for (const auto &info : expected.tensors()) {
            const auto *found = ours.find(info.name);
            QVERIFY2(found != nullptr, info.name.c_str());
            QCOMPARE(found->shape, info.shape);
        }
    }

    void brokenCases_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("no json") << QByteArray("{");
        QTest::newRow("a list") << QByteArray("[1]");
        QTest::newRow("no kind") << QByteArray("{}");
        QTest::newRow("unknown kind") << QByteArray("{\"kind\":\"soup\"}");
        QTest::newRow("no model") << QByteArray("{\"kind\":\"transformer\"}");
        QTest::newRow("missing model") << QByteArray("{\"kind\":\"vae_decode\",\"model\":\"nowhere\"}");
    }
    void brokenCases()
    {
        QFETCH(QByteArray, json);
        const QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        std::ofstream(path / "case.json") << json.constData();
        fs::copy(test::goldenDir() / "rope" / "inputs.safetensors", path / "inputs.safetensors");
        fs::copy(test::goldenDir() / "rope" / "expected.safetensors", path / "expected.safetensors");
        const auto report = pipeline::replayCase(path, true, {});
        QVERIFY(!report);
        QVERIFY(!report.error().detail.empty());
    }
};

QTEST_GUILESS_MAIN(TestReplay)
#include "tst_replay.moc"
