// SPDX-License-Identifier: Apache-2.0
//
// The configuration for small machines from its first step to a clip that the command makes of the result.
#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <string>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "app/train/stages.h"
#include "core/model/checkpoint/weight_source.h"

using namespace faststar;
using namespace faststar::train;

namespace
{

namespace fs = std::filesystem;

constexpr int kPatience = 120000; // ms, of a loaded machine

TrainConfig tinyConfig()
{
    auto config = readTrainConfig(FASTSTAR_SOURCE_DIR "/resources/train/tiny.json");
    if (!config)
        throw std::runtime_error(config.error().detail);
    return *std::move(config);
}

// Few steps of everything that keeps a state: sums of orthogonal updates, batches that are cut, a pool that
// two formats share and that changes on both sides of the interruption.
TrainConfig briefConfig()
{
    TrainConfig config = tinyConfig();
    for (auto *stage : {&config.vae, &config.transformer}) {
        (*stage)["optimizer"]["steps"] = 9;
        (*stage)["optimizer"]["matrices"] = "orthogonal";
        (*stage)["report"]["log_steps"] = 1;
    }
    config.transformer["samples"] = 1;
    config.transformer["formats"] = nlohmann::json::parse(
        R"([{"frames": 5, "rows": 1, "groups": 2, "group_size": 2, "renew_steps": 2, "share": 0.5},
            {"frames": 5, "rows": 2, "clip_scales": 3, "share": 0.5}])");
    return config;
}

StageResult trained(const TrainConfig &config, const std::string &name, const fs::path &out, bool resume,
                    std::int64_t steps)
{
    StageStart start;
    start.resume = resume;
    const auto stage = makeStage(name, config, out, at::kCPU, start);
    if (!stage)
        throw std::runtime_error(stage.error().detail);
    StageOptions options;
    options.out = out;
    options.resume = resume;
    options.steps = steps;
    options.quiet = true;
    auto result = runStage(**stage, config, options);
    if (!result)
        throw std::runtime_error(result.error().detail);
    return *std::move(result);
}

double mean(const std::vector<double> &values, std::size_t first, std::size_t count)
{
    double sum = 0.0;
    for (std::size_t i = 0; i < count; ++i)
        sum += values.at(first + i);
    return sum / double(count);
}

} // namespace

class TestWholeTraining : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stagesResumeBitEqual();
    void trainedModelMakesAClip();
};

void TestWholeTraining::stagesResumeBitEqual()
{
    const QTemporaryDir folders;
    const fs::path whole = folders.filePath("whole").toStdString();
    const fs::path parts = folders.filePath("parts").toStdString();
    QVERIFY(fs::create_directory(whole) && fs::create_directory(parts));
    const TrainConfig config = briefConfig();
    for (const char *name : {"vae", "transformer"}) {
        QVERIFY(trained(config, name, whole, false, 0).finished);
        QVERIFY(!trained(config, name, parts, false, 5).finished);
        const auto rest = trained(config, name, parts, true, 0);
        QVERIFY(rest.finished);
        QCOMPARE(rest.steps, std::int64_t{9});
        QCOMPARE(rest.losses.size(), std::size_t(4));
        const std::string file = std::string(name) + ".safetensors";
        const auto one = model::WeightSource::open(whole / file);
        const auto other = model::WeightSource::open(parts / file);
        QVERIFY(one.has_value() && other.has_value());
        int compared = 0;
        for (const auto &info : one->tensors()) {
            if (info.name == "progress") // holds seconds
                continue;
            const auto a = one->load(info.name, info.shape, info.type);
            const auto b = other->load(info.name, info.shape, info.type);
            QVERIFY2(a.has_value() && b.has_value() && at::equal(*a, *b), info.name.c_str());
            ++compared;
        }
        QVERIFY(compared > 100);
        // Something was learnt to compare.
        QVERIFY(at::isfinite(at::tensor(rest.losses)).all().item<bool>());
    }
}

void TestWholeTraining::trainedModelMakesAClip()
{
    const QTemporaryDir folder;
    const fs::path out = folder.path().toStdString();
    TrainConfig config = tinyConfig();
    config.vae["optimizer"]["steps"] = 100; // the transformer has 200
    config.vae["report"]["log_steps"] = 5;
    for (const auto &[name, steps] : {std::pair("vae", 100), std::pair("transformer", 200)}) {
        const auto first = trained(config, name, out, false, 60);
        QVERIFY(!first.finished);
        QCOMPARE(first.steps, std::int64_t{60});
        const auto rest = trained(config, name, out, true, 0);
        QVERIFY(rest.finished);
        QCOMPARE(rest.steps, std::int64_t{steps});
        QCOMPARE(first.losses.size() + rest.losses.size(), std::size_t(20));
        const double before = mean(first.losses, 0, 3);
        const double after = mean(rest.losses, rest.losses.size() - 3, 3);
        qInfo("%s: loss %.4f, then %.4f", name, before, after);
        QVERIFY2(after < 0.9 * before, qPrintable(QString("%1: %2 %3").arg(name).arg(before).arg(after)));
    }
    // The pictures of every checkpoint, and nothing else that they needed.
    for (const char *step : {"60", "200"})
        QVERIFY2(QFile::exists(folder.filePath(QString("transformer-%1.png").arg(step))), step);
    QVERIFY(!QFile::exists(folder.filePath("sampled_model")));
    const auto exported = exportModel(config, out);
    QVERIFY2(exported.has_value(), exported ? "" : exported.error().detail.c_str());

    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_STATE_HOME", folder.filePath("state"));
    environment.insert("LC_ALL", "C.UTF-8");
    process.setProcessEnvironment(environment);
    const QString clip = folder.filePath("clip.mp4");
    process.start(QStringLiteral(FASTSTAR_BIN_DIR) + "/faststar",
                  {"generate", "--model", folder.filePath("model"), "-p", "a red circle moving right", "-s",
                   "5", "-o", clip});
    QVERIFY(process.waitForFinished(kPatience));
    QVERIFY2(process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0,
             process.readAllStandardError().constData());
    QFile file(clip);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.read(8).mid(4), QByteArray("ftyp"));
    QVERIFY(file.size() > 1000);
}

QTEST_GUILESS_MAIN(TestWholeTraining)
#include "tst_whole_training.moc"
