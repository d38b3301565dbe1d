// SPDX-License-Identifier: Apache-2.0
//
// What all stages share: optimiser, learning rate, configuration, checkpoints.
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <fstream>
#include <limits>
#include <string>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/GradMode.h>

#include "app/train/config_section.h"
#include "app/train/optimizer.h"
#include "app/train/orthogonal_update.h"
#include "app/train/training_config.h"
#include "app/train/training_device.h"
#include "app/train/training_record.h"
#include "app/train/training_state.h"
#include "core/model/checkpoint/weight_source.h"

using namespace faststar;
using namespace faststar::train;

namespace
{

void setGradient(const at::Tensor &parameter, const at::Tensor &gradient)
{
    parameter.mutable_grad() = gradient.clone();
}

std::string demoConfigText()
{
    std::ifstream stream(FASTSTAR_SOURCE_DIR "/resources/train/demo.json");
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

} // namespace

class TestTraining : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void adamFollowsItsFormula();
    void orthogonalUpdatesAreOrthogonal_data();
    void orthogonalUpdatesAreOrthogonal();
    void hiddenMatricesAreUpdatedOrthogonally();
    void gradientsAreClipped();
    void brokenGradientsChangeNothing();
    void averagesSwapAndComeBack();
    void learningRateWarmsUpAndFalls();
    void randomNumbersDependOnTheStepAlone();
    void checkpointRestoresEverything();
    void checkpointOfOtherSizesIsRefused();
    void checkpointRemembersItsOrigin();
    void brokenCountsAreRefused_data();
    void brokenCountsAreRefused();
    void changedSettingsAreNamed();
    void shippedConfigurationsAreRead_data();
    void shippedConfigurationsAreRead();
    void configurationMistakesAreNamed_data();
    void configurationMistakesAreNamed();
    void unknownDevicesAreRefused();
};

void TestTraining::adamFollowsItsFormula()
{
    ParameterSet parameters;
    const at::Tensor value = at::tensor({1.0F, -2.0F});
    const at::Tensor decayed = parameters.add("a", value, true, at::kCPU);
    const at::Tensor plain = parameters.add("b", value, false, at::kCPU);
    OptimizerConfig config;
    config.weightDecay = 0.1;
    config.clipNorm = 1e6;
    config.average = 0.5;
    Optimizer optimizer(parameters, config);
    double first = 0.0;
    double second = 0.0;
    double expected = 1.0;
    double expectedDecayed = 1.0;
    double average = 1.0;
    for (int step = 0; step < 3; ++step) {
        const double gradient = 0.3 * (step + 1);
        setGradient(decayed, at::full({2}, gradient));
        setGradient(plain, at::full({2}, gradient));
        optimizer.step(0.01, step);
        first = config.beta1 * first + (1.0 - config.beta1) * gradient;
        second = config.beta2 * second + (1.0 - config.beta2) * gradient * gradient;
        const double change = first / (1.0 - std::pow(config.beta1, step + 1)) /
                              (std::sqrt(second / (1.0 - std::pow(config.beta2, step + 1))) + config.epsilon);
        expected -= 0.01 * change;
        expectedDecayed -= 0.01 * 0.1 * expectedDecayed + 0.01 * change;
        const double kept = std::min(0.5, double(step + 1) / double(step + 10));
        average = kept * average + (1.0 - kept) * expected;
        QVERIFY(!plain.grad().defined());
    }
    QVERIFY(std::abs(plain[0].item<double>() - expected) < 1e-6);
    QVERIFY(std::abs(decayed[0].item<double>() - expectedDecayed) < 1e-6);
    QVERIFY(std::abs(optimizer.averages()[1][0].item<double>() - average) < 1e-6);
}

void TestTraining::orthogonalUpdatesAreOrthogonal_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    QTest::newRow("wide") << 24 << 96;
    QTest::newRow("tall") << 96 << 24;
    QTest::newRow("square") << 32 << 32;
}

