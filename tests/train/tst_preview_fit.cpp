// SPDX-License-Identifier: Apache-2.0
#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <iterator>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "app/train/preview_fit.h"
#include "core/domain/validate.h"
#include "core/model/model_folder.h"
#include "tests/support/paths.h"

using namespace faststar;
using namespace faststar::train;
namespace fs = std::filesystem;

namespace
{

std::string readAll(const fs::path &path)
{
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

} // namespace

class TestPreviewFit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsAKnownProjection();
    void weightsDecideBetweenSamples();
    void explainedIsAShare();
    void coloursBelongToTheirLatentFrame();
    void featureMapsApproachTheLatent();
    void writingKeepsOtherKeys();
    void badInputIsRefused();
    void demoModelHasAPreview();
};

void TestPreviewFit::findsAKnownProjection()
{
    at::manual_seed(1);
    const auto weight = at::randn({3, 64}) * 0.1;
    const auto bias = at::tensor({0.4, 0.5, 0.6}).to(at::kFloat);
    ColourRegression regression;
    Explained explained;
    std::vector<std::pair<at::Tensor, at::Tensor>> samples;
    for (int i = 0; i < 4; ++i) {
        auto features = at::randn({64, 2, 5, 7});
        features[63].zero_(); // a channel that never changes must not break the system
        const auto colours = (weight.mm(features.flatten(1)) + bias.unsqueeze(1)).view({3, 2, 5, 7});
        regression.add(features, colours);
        samples.emplace_back(features, colours);
    }
    const auto projection = regression.solve();
    for (std::size_t colour = 0; colour < 3; ++colour) {
        QVERIFY(std::abs(projection.bias[colour] - bias[std::int64_t(colour)].item<float>()) < 1e-5);
        for (std::size_t channel = 0; channel < 63; ++channel)
            QVERIFY(std::abs(projection.weight[colour][channel] -
                             weight[std::int64_t(colour)][std::int64_t(channel)].item<float>()) < 1e-5);
    }
    for (const auto &[features, colours] : samples)
        explained.add(projection, features, colours);
    QVERIFY(explained.all() > 0.999999);
}

void TestPreviewFit::weightsDecideBetweenSamples()
{
    // The same feature with two colours: the answer lies at their weighted mean.
    const auto features = at::zeros({64, 1, 4, 4});
    ColourRegression regression;
    regression.add(features, at::ones({3, 1, 4, 4}));
    regression.add(features, at::zeros({3, 1, 4, 4}), 0.25);
    QVERIFY(std::abs(regression.solve().bias[1] - 0.8F) < 1e-5);
}

void TestPreviewFit::explainedIsAShare()
{
    at::manual_seed(2);
    const auto features = at::randn({64, 1, 8, 8});
    const auto colours = at::rand({3, 1, 8, 8});
    PreviewProjection mean; // predicts the mean: explains nothing
    for (std::size_t i = 0; i < 3; ++i)
        mean.bias[i] = colours[std::int64_t(i)].mean().item<float>();
    Explained explained;
    explained.add(mean, features, colours);
    QVERIFY(std::abs(explained.all()) < 1e-5);
    for (const double value : explained.each())
        QVERIFY(std::abs(value) < 1e-5);
    mean.bias[0] += 1.0F; // worse than the mean
    Explained worse;
    worse.add(mean, features, colours);
    QVERIFY(worse.all() < -1.0);
}

void TestPreviewFit::coloursBelongToTheirLatentFrame()
{
    auto video = at::zeros({3, 9, 32, 48});
    for (int frame = 0; frame < 9; ++frame)
        video[0][frame].fill_(frame / 10.0);
    video[1].narrow(1, 0, 16).narrow(2, 0, 16).fill_(1.0); // the first cell only
    const auto colours = latentColours(video * 2.0 - 1.0);
    QCOMPARE(colours.sizes().vec(), (std::vector<std::int64_t>{3, 3, 2, 3}));
    QVERIFY(std::abs(colours[0][0][1][2].item<float>()) < 1e-6);
    QVERIFY(std::abs(colours[0][1][1][2].item<float>() - 0.25) < 1e-6); // frames 1..4
    QVERIFY(std::abs(colours[0][2][0][0].item<float>() - 0.65) < 1e-6); // frames 5..8
    QVERIFY(std::abs(colours[1][2][0][0].item<float>() - 1.0) < 1e-6);
    QVERIFY(std::abs(colours[1][2][0][1].item<float>()) < 1e-6);
}

