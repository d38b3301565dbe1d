// SPDX-License-Identifier: Apache-2.0
//
// The VAE stage: codes, losses, and whole small runs.
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>
#include <string>
#include <vector>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>

#include "app/train/code_pyramid.h"
#include "app/train/stages.h"
#include "app/train/training_device.h"
#include "app/train/vae_stage.h"
#include "core/model/checkpoint/weight_source.h"
#include "core/model/model_folder.h"
#include "core/model/quantizer.h"
#include "core/model/video_vae.h"

using namespace faststar;
using namespace faststar::train;

namespace
{

TrainConfig tinyConfig()
{
    const auto config = readTrainConfig(FASTSTAR_SOURCE_DIR "/resources/train/tiny.json");
    if (!config)
        qFatal("%s", config.error().detail.c_str());
    return *config;
}

Schedule scheduleOfTiny()
{
    const TrainConfig config = tinyConfig();
    constexpr std::array<int, 2> clips{1, 4};
    return *buildSchedule(config.model.schedule, config.model.quantizer, 9.0 / 16.0, clips);
}

StageResult runVae(const TrainConfig &config, const StageOptions &options)
{
    auto stage = VaeStage::make(config, at::kCPU);
    if (!stage)
        qFatal("%s", stage.error().detail.c_str());
    const auto result = runStage(**stage, config, options);
    if (!result)
        qFatal("%s", result.error().detail.c_str());
    return *result;
}

StageOptions optionsFor(const QTemporaryDir &folder)
{
    StageOptions options;
    options.out = folder.path().toStdString();
    options.quiet = true;
    return options;
}

} // namespace

class TestVaeStage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { at::manual_seed(1); }             // otherwise every run draws other numbers
    void initTestCase() { at::set_num_threads(1); } // small products: a second thread only waits
    void codesAreThoseOfTheEngine();
    void flipsStayWithinTheirShare();
    void windowsShrinkThePyramid();
    void movingPixelsWeighMore();
    void psnrIsThatOfTheFormula();
    void trainingLowersTheLossAndTheModelOpens();
    void resumedRunsEqualUninterruptedOnes();
    void configurationMistakesAreNamed_data();
    void configurationMistakesAreNamed();
};

void TestVaeStage::codesAreThoseOfTheEngine()
{
    const Schedule schedule = scheduleOfTiny();
    const at::Tensor target = at::randn({2, 4, 12, 21, 64}).mul(0.5);
    const CodePyramid pyramid(12, 21, pyramidOf(schedule, 1), at::kCPU);
    std::vector<at::Tensor> bits;
    const at::Tensor made =
        pyramid.quantize(target, {}, [&](const PyramidStep &step) { bits.push_back(step.bits); });
    for (int sample = 0; sample < 2; ++sample) {
        const at::Tensor wanted = target[sample].permute({3, 0, 1, 2}).contiguous();
        at::Tensor features = at::zeros({64, 4, 12, 21});
        std::size_t step = 0;
        std::int64_t different = 0;
        for (const Scale &scale : schedule.scales) {
            for (int i = 0; scale.clip == 1 && i < scale.repetitions; ++i, ++step) {
                const at::Tensor expected =
                    model::bitsFromResidual(wanted, features, scale.shape, scale.bits).clone();
                const at::Tensor ours = bits[step]
                                            .narrow(0, std::int64_t{4} * sample, 4)
                                            .reshape({scale.shape.tokens(), scale.bits})
                                            .to(at::kByte);
                different += ours.ne(expected).sum().item<std::int64_t>();
                features = features.add(
                    model::upsampleCodes(model::codesFromBits(ours, scale.shape), schedule.lastShape(1))
                        .clone());
            }
        }
        QCOMPARE(step, bits.size());
        // The sums are made in another order: a residual within a rounding of zero may fall on either side.
        QVERIFY2(different <= 3, qPrintable(QString::number(different)));
        QVERIFY(made[sample].permute({3, 0, 1, 2}).sub(features).abs().max().item<double>() < 1e-4);
    }
}