void TestTraining::orthogonalUpdatesAreOrthogonal()
{
    QFETCH(int, rows);
    QFETCH(int, columns);
    const at::Tensor x =
        at::randn({3, rows, columns}, at::detail::createCPUGenerator(9), at::TensorOptions(at::kFloat));
    const auto [u, s, v] = at::linalg_svd(x, /*full_matrices=*/false);
    const at::Tensor y = orthogonalised(x);
    QVERIFY(y.sizes() == x.sizes());
    // In the basis of x's own singular vectors it is diagonal, with values near one.
    const at::Tensor core = at::matmul(at::matmul(u.transpose(-2, -1), y), v.transpose(-2, -1));
    const at::Tensor values = at::diagonal(core, 0, -2, -1);
    QVERIFY((core - at::diag_embed(values)).abs().max().item<double>() < 1e-4);
    // The smallest ones of a square matrix need more steps.
    const at::Tensor large = values.masked_select(s.gt(0.2 * s.max()));
    QVERIFY2(large.min().item<double>() > 0.6 && values.max().item<double>() < 1.3,
             qPrintable(QString("%1 %2").arg(large.min().item<double>()).arg(values.max().item<double>())));
    QVERIFY(at::equal(orthogonalised(at::zeros({2, 3})), at::zeros({2, 3})));
}

void TestTraining::hiddenMatricesAreUpdatedOrthogonally()
{
    ParameterSet parameters;
    const at::Tensor start = at::ones({4, 8});
    const at::Tensor hidden = parameters.add("a", start, true, at::kCPU, true);
    const at::Tensor other = parameters.add("b", start, true, at::kCPU);
    OptimizerConfig config;
    config.matrices = "orthogonal";
    config.weightDecay = 0.1;
    config.matrixRate = 2.0;
    Optimizer optimizer(parameters, config);
    const at::Tensor gradient =
        at::randn({4, 8}, at::detail::createCPUGenerator(3), at::TensorOptions(at::kFloat));
    // A gradient that is not finite changes nothing.
    setGradient(hidden, gradient * std::numeric_limits<float>::infinity());
    setGradient(other, gradient);
    optimizer.step(0.01, 0);
    QVERIFY(at::equal(hidden, start) && at::equal(other, start));
    at::Tensor expected = start;
    at::Tensor sum = at::zeros({4, 8});
    for (int step = 1; step < 4; ++step) {
        const at::Tensor now = gradient * step;
        setGradient(hidden, now);
        setGradient(other, at::zeros({4, 8}));
        optimizer.step(0.01, step);
        const at::Tensor clipped = now / std::max(now.norm().item<double>(), 1.0);
        sum = sum * config.momentum + clipped;
        expected = expected * (1.0 - 0.02 * 0.1) -
                   0.02 * 0.2 * std::sqrt(8.0) * orthogonalised(clipped + config.momentum * sum);
        QVERIFY((hidden.detach() - expected).abs().max().item<double>() < 1e-6);
    }
    QVERIFY(!at::equal(hidden, start));
}

void TestTraining::gradientsAreClipped()
{
    // Adam's first change does not depend on the gradient's size, its moments do.
    ParameterSet parameters;
    const at::Tensor a = parameters.add("a", at::ones({2}), false, at::kCPU);
    const at::Tensor b = parameters.add("b", at::ones({2}), false, at::kCPU);
    OptimizerConfig config;
    config.clipNorm = 0.5;
    Optimizer optimizer(parameters, config);
    setGradient(a, at::tensor({3.0F, 0.0F}));
    setGradient(b, at::tensor({0.0F, 4.0F}));
    optimizer.step(0.0, 0);
    QVERIFY(std::abs(optimizer.gradientNorm().item<double>() - 5.0) < 1e-5);
    for (const auto &[name, tensor] : optimizer.state()) {
        if (name == "first.a")
            QVERIFY(std::abs(tensor[0].item<double>() - 0.1 * 3.0 * 0.5 / 5.0) < 1e-6);
        if (name == "first.b")
            QVERIFY(std::abs(tensor[1].item<double>() - 0.1 * 4.0 * 0.5 / 5.0) < 1e-6);
    }
}

