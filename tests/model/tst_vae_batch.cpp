// SPDX-License-Identifier: Apache-2.0
//
// The video autoencoder on batches: against the one for single clips, and its gradients against differences.
#include <QTemporaryDir>
#include <QtTest>

#include <map>
#include <string>
#include <vector>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/stack.h>
#include <c10/core/GradMode.h>

#include "core/model/checkpoint/weight_source.h"
#include "core/model/vae_batch.h"
#include "core/model/video_vae.h"
#include "tests/model/vae_reference.h"

using namespace faststar;
using namespace faststar::model;

namespace
{

VaeConfig makeConfig(std::array<int, 5> channels, int layers, int latent)
{
    VaeConfig config;
    config.blockOutChannels = channels;
    config.layersPerBlock = layers;
    config.latentChannels = latent;
    return config;
}

using Weights = std::map<std::string, at::Tensor>;

VaeTensors lookup(const Weights &weights)
{
    return [&weights](const std::string &name, const std::vector<std::int64_t> &shape) -> Result<at::Tensor> {
        const auto found = weights.find(name);
        if (found == weights.end() || found->second.sizes() != at::IntArrayRef(shape))
            return failure(ErrorCode::ModelMismatch, "tensor '" + name + "' is missing or misshapen");
        return found->second;
    };
}

VaeBatch batchOf(const Weights &weights, const VaeConfig &config, VaeBatchOptions options)
{
    auto batch = VaeBatch::read(lookup(weights), config, options);
    if (!batch)
        qFatal("%s", batch.error().detail.c_str());
    return std::move(*batch);
}

double relativeError(const at::Tensor &ours, const at::Tensor &expected)
{
    const at::Tensor truth = expected.to(at::kDouble);
    return ours.to(at::kDouble).sub(truth).norm().item<double>() / truth.norm().item<double>();
}

at::Tensor decodeAll(const VideoVae &vae, const at::Tensor &latent)
{
    std::vector<at::Tensor> parts;
    vae.decode(latent, [&](const at::Tensor &frames) { parts.push_back(frames); }, {});
    return at::cat(parts, 1);
}

} // namespace

class TestVaeBatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { at::manual_seed(2); }             // otherwise every run draws other numbers
    void initTestCase() { at::set_num_threads(1); } // small products: a second thread only waits
    void agreesWithSingleClips_data();
    void agreesWithSingleClips();
    void gradientsAreThoseOfDifferences_data();
    void gradientsAreThoseOfDifferences();
    void logVariancesGetNoGradient();
    void aMissingTensorIsAnError();
};

void TestVaeBatch::agreesWithSingleClips_data()
{
    QTest::addColumn<int>("latentFrames");
    QTest::addColumn<bool>("stacked");
    for (const bool stacked : {false, true}) {
        for (const int frames : {1, 2, 3, 5})
            QTest::addRow("%d latent frames, %s", frames, stacked ? "stacked" : "volume")
                << frames << stacked;
    }
}

void TestVaeBatch::agreesWithSingleClips()
{
    QFETCH(int, latentFrames);
    QFETCH(bool, stacked);
    const VaeConfig config = makeConfig({8, 16, 16, 16, 16}, 1, 16);
    const test::VaeReference reference(config);
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("vae.safetensors").toStdString();
    QVERIFY(writeSafetensors(file, {reference.weights().begin(), reference.weights().end()}).has_value());
    const auto source = WeightSource::open(file);
    const auto single = VideoVae::load(*source, config);
    QVERIFY(single.has_value());

    const c10::NoGradGuard noGradients;
    const VaeBatch batch = batchOf(reference.weights(), config,
                                   {at::kFloat, stacked ? VaeConvPath::StackedFrames : VaeConvPath::Volume});
    const at::Tensor video = at::randn({2, 4 * latentFrames - 3, 3, 32, 48}).mul(0.5);
    const at::Tensor latents = batch.encode(video);
    const at::Tensor decoded = batch.decode(latents);
    QCOMPARE(decoded.sizes(), video.sizes());
    for (int i = 0; i < 2; ++i) {
        const at::Tensor latent = (*single)->encode(video[i].transpose(0, 1).contiguous(), {}, {});
        QVERIFY(relativeError(latents[i].permute({3, 0, 1, 2}), latent) < 1e-4);
        QVERIFY(relativeError(decoded[i].transpose(0, 1), decodeAll(**single, latent)) < 1e-4);
    }
}

