// SPDX-License-Identifier: Apache-2.0
//
// What runs on devices, run here on the CPU: in float64 it must mean what the float32 loops mean, in bfloat16
// the same within that type's rounding.
#include <array>
#include <string>
#include <vector>

#include <QtTest/QtTest>

#include "core/model/guidance.h"
#include "core/model/quantizer.h"
#include "core/model/rope.h"
#include "core/model/stop.h"
#include "core/model/t5_stack.h"
#include "core/model/transformer.h"
#include "core/model/vae_device.h"
#include "core/model/video_vae.h"
#include "gpu/device_linear.h"
#include "gpu/score_maps.h"
#include "tests/model/golden.h"

using namespace faststar;

namespace
{

const std::stop_token kNever;
const gpu::Placement kDouble{c10::kCPU, at::kDouble, false};
const gpu::Placement kHalf{c10::kCPU, at::kBFloat16, false};

template <typename T> std::unique_ptr<T> loaded(Result<std::unique_ptr<T>> result)
{
    if (!result)
        throw std::runtime_error(result.error().detail);
    return *std::move(result);
}

std::unique_ptr<model::Transformer> transformer(const gpu::Placement &placement)
{
    return loaded(
        model::Transformer::load(test::openWeights(test::goldenDir() / "model_a" / "transformer.safetensors"),
                                 test::goldenTransformer(), test::goldenQuantizer(), placement));
}

VaeConfig vaeConfig()
{
    VaeConfig config;
    config.blockOutChannels = {4, 8, 16, 16, 16};
    config.layersPerBlock = 1;
    return config;
}

std::unique_ptr<model::VideoVae> vae(const gpu::Placement &placement)
{
    return loaded(model::VideoVae::load(
        test::openWeights(test::goldenDir() / "model_a" / "videovae.safetensors"), vaeConfig(), placement));
}

at::Tensor decoded(const model::VideoVae &vae, const at::Tensor &latent, int chunk)
{
    std::vector<at::Tensor> parts;
    vae.decode(
        latent, [&](const at::Tensor &frames) { parts.push_back(frames.clone()); }, kNever, chunk);
    return at::cat(parts, 1);
}

// Logits of every scale of two clips, the second attending to the first.
std::vector<at::Tensor> walk(const model::Transformer &net)
{
    const at::InferenceMode inference;
    auto generator = at::detail::createCPUGenerator(7);
    const Schedule schedule = test::goldenSchedule({1, 2});
    model::KeyValues text;
    model::KeyValues context;
    const at::Tensor features = at::randn({2, 9, 64}, generator);
    std::vector<at::Tensor> logits{net.encodeText({features[0], features[1].narrow(0, 0, 6)}, text, kNever)};
    for (const Scale &scale : schedule.scales) {
        const at::Tensor input = at::randn({scale.shape.tokens(), 64}, generator);
        const at::Tensor rope =
            model::visualRope(scale, scale.firstStep, schedule.lastShape(scale.clip), 512, 32);
        model::KeyValues own;
        const at::Tensor hidden = net.forward(input, rope, context, text, &own, kNever);
        logits.push_back(net.head(hidden, scale.semantic));
        if (scale.indexInClip + 1 == schedule.scalesPerClip)
            context = std::move(own);
    }
    return logits;
}

double worst(const std::vector<at::Tensor> &ours, const std::vector<at::Tensor> &expected)
{
    double error = 0.0;
    for (std::size_t i = 0; i < expected.size(); ++i)
        error = std::max(error, test::relativeError(ours[i], expected[i]));
    return error;
}

} // namespace

class TestDevicePath : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void blocksMeanTheSame();
    void decoderMeansTheSame();
    void encoderMeansTheSame();
    void textEncoderRounds();
    void guidanceMeansTheSame();
    void drawsAreTheSame();
    void bitsArePackedTheSame();
    void similarityMeansTheSame();
    void eightBitRowsComeBack();
    void stopsBetweenBlocks();
};