void TestTraining::brokenGradientsChangeNothing()
{
    ParameterSet parameters;
    const at::Tensor a = parameters.add("a", at::ones({2}), true, at::kCPU);
    Optimizer optimizer(parameters, {});
    setGradient(a, at::full({2}, std::numeric_limits<float>::quiet_NaN()));
    optimizer.step(0.1, 0);
    QVERIFY(a.equal(at::ones({2})));
    setGradient(a, at::ones({2}));
    optimizer.step(0.1, 1);
    QVERIFY(std::abs(a[0].item<double>() - (1.0 - 0.1 * 1e-3 - 0.1)) < 1e-5);
}

void TestTraining::averagesSwapAndComeBack()
{
    ParameterSet parameters;
    const at::Tensor a = parameters.add("a", at::ones({2}), false, at::kCPU);
    Optimizer optimizer(parameters, {});
    setGradient(a, at::ones({2}));
    optimizer.step(0.1, 0);
    const at::Tensor trained = a.detach().clone();
    const at::Tensor average = optimizer.averages()[0].clone();
    QVERIFY(!trained.equal(average));
    {
        const AveragedWeights averaged(optimizer);
        QVERIFY(a.equal(average));
    }
    QVERIFY(a.equal(trained));
    QVERIFY(optimizer.averages()[0].equal(average));
}

void TestTraining::learningRateWarmsUpAndFalls()
{
    OptimizerConfig config;
    config.learningRate = 1.0;
    config.warmupSteps = 10;
    config.finalShare = 0.1;
    QCOMPARE(learningRateAt(config, 0, 0.0), 0.1);
    QCOMPARE(learningRateAt(config, 9, 0.0), 1.0);
    QCOMPARE(learningRateAt(config, 100, 0.0), 1.0);
    QVERIFY(std::abs(learningRateAt(config, 100, 0.5) - 0.55) < 1e-12);
    QVERIFY(std::abs(learningRateAt(config, 100, 1.0) - 0.1) < 1e-12);
}

void TestTraining::randomNumbersDependOnTheStepAlone()
{
    const auto numbers = [](std::uint64_t seed, std::uint32_t purpose, std::uint64_t step, int before) {
        StepRandom random(at::kCPU);
        for (int i = 0; i <= before; ++i)
            random.restart(seed, purpose, step);
        return at::randn({4}, random.generator(), at::kFloat);
    };
    const at::Tensor first = numbers(1, 1, 5, 0);
    QVERIFY(first.equal(numbers(1, 1, 5, 3)));
    QVERIFY(!first.equal(numbers(2, 1, 5, 0)));
    QVERIFY(!first.equal(numbers(1, 2, 5, 0)));
    QVERIFY(!first.equal(numbers(1, 1, 6, 0)));
}

void TestTraining::checkpointRestoresEverything()
{
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("a.safetensors").toStdString();
    const at::Tensor value = at::randn({3, 2});
    ParameterSet parameters;
    const at::Tensor a = parameters.add("a", value, true, at::kCPU);
    Optimizer optimizer(parameters, {});
    setGradient(a, at::randn({3, 2}));
    optimizer.step(0.1, 0);
    const std::int64_t steps = (std::int64_t{7} << 20) + 12345;
    QVERIFY(saveCheckpoint(file, parameters, optimizer, {steps, 12.5}).has_value());

    ParameterSet others;
    (void)others.add("a", at::ones({3, 2}), true, at::kCPU);
    Optimizer other(others, {});
    const auto progress = loadCheckpoint(file, others, other);
    QVERIFY(progress.has_value());
    QCOMPARE(progress->steps, steps);
    QCOMPARE(progress->seconds, 12.5);
    QVERIFY(others.find("a").equal(a));
    QCOMPARE(other.state().size(), optimizer.state().size());
    for (std::size_t i = 0; i < other.state().size(); ++i)
        QVERIFY2(other.state()[i].second.equal(optimizer.state()[i].second), other.state()[i].first.c_str());

    const std::filesystem::path exported = folder.filePath("b.safetensors").toStdString();
    QVERIFY(exportAverages(file, "", exported).has_value());
    const auto source = model::WeightSource::open(exported);
    QVERIFY(source.has_value());
    QCOMPARE(source->tensors().size(), std::size_t{1});
    QCOMPARE(source->find("a")->type, at::kHalf);
    QVERIFY(source->load("a", {3, 2})->equal(optimizer.averages()[0].to(at::kHalf).to(at::kFloat)));
    QCOMPARE(exportAverages(file, "nothing.", exported).error().code, ErrorCode::ModelMismatch);
}