void TestPreviewFit::featureMapsApproachTheLatent()
{
    const auto folder = model::openModelFolder(test::demoModelDir());
    QVERIFY2(folder.has_value(), folder ? "" : folder.error().detail.c_str());
    const auto schedule = scheduleOf(defaultRequest(folder->config), folder->config);
    QVERIFY(schedule.has_value());
    at::manual_seed(3);
    const auto last = schedule->lastShape(0);
    const auto latent = at::randn({64, schedule->latentFrames(), last.h, last.w}) * 0.5;
    const auto maps = featureMaps(latent, *schedule);
    QCOMPARE(int(maps.size()), schedule->scalesPerClip);
    QCOMPARE(maps.back().sizes().vec(), latent.sizes().vec());
    const double error = ((maps.back() - latent).norm() / latent.norm()).item<double>();
    const double early = ((maps.front() - latent).norm() / latent.norm()).item<double>();
    QVERIFY2(error < 0.9 * early, std::to_string(error).c_str());
}

void TestPreviewFit::writingKeepsOtherKeys()
{
    const QTemporaryDir directory;
    const fs::path folder = directory.path().toStdString();
    std::ofstream(folder / "model.json")
        << R"({"format": 1, "later": [1, 2], "name": "x", "preview": 3, "z": 1e-06})";
    PreviewProjection projection;
    projection.weight[2][63] = 0.1234567F;
    projection.bias = {0.5F, -0.25F, 1e-7F};
    QVERIFY(writePreview(folder, projection).has_value());
    const auto text = readAll(folder / "model.json");
    QVERIFY(text.find("\"format\"") < text.find("\"later\"") &&
            text.find("\"preview\"") < text.find("\"z\""));
    const auto document = nlohmann::json::parse(text);
    QVERIFY(document["later"] == nlohmann::json({1, 2}));
    QCOMPARE(document["preview"]["weight"].size(), std::size_t(3));
    QCOMPARE(document["preview"]["weight"][0].size(), std::size_t(64));
    QCOMPARE(document["preview"]["weight"][2][63].get<double>(), 0.123457);
    QVERIFY(document["preview"]["bias"] == nlohmann::json({0.5, -0.25, 1e-7}));
    QCOMPARE(std::distance(fs::directory_iterator(folder), {}), std::ptrdiff_t(1));
}

void TestPreviewFit::badInputIsRefused()
{
    const QTemporaryDir directory;
    const fs::path folder = directory.path().toStdString();
    QCOMPARE(int(writePreview(folder, {}).error().code), int(ErrorCode::NotFound));
    std::ofstream(folder / "model.json") << "{ cut";
    QCOMPARE(int(writePreview(folder, {}).error().code), int(ErrorCode::CorruptFile));
    QCOMPARE(readAll(folder / "model.json"), std::string("{ cut"));
    const auto ignore = [](int) {};
    QCOMPARE(int(fitPreview(test::demoModelDir(), {9, 1}, ignore).error().code),
             int(ErrorCode::InvalidRequest));
    QCOMPARE(int(fitPreview(test::demoModelDir(), {2000000000, 1}, ignore).error().code),
             int(ErrorCode::InvalidRequest));
    QVERIFY(!fitPreview(folder, {10, 1}, ignore).has_value());
    QCOMPARE(int(checkPreviewWritable(folder).error().code), int(ErrorCode::CorruptFile));
    fs::remove(folder / "model.json");
    QCOMPARE(int(checkPreviewWritable(folder).error().code), int(ErrorCode::NotFound));
    std::ofstream(folder / "model.json") << "{}";
    QVERIFY(checkPreviewWritable(folder).has_value());
}

// The projection that ships explains what a preview must show, on clips that it was not fitted to.
void TestPreviewFit::demoModelHasAPreview()
{
    const auto folder = model::openModelFolder(test::demoModelDir());
    QVERIFY(folder.has_value());
    QVERIFY(folder->config.preview.has_value());
    const auto explained = measurePreview(test::demoModelDir(), *folder->config.preview, {3, 4711});
    QVERIFY2(explained.has_value(), explained ? "" : explained.error().detail.c_str());
    QVERIFY2(*explained > 0.8, std::to_string(*explained).c_str());
    SceneOptions other;
    other.jitter = 0.3;
    const auto others = measurePreview(test::demoModelDir(), *folder->config.preview, {3, 4711, other});
    QVERIFY(others.has_value() && *others != *explained); // of other clips
    const auto nothing = measurePreview(test::demoModelDir(), {}, {3, 4711});
    QVERIFY(nothing.has_value() && *nothing < 0.0);
}

QTEST_GUILESS_MAIN(TestPreviewFit)
#include "tst_preview_fit.moc"