void TestDevicePath::blocksMeanTheSame()
{
    const auto expected = walk(*transformer({}));
    QVERIFY(worst(walk(*transformer(kDouble)), expected) < 2e-6);
    const double rounded = worst(walk(*transformer(kHalf)), expected);
    QVERIFY2(rounded > 1e-4 && rounded < 0.04, qPrintable(QString::number(rounded)));
}

void TestDevicePath::decoderMeansTheSame()
{
    const at::Tensor latent = at::randn({64, 4, 2, 3});
    const at::Tensor expected = decoded(*vae({}), latent, 0);
    const auto exact = vae(kDouble);
    for (const int chunk : {0, 1, 2}) {
        const at::Tensor ours = decoded(*exact, latent, chunk);
        QCOMPARE(ours.sizes(), expected.sizes());
        QVERIFY(test::relativeError(ours, expected) < 2e-6);
    }
    QVERIFY(test::relativeError(decoded(*exact, latent.narrow(1, 0, 1), 0),
                                decoded(*vae({}), latent.narrow(1, 0, 1), 0)) < 2e-6);
    const double rounded = test::relativeError(decoded(*vae(kHalf), latent, 0), expected);
    QVERIFY2(rounded > 1e-4 && rounded < 0.05, qPrintable(QString::number(rounded)));
}

void TestDevicePath::encoderMeansTheSame()
{
    auto generator = at::detail::createCPUGenerator(3);
    const at::Tensor video = at::rand({3, 9, 32, 48}, generator) * 2 - 1;
    const at::Tensor expected = vae({})->encode(video, {}, kNever);
    const auto exact = vae(kDouble);
    for (const int chunk : {0, 4}) {
        const double error = test::relativeError(exact->encode(video, {}, kNever, chunk), expected);
        QVERIFY2(error < 1e-5, qPrintable(QString::number(error)));
    }
}

void TestDevicePath::textEncoderRounds()
{
    const TextEncoderConfig config{32, 8, 64, 2, 4, 50, 32, 128, 1e-6};
    const auto weights = model::WeightSource::made(
        [](std::string_view name, const std::vector<std::int64_t> &shape, at::ScalarType type) {
            auto generator = at::detail::createCPUGenerator(std::hash<std::string_view>{}(name));
            return (at::randn(shape, generator) * (shape.size() > 1 ? 0.2 : 1.0)).to(type);
        });
    const at::Tensor ids = at::arange(1, 12, at::kLong);
    const auto plain = model::T5Stack::load(weights, config);
    const auto half = model::T5Stack::load(weights, config, kHalf);
    QVERIFY(plain && half);
    const at::Tensor expected = plain->forward(ids, kNever);
    const at::Tensor ours = half->forward(ids, kNever);
    QCOMPARE(ours.scalar_type(), at::kFloat);
    const double rounded = test::relativeError(ours, expected);
    QVERIFY2(rounded > 1e-5 && rounded < 0.04, qPrintable(QString::number(rounded)));
}

void TestDevicePath::guidanceMeansTheSame()
{
    const at::Tensor logits = at::randn({2, 300, 16, 2});
    for (const Guidance kind : {Guidance::Apg, Guidance::Cfg}) {
        GuidanceStats expectedStats;
        GuidanceStats stats;
        const at::Tensor expected = model::guide(logits, {kind, 34.0, 0.05}, nullptr, &expectedStats);
        const at::Tensor ours = model::aten::guide(logits, {kind, 34.0, 0.05}, nullptr, &stats);
        QVERIFY(test::relativeError(ours, expected) < 1e-6);
        QVERIFY(std::abs(stats.clip - expectedStats.clip) < 1e-9);
        QVERIFY(std::abs(stats.projection - expectedStats.projection) < 1e-9);
    }
    const GuidanceStats frozen{0.5, 0.25};
    QVERIFY(test::relativeError(model::aten::guide(logits, {}, &frozen), model::guide(logits, {}, &frozen)) <
            1e-6);
    QVERIFY(at::equal(model::aten::guide(logits, {Guidance::Apg, 1.0, 0.05}), logits[0]));
}