void TestVaeStage::flipsStayWithinTheirShare()
{
    const CodePyramid pyramid(12, 21, {{12, 21, 64, 1}}, at::kCPU);
    const at::Tensor target = at::randn({64, 1, 12, 21, 64});
    StepRandom random(at::kCPU);
    random.restart(1, 1, 1);
    const at::Tensor right = pyramid.quantize(target);
    const at::Tensor wrong = pyramid.quantize(target, {0.2, 0, random.generator()});
    const at::Tensor shares = wrong.ne(right).to(at::kFloat).flatten(1).mean(1); // of each sample
    QVERIFY(shares.max().item<double>() < 0.21);
    QVERIFY(shares.max().item<double>() > 0.15);
    QVERIFY(std::abs(shares.mean().item<double>() - 0.1) < 0.03);
    QVERIFY(pyramid.quantize(target, {0.2, 1, random.generator()}).equal(right));
}

void TestVaeStage::windowsShrinkThePyramid()
{
    const auto scales = pyramidOf(scheduleOfTiny(), 1, 6, 7);
    QCOMPARE(scales.size(), std::size_t{11});
    QCOMPARE(scales.front().height, 1);
    QCOMPARE(scales.front().width, 1);
    QCOMPARE(scales.back().height, 6);
    QCOMPARE(scales.back().width, 7);
    QCOMPARE(scales.back().bits, 64);
    QCOMPARE(scales[6].height, 3); // 5 of 12 rows, 9 of 21 columns
    QCOMPARE(scales[6].width, 3);
}

void TestVaeStage::movingPixelsWeighMore()
{
    at::Tensor truth = at::zeros({1, 3, 3, 8, 8});
    truth.select(1, 2).select(2, 0).select(2, 0).fill_(1.0); // row 0, column 0 changes in the last frame
    VaeLossWeights weights;
    at::Tensor still = truth.clone();
    still.select(1, 2).select(2, 4).select(2, 4).add_(0.5);
    at::Tensor moving = truth.clone();
    moving.select(1, 2).select(2, 0).select(2, 0).sub_(0.5);
    const double count = 3.0 * 3.0 * 64.0;
    const auto errorsOfStill = vaeErrors(truth, still, weights);
    const auto errorsOfMoving = vaeErrors(truth, moving, weights);
    QVERIFY(std::abs(errorsOfStill.absolute.item<double>() - 3.0 * 0.5 / count) < 1e-6);
    QVERIFY(std::abs(errorsOfMoving.absolute.item<double>() - 3.0 * 0.5 * 5.0 / count) < 1e-6);
    QVERIFY(std::abs(errorsOfStill.square.item<double>() - 3.0 * 0.25 / count) < 1e-6);
    QVERIFY(errorsOfMoving.edges.item<double>() > errorsOfStill.edges.item<double>());
    QCOMPARE(vaeErrors(truth, truth, weights).absolute.item<double>(), 0.0);
    QCOMPARE(vaeErrors(truth, truth, weights).edges.item<double>(), 0.0);
}

void TestVaeStage::psnrIsThatOfTheFormula()
{
    const at::Tensor truth = at::zeros({2, 1, 3, 4, 4});
    at::Tensor made = truth.clone();
    made[1].fill_(0.2); // 0.1 of the range
    const at::Tensor psnr = clipPsnr(truth, made);
    QVERIFY(std::abs(psnr[0].item<double>() - 100.0) < 1e-4);
    QVERIFY(std::abs(psnr[1].item<double>() - 20.0) < 1e-4);
}

void TestVaeStage::trainingLowersTheLossAndTheModelOpens()
{
    const QTemporaryDir folder;
    const TrainConfig config = tinyConfig();
    const StageResult result = runVae(config, optionsFor(folder));
    QVERIFY(result.finished);
    QCOMPARE(result.steps, std::int64_t{200});
    const auto mean = [&](std::size_t first) {
        return std::accumulate(result.losses.begin() + std::ptrdiff_t(first),
                               result.losses.begin() + std::ptrdiff_t(first) + 5, 0.0) /
               5.0;
    };
    QCOMPARE(result.losses.size(), std::size_t{20});
    const auto what = QString("%1 -> %2").arg(mean(0)).arg(mean(15));
    QVERIFY2(mean(15) < 0.7 * mean(0), qPrintable(what));

    const std::filesystem::path out = folder.path().toStdString();
    QVERIFY(std::filesystem::exists(out / "vae-200.png"));
    QVERIFY(std::filesystem::file_size(out / "vae.jsonl") > 1000);
    const auto exported = exportModelTo(config, out, out / "model");
    QVERIFY2(exported.has_value(), exported ? "" : exported.error().detail.c_str());
    std::ifstream stream(out / "model" / "model.json");
    std::vector<std::string> notes;
    const auto model =
        model::parseModelConfig({std::istreambuf_iterator<char>(stream), {}}, "model.json", notes);
    QVERIFY2(model.has_value(), model ? "" : model.error().detail.c_str());
    QCOMPARE(*model, config.model);
    const auto weights = model::WeightSource::open(out / "model" / "videovae.safetensors");
    QVERIFY(weights.has_value());
    const auto vae = model::VideoVae::load(*weights, model->vae);
    QVERIFY2(vae.has_value(), vae ? "" : vae.error().detail.c_str());
    const at::Tensor latent = (*vae)->encode(at::randn({3, 5, 32, 32}).clamp(-1.0, 1.0), {}, {});
    QCOMPARE(latent.sizes(), at::IntArrayRef({64, 2, 2, 2}));
}