void TestTraining::checkpointOfOtherSizesIsRefused()
{
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("a.safetensors").toStdString();
    ParameterSet parameters;
    (void)parameters.add("a", at::ones({3}), true, at::kCPU);
    const Optimizer optimizer(parameters, {});
    QVERIFY(saveCheckpoint(file, parameters, optimizer, {}).has_value());
    ParameterSet others;
    (void)others.add("a", at::ones({4}), true, at::kCPU);
    Optimizer other(others, {});
    const auto progress = loadCheckpoint(file, others, other);
    QVERIFY(!progress.has_value());
    QCOMPARE(progress.error().code, ErrorCode::ModelMismatch);
    const auto missing = loadCheckpoint(file.string() + "x", others, other);
    QCOMPARE(missing.error().code, ErrorCode::NotFound);
}

void TestTraining::checkpointRemembersItsOrigin()
{
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("a.safetensors").toStdString();
    const std::filesystem::path same = folder.filePath("b.safetensors").toStdString();
    ParameterSet parameters;
    (void)parameters.add("a", at::ones({3}), true, at::kCPU);
    Optimizer optimizer(parameters, {});
    QVERIFY(saveCheckpoint(file, parameters, optimizer, {3, 1.0, 12345678901234567, "{\"seed\": 1}"}));
    const auto progress = readProgress(file);
    QVERIFY(progress.has_value() && progress->has_value());
    QCOMPARE((*progress)->steps, std::int64_t{3});
    QCOMPARE((*progress)->foundation, std::int64_t{12345678901234567});
    QCOMPARE((*progress)->settings, std::string("{\"seed\": 1}"));
    // A checkpoint without these is an older one; the fingerprint is of the averages alone.
    QVERIFY(saveCheckpoint(same, parameters, optimizer, {9, 2.0}));
    QCOMPARE((*readProgress(same))->foundation, std::int64_t{0});
    const auto fingerprint = fingerprintOf(file);
    QVERIFY(fingerprint.has_value() && *fingerprint != 0);
    QCOMPARE(*fingerprintOf(same), *fingerprint);
    optimizer.averages()[0].select(0, 1).add_(1e-6);
    QVERIFY(saveCheckpoint(same, parameters, optimizer, {9, 2.0}));
    QVERIFY(*fingerprintOf(same) != *fingerprint);
    QVERIFY(checkFoundation(*fingerprint, *fingerprint, file, same).has_value());
    QVERIFY(checkFoundation(0, *fingerprint, file, same).has_value());
    QCOMPARE(checkFoundation(1, *fingerprint, file, same).error().code, ErrorCode::ModelMismatch);
}

void TestTraining::brokenCountsAreRefused_data()
{
    QTest::addColumn<QList<float>>("counts");
    const float nan = std::numeric_limits<float>::quiet_NaN();
    QTest::newRow("NaN steps") << QList<float>{0, nan, 1, 0};
    QTest::newRow("negative steps") << QList<float>{0, -5, 1, 0};
    QTest::newRow("negative half") << QList<float>{-1, 5, 1, 0};
    QTest::newRow("endless half") << QList<float>{std::numeric_limits<float>::infinity(), 5, 1, 0};
    QTest::newRow("NaN seconds") << QList<float>{0, 5, nan, 0};
    QTest::newRow("negative seconds") << QList<float>{0, 5, -1, 0};
    QTest::newRow("endless seconds") << QList<float>{0, 5, std::numeric_limits<float>::infinity(), 0};
}