void TestDevicePath::drawsAreTheSame()
{
    const at::Tensor guided = at::randn({211, 18, 2});
    const at::Tensor places = at::randperm(5000, at::kLong).narrow(0, 0, 211);
    for (const at::Tensor &positions : {at::Tensor(), places}) {
        for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{0xFFFFFFFF80000001}}) {
            const at::Tensor expected = model::sampleBits(guided, seed, 29, 2, positions);
            const at::Tensor ours = model::aten::sampleBits(guided, seed, 29, 2, positions);
            QCOMPARE(ours.scalar_type(), at::kByte);
            // A draw may lie between two roundings of a probability: once in ten million.
            QVERIFY(ours.ne(expected).sum().item<std::int64_t>() <= 1);
        }
    }
    QVERIFY(model::aten::sampleBits(guided, 1, 3, 0, {})
                .ne(model::aten::sampleBits(guided, 1, 3, 1, {}))
                .any()
                .item<bool>());
}

void TestDevicePath::bitsArePackedTheSame()
{
    for (const std::int64_t tokens : {0, 1, 3, 8, 77}) {
        const at::Tensor bits = at::randint(0, 2, {tokens, 5}, at::kByte);
        QCOMPARE(model::aten::packBits(bits), model::packBits(bits));
    }
}

void TestDevicePath::similarityMeansTheSame()
{
    at::Tensor before = at::randn({64, 3, 5, 7});
    const at::Tensor now = at::randn({64, 3, 5, 7});
    before.select(1, 0).copy_(now.select(1, 0)); // exactly alike
    before.select(1, 2).zero_();
    for (const at::Tensor &a : {before, before.narrow(1, 1, 1)}) {
        const at::Tensor expected = gpu::cosineMap(a, now, 1e-8);
        const at::Tensor ours = gpu::aten::cosineMap(a, now, 1e-8);
        QVERIFY(ours.sub(expected).abs().max().item<float>() < 1e-6F);
    }
    QVERIFY(gpu::aten::cosineMap(before, now, 1e-8)[0].eq(1.0).all().item<bool>());
}

void TestDevicePath::eightBitRowsComeBack()
{
    at::Tensor x = at::randn({5, 64}) * at::logspace(-3, 3, 5).unsqueeze(1);
    x[3].zero_();
    const gpu::LayerInput rows = gpu::quantiseRows(x);
    QCOMPARE(rows.values.scalar_type(), at::kFloat8_e4m3fn);
    const at::Tensor back = rows.values.to(at::kFloat) * rows.scales;
    // Three bits of mantissa: half a step of one sixteenth.
    QVERIFY(back.sub(x).abs().le(x.abs() / 16 + rows.scales / 512).all().item<bool>());
    QVERIFY(back[3].eq(0).all().item<bool>());
    QVERIFY(std::abs(rows.values[0].to(at::kFloat).abs().max().item<float>() - 448.0F) < 1e-3F);
}

void TestDevicePath::stopsBetweenBlocks()
{
    const auto net = transformer(kHalf);
    std::stop_source source;
    source.request_stop();
    model::KeyValues text;
    QVERIFY_THROWS_EXCEPTION(model::StopRequested,
                             net->encodeText({at::randn({3, 64})}, text, source.get_token()));
    QVERIFY_THROWS_EXCEPTION(model::StopRequested,
                             vae(kHalf)->decode(
                                 at::randn({64, 1, 2, 2}), [](const at::Tensor &) {}, source.get_token()));
}

QTEST_GUILESS_MAIN(TestDevicePath)
#include "tst_device_path.moc"