void TestVaeStage::resumedRunsEqualUninterruptedOnes()
{
    TrainConfig config = tinyConfig();
    config.vae["optimizer"]["steps"] = 5;
    config.vae["report"]["validations"] = 0;
    const QTemporaryDir whole;
    QVERIFY(runVae(config, optionsFor(whole)).finished);
    const QTemporaryDir parts;
    StageOptions options = optionsFor(parts);
    options.steps = 2;
    QVERIFY(!runVae(config, options).finished);
    options.steps = 0;
    options.resume = true;
    const StageResult resumed = runVae(config, options);
    QVERIFY(resumed.finished);
    QCOMPARE(resumed.steps, std::int64_t{5});

    const auto first =
        model::WeightSource::open(std::filesystem::path(whole.filePath("vae.safetensors").toStdString()));
    const auto second =
        model::WeightSource::open(std::filesystem::path(parts.filePath("vae.safetensors").toStdString()));
    QVERIFY(first.has_value() && second.has_value());
    QCOMPARE(first->tensors().size(), second->tensors().size());
    for (const auto &tensor : first->tensors()) {
        if (tensor.name != "progress") // holds times
            QVERIFY2(first->load(tensor.name, tensor.shape, tensor.type)
                         ->equal(*second->load(tensor.name, tensor.shape, tensor.type)),
                     tensor.name.c_str());
    }
}

void TestVaeStage::configurationMistakesAreNamed_data()
{
    QTest::addColumn<QString>("patch");
    QTest::addColumn<QString>("said");
    QTest::newRow("unknown") << "[{\"op\": \"add\", \"path\": \"/losses/absolut\", \"value\": 1}]"
                             << "vae.losses: absolut is not known";
    QTest::newRow("range") << "[{\"op\": \"replace\", \"path\": \"/flips/share\", \"value\": 2}]"
                           << "share";
    QTest::newRow("choice") << "[{\"op\": \"replace\", \"path\": \"/precision\", \"value\": \"half\"}]"
                            << "bf16, float32";
    QTest::newRow("frames")
        << "[{\"op\": \"replace\", \"path\": \"/phases/0/batches/0/frames\", \"value\": 6}]"
        << "1 + 4k";
    QTest::newRow("window")
        << "[{\"op\": \"replace\", \"path\": \"/phases/0/batches/0/width\", \"value\": 50}]"
        << "multiples of 16";
    QTest::newRow("too large")
        << "[{\"op\": \"replace\", \"path\": \"/phases/0/batches/0/width\", \"value\": 352}]"
        << "352 x 48";
    QTest::newRow("no length") << "[{\"op\": \"replace\", \"path\": \"/optimizer/steps\", \"value\": 0}]"
                               << "steps or seconds";
    QTest::newRow("no phases") << "[{\"op\": \"replace\", \"path\": \"/phases\", \"value\": []}]"
                               << "phases is empty";
}

void TestVaeStage::configurationMistakesAreNamed()
{
    QFETCH(QString, patch);
    QFETCH(QString, said);
    TrainConfig config = tinyConfig();
    config.vae = config.vae.patch(nlohmann::json::parse(patch.toStdString()));
    const auto stage = VaeStage::make(config, at::kCPU);
    QVERIFY(!stage.has_value());
    QVERIFY2(stage.error().detail.find(said.toStdString()) != std::string::npos,
             stage.error().detail.c_str());
}

QTEST_GUILESS_MAIN(TestVaeStage)
#include "tst_vae_stage.moc"