void TestTraining::brokenCountsAreRefused()
{
    QFETCH(QList<float>, counts);
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("a.safetensors").toStdString();
    const at::Tensor progress = at::tensor(std::vector<float>(counts.begin(), counts.end()));
    QVERIFY(model::writeSafetensors(file, {{"progress", progress}}).has_value());
    ParameterSet parameters;
    Optimizer optimizer(parameters, {});
    const auto loaded = loadCheckpoint(file, parameters, optimizer);
    QVERIFY(!loaded.has_value());
    QCOMPARE(loaded.error().code, ErrorCode::CorruptFile);
    QVERIFY2(loaded.error().detail.find("progress") != std::string::npos, loaded.error().detail.c_str());
    QCOMPARE(readProgress(file).error().code, ErrorCode::CorruptFile);
}

void TestTraining::changedSettingsAreNamed()
{
    auto config = readTrainConfig(FASTSTAR_SOURCE_DIR "/resources/train/tiny.json");
    QVERIFY(config.has_value());
    const std::string before = settingsOf(*config, "vae");
    QVERIFY(changedSettings(before, before).empty());
    QVERIFY(changedSettings("", before).empty());
    QVERIFY(changedSettings("no record", before).empty());
    config->vae["optimizer"]["steps"] = 300;
    config->vae.erase("precision");
    config->data["jitter"] = 0.25;
    config->transformer["captions"] = 7; // of another stage
    QCOMPARE(changedSettings(before, settingsOf(*config, "vae")),
             (std::vector<std::string>{"vae.optimizer.steps 200, now 300",
                                       "vae.precision \"float32\", now left out",
                                       "data.jitter left out, now 0.25"}));
}

void TestTraining::shippedConfigurationsAreRead_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("tiny") << "tiny";
    QTest::newRow("demo") << "demo";
}

void TestTraining::shippedConfigurationsAreRead()
{
    QFETCH(QString, name);
    const auto config =
        readTrainConfig(FASTSTAR_SOURCE_DIR "/resources/train/" + name.toStdString() + ".json");
    QVERIFY2(config.has_value(), config ? "" : config.error().detail.c_str());
    QCOMPARE(config->model.schedule.size, std::string("0.06M"));
    QVERIFY(config->vae.is_object());
    QVERIFY(config->transformer.is_object());
}

void TestTraining::configurationMistakesAreNamed_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("said");
    QTest::newRow("unknown member") << "\"vae\": {\n  \"optimizer\""
                                    << "\"vea\": {\n  \"optimizer\""
                                    << "vea";
    QTest::newRow("no model") << "\"model\":"
                              << "\"modle\":"
                              << "\"model\"";
    QTest::newRow("model is wrong") << "\"depth\":"
                                    << "\"deepth\":"
                                    << "depth";
    QTest::newRow("no JSON") << "\"seed\":"
                             << "\"seed\""
                             << "JSON";
    QTest::newRow("seed") << "\"seed\": 20261123"
                          << "\"seed\": -1"
                          << "seed";
}

void TestTraining::configurationMistakesAreNamed()
{
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, said);
    QString text = QString::fromStdString(demoConfigText());
    QVERIFY(text.contains(from));
    text.replace(from, to);
    const QTemporaryDir folder;
    const std::string file = folder.filePath("train.json").toStdString();
    std::ofstream(file) << text.toStdString();
    const auto config = readTrainConfig(file);
    QVERIFY(!config.has_value());
    QCOMPARE(config.error().code, ErrorCode::CorruptFile);
    QVERIFY2(config.error().detail.find(said.toStdString()) != std::string::npos,
             config.error().detail.c_str());
}

void TestTraining::unknownDevicesAreRefused()
{
    QCOMPARE(openTrainingDevice("abacus").error().code, ErrorCode::InvalidRequest);
    QVERIFY(openTrainingDevice("cpu").has_value());
}

QTEST_GUILESS_MAIN(TestTraining)
#include "tst_training.moc"