void TestVaeBatch::gradientsAreThoseOfDifferences_data()
{
    QTest::addColumn<bool>("stacked");
    QTest::newRow("volume") << false;
    QTest::newRow("stacked frames") << true;
}

void TestVaeBatch::gradientsAreThoseOfDifferences()
{
    QFETCH(bool, stacked);
    const VaeConfig config = makeConfig({4, 4, 4, 4, 4}, 1, 4);
    const VaeBatchOptions options{at::kDouble, stacked ? VaeConvPath::StackedFrames : VaeConvPath::Volume};
    Weights weights;
    const test::VaeReference reference(config);
    for (const auto &[name, weight] : reference.weights())
        weights[name] = weight.to(at::kDouble).set_requires_grad(true);
    weights["video"] = at::randn({1, 5, 3, 16, 16}, at::kDouble).mul(0.5).set_requires_grad(true);
    const at::Tensor direction = at::randn({1, 5, 3, 16, 16}, at::kDouble);
    const auto value = [&] {
        const VaeBatch batch = batchOf(weights, config, options);
        return batch.decode(batch.encode(weights.at("video"))).mul(direction).sum();
    };
    value().backward();
    for (const auto &entry : weights) {
        const std::string &name = entry.first;
        const at::Tensor &weight = entry.second; // a lambda cannot take a part of a binding
        const at::Tensor step = at::randn(weight.sizes(), at::kDouble);
        const double expected = [&] {
            const c10::NoGradGuard noGradients;
            constexpr double size = 1e-7; // the norms of four channels bend sharply
            const at::Tensor kept = weight.detach().clone();
            at::Tensor moved = weight;
            moved.copy_(kept.add(step, size));
            const double above = value().item<double>();
            moved.copy_(kept.add(step, -size));
            const double below = value().item<double>();
            moved.copy_(kept);
            return (above - below) / (2.0 * size);
        }();
        QVERIFY2(weight.grad().defined(), name.c_str());
        const double ours = weight.grad().mul(step).sum().item<double>();
        const double size = weight.grad().norm().item<double>() * step.norm().item<double>();
        const auto what = QString("%1: %2, expected %3").arg(name.c_str()).arg(ours).arg(expected);
        QVERIFY2(std::abs(ours - expected) <= 1e-5 * size + 1e-5, qPrintable(what));
    }
}

void TestVaeBatch::logVariancesGetNoGradient()
{
    const VaeConfig config = makeConfig({4, 4, 4, 4, 4}, 1, 4);
    Weights weights;
    const test::VaeReference reference(config);
    for (const auto &[name, weight] : reference.weights())
        weights[name] = weight.clone().set_requires_grad(true);
    batchOf(weights, config, {}).encode(at::randn({1, 1, 3, 16, 16})).sum().backward();
    const at::Tensor gradient = weights.at("encoder.conv_out.conv.weight").grad();
    QVERIFY(gradient.narrow(0, 0, 4).abs().sum().item<double>() > 0.0);
    QCOMPARE(gradient.narrow(0, 4, 4).abs().sum().item<double>(), 0.0);
}

void TestVaeBatch::aMissingTensorIsAnError()
{
    const VaeConfig config = makeConfig({4, 4, 4, 4, 4}, 1, 4);
    const test::VaeReference reference(config);
    Weights weights = reference.weights();
    weights.erase("decoder.mid_block.resnets.1.conv2.conv.bias");
    const auto batch = VaeBatch::read(lookup(weights), config, {});
    QVERIFY(!batch.has_value());
    QCOMPARE(batch.error().code, ErrorCode::ModelMismatch);
    QVERIFY(batch.error().detail.find("decoder.mid_block.resnets.1.conv2.conv.bias") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestVaeBatch)
#include "tst_vae_batch.moc"
