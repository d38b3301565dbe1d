// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <map>
#include <vector>

#include <QtTest/QtTest>

#include <ATen/CPUGeneratorImpl.h>

#include "app/train/clip_labels.h"
#include "app/train/packed_plan.h"
#include "core/model/quantizer.h"
#include "core/model/rope.h"
#include "core/model/transformer.h"
#include "core/model/transformer_network.h"
#include "tests/model/golden.h"
#include "tests/train/tiny_stage.h"

using namespace faststar;
using namespace faststar::train;

class TestClipLabels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void labelsAreTheQuantisers_data();
    void labelsAreTheQuantisers();
    void turnedBitsAreRepairedLater();
    void motionIsTheChangeInTime();
    void planIsTheGeneration();
    void cutClipsAreTheBeginningOfWholeOnes();
    void weightsAreOfScales();
};

namespace
{

const std::stop_token kNever;

// A clip of 252 positions a frame: an image and two clips of two latent frames.
const Schedule &schedule()
{
    static const Schedule made = test::goldenSchedule({1, 2, 2});
    return made;
}

at::Generator generator(std::uint64_t seed)
{
    return at::detail::createCPUGenerator(seed);
}

// Repetition `wanted` of each scale, or the last.
std::vector<int> repetitions(int wanted)
{
    std::vector<int> result;
    for (const Scale &scale : schedule().scales)
        result.push_back(std::min(wanted, scale.repetitions - 1));
    return result;
}

at::Tensor someLatents(std::int64_t rows)
{
    at::manual_seed(7);
    return at::randn({rows, 5, 64, 252}) * 0.3;
}

// [frames, 64, H * W] of one row -> [64, frames, H, W] of one clip
at::Tensor featureMap(const at::Tensor &row, const Clip &clip)
{
    return row.narrow(0, clip.firstFrame, clip.latentFrames)
        .transpose(0, 1)
        .unflatten(2, {12, 21})
        .contiguous();
}

} // namespace

void TestClipLabels::labelsAreTheQuantisers_data()
{
    QTest::addColumn<int>("repetition");
    QTest::newRow("first") << 0;
    QTest::newRow("second") << 1;
    QTest::newRow("last") << 99;
}

void TestClipLabels::labelsAreTheQuantisers()
{
    QFETCH(int, repetition);
    const at::Tensor latents = someLatents(2);
    const auto wanted = repetitions(repetition);
    const auto labels = ClipLabels(schedule(), at::kCPU).of(latents, wanted, 0.0, generator(1));
    QCOMPARE(labels.size(), std::size_t(33));
    std::int64_t bits = 0;
    std::int64_t unlike = 0;
    for (std::int64_t row = 0; row < 2; ++row) {
        at::Tensor features;
        for (const Scale &scale : schedule().scales) {
            const auto index = std::size_t(scale.index);
            const GridShape last = schedule().lastShape(scale.clip);
            const at::Tensor target = featureMap(latents[row], schedule().clips[std::size_t(scale.clip)]);
            if (scale.indexInClip == 0)
                features = at::zeros_like(target);
            for (int i = 0; i < scale.repetitions; ++i) {
                const at::Tensor own = model::bitsFromResidual(target, features, scale.shape, scale.bits);
                if (i == wanted[index]) {
                    const at::Tensor input = model::tokensFromFeatures(features, scale.shape);
                    QVERIFY(labels[index].input.sizes().vec() ==
                            (std::vector<std::int64_t>{2, scale.shape.tokens(), 64}));
                    const double error = (labels[index].input[row] - input).abs().max().item<double>();
                    QVERIFY2(error < 1e-5, qPrintable(QString::number(error)));
                    bits += own.numel();
                    unlike += own.ne(labels[index].bits[row].to(at::kByte)).sum().item<std::int64_t>();
                }
                features = features + model::upsampleCodes(model::codesFromBits(own, scale.shape), last);
            }
        }
    }
    // A residual within rounding of zero may fall either way.
    QVERIFY2(double(unlike) < 1e-5 * double(bits), qPrintable(QString("%1 of %2").arg(unlike).arg(bits)));
}

void TestClipLabels::turnedBitsAreRepairedLater()
{
    const at::Tensor latents = someLatents(2);
    const ClipLabels labels(schedule(), at::kCPU);
    const auto wanted = repetitions(99);
    const auto right = labels.of(latents, wanted, 0.0, generator(1));
    const auto turned = labels.of(latents, wanted, 0.3, generator(1));
    const auto again = labels.of(latents, wanted, 0.3, generator(1));
    for (std::size_t i = 0; i < turned.size(); ++i) {
        QVERIFY(at::equal(turned[i].input, again[i].input));
        QVERIFY(at::equal(turned[i].bits, again[i].bits));
    }
    // The clip's first scale is run twice for the image: its second input has seen turned bits.
    QVERIFY(!at::equal(turned[0].input, right[0].input));
    // Yet what is still missing before the last scale, where nothing is turned, is as small as without.
    const Scale &last = schedule().scales[10];
    const at::Tensor target = latents.narrow(1, 0, 1).transpose(2, 3).flatten(1, 2);
    const double clean = (target - right[10].input).square().mean().item<double>();
    const double repaired = (target - turned[10].input).square().mean().item<double>();
    QVERIFY2(repaired < 1.5 * clean, qPrintable(QString("%1 %2").arg(clean).arg(repaired)));
    const at::Tensor wantedBits = (target - turned[10].input).gt(0).to(at::kFloat);
    QVERIFY(last.repetitions == 1 && at::equal(turned[10].bits, wantedBits));
}

void TestClipLabels::motionIsTheChangeInTime()
{
    at::Tensor latents = at::zeros({1, 5, 64, 252});
    latents.select(1, 3).select(2, 21 * 5 + 4).fill_(2.0); // one place lights up in frame 3 alone
    const auto motion = ClipLabels(schedule(), at::kCPU).motionOf(latents);
    QCOMPARE(motion.size(), std::size_t(33));
    // Last scale of the second video clip: frames 3 and 4, both differ from the one before.
    const at::Tensor last = motion[32].view({2, 252});
    QCOMPARE(last.sum().item<double>(), 8.0);
    QCOMPARE(last[0][21 * 5 + 4].item<double>(), 4.0);
    QCOMPARE(last[1][21 * 5 + 4].item<double>(), 4.0);
    QCOMPARE(motion[10].sum().item<double>(), 0.0);
    // The whole frame as one token.
    QVERIFY(std::abs(motion[22].sum().item<double>() - 8.0 / 252.0) < 1e-6);
}

// The packed pass on the labels is what generation computes, step by step, when it is given the same bits.
void TestClipLabels::planIsTheGeneration()
{
    const auto file = test::goldenDir() / "model_a" / "transformer.safetensors";
    const auto weights = test::readTensors(file);
    const auto config = test::goldenTransformer();
    const auto transformer =
        model::Transformer::load(test::openWeights(file), config, test::goldenQuantizer());
    QVERIFY(transformer.has_value());
    const at::Tensor latents = someLatents(1);
    const auto wanted = repetitions(99); // what is cached is the last repetition
    const auto labels = ClipLabels(schedule(), at::kCPU).of(latents, wanted, 0.2, generator(3));
    const at::Tensor text = at::randn({1, 6, 64});

    const PackedPlan plan(schedule(), config, 1, 6, at::kCPU);
    const model::TransformerNetwork network(
        config, [&](const std::string &name) { return weights.at(name).to(at::kFloat); }, at::kFloat);
    std::vector<at::Tensor> parts{network.projectText(text)};
    for (const int index : plan.order())
        parts.push_back(network.embedTokens(labels[std::size_t(index)].input));
    const at::Tensor hidden =
        network.finish(network.run(at::cat(parts, 1), plan.rope(wanted), plan.layout()));
    QCOMPARE(plan.semanticTokens() + plan.detailTokens() + 6, plan.layout().tokens());

    model::KeyValues cache;
    (*transformer)->encodeText({text[0]}, cache, kNever);
    model::KeyValues context;
    double worst = 0.0;
    for (const Scale &scale : schedule().scales) {
        const auto index = std::size_t(scale.index);
        const at::Tensor rope = model::visualRope(scale, scale.firstStep + wanted[index],
                                                  schedule().lastShape(scale.clip), 512, 32);
        model::KeyValues own;
        const at::Tensor logits =
            (*transformer)
                ->head((*transformer)->forward(labels[index].input[0], rope, context, cache, &own, kNever),
                       scale.semantic);
        if (scale.indexInClip + 1 == schedule().scalesPerClip)
            context = std::move(own);
        int segment = 1;
        while (plan.order()[std::size_t(segment - 1)] != scale.index)
            ++segment;
        const at::Tensor ours = network.bitLogits(
            hidden.narrow(1, plan.layout().first(segment), scale.shape.tokens()), scale.semantic);
        const at::Tensor theirs = logits.select(-1, 1) - logits.select(-1, 0);
        worst = std::max(worst, test::relativeError(ours, theirs));
    }
    QVERIFY2(worst < 1e-4, qPrintable(QString::number(worst)));
    qInfo("worst relative error of the logits: %g", worst);
}

// Two clips of which the second is cut: what is left is as in the whole.
void TestClipLabels::cutClipsAreTheBeginningOfWholeOnes()
{
    constexpr int kCut = 3;
    ModelConfig model;
    model.schedule = test::tinyModel().schedule;
    model.schedule.framesPerClip = 2;
    const auto two =
        buildSchedule(model.schedule, test::tinyModel().quantizer, 9.0 / 16.0, std::vector<int>{1, 2});
    QVERIFY(two.has_value());
    std::vector<int> wanted;
    for (const Scale &scale : two->scales)
        wanted.push_back(scale.repetitions - 1);
    const at::Tensor latents = someLatents(1).narrow(1, 0, 3);
    const auto whole = ClipLabels(*two, at::kCPU).of(latents, wanted, 0.0, generator(1));
    const auto cut = ClipLabels(*two, at::kCPU, kCut).of(latents, wanted, 0.0, generator(1));
    const auto config = test::goldenTransformer();
    const PackedPlan wholePlan(*two, config, 1, 4, at::kCPU);
    const PackedPlan cutPlan(*two, config, 1, 4, at::kCPU, true, kCut);
    QCOMPARE(wholePlan.order().size(), std::size_t(22));
    QCOMPARE(cutPlan.order().size(), std::size_t(11 + kCut));
    for (const int index : cutPlan.order()) {
        const auto i = std::size_t(index);
        QVERIFY(two->scales[i].clip == 0 || two->scales[i].indexInClip < kCut);
        QVERIFY(at::equal(whole[i].input, cut[i].input) && at::equal(whole[i].bits, cut[i].bits));
    }
    // And so are the hidden states.
    const auto weights = test::readTensors(test::goldenDir() / "model_a" / "transformer.safetensors");
    const model::TransformerNetwork network(
        config, [&](const std::string &name) { return weights.at(name).to(at::kFloat); }, at::kFloat);
    const at::Tensor text = at::randn({1, 4, 64});
    std::map<int, at::Tensor> states;
    double worst = 0.0;
    for (const PackedPlan *plan : {&wholePlan, &cutPlan}) {
        std::vector<at::Tensor> parts{network.projectText(text)};
        for (const int index : plan->order())
            parts.push_back(network.embedTokens(whole[std::size_t(index)].input));
        const at::Tensor hidden = network.run(at::cat(parts, 1), plan->rope(wanted), plan->layout());
        for (std::size_t i = 0; i < plan->order().size(); ++i) {
            const int index = plan->order()[i];
            const at::Tensor state = hidden.narrow(1, plan->layout().first(int(i) + 1),
                                                   two->scales[std::size_t(index)].shape.tokens());
            if (plan == &wholePlan)
                states[index] = state;
            else
                worst = std::max(worst, test::relativeError(state, states.at(index)));
        }
    }
    QVERIFY2(worst < 1e-5, qPrintable(QString::number(worst)));
}

void TestClipLabels::weightsAreOfScales()
{
    const PackedPlan plan(schedule(), test::goldenTransformer(), 1, 1, at::kCPU);
    const at::Tensor weights = tokenWeights(schedule(), plan.order(), 0.5, at::kCPU);
    QCOMPARE(weights.size(0), plan.semanticTokens() + plan.detailTokens());
    QVERIFY(std::abs(weights.sum().item<double>() - 1.0) < 1e-6);
    // The first is the one token of the image's first scale; the last the clip's 504 tokens.
    const double first = weights[0].item<double>();
    const double last = weights.narrow(0, weights.size(0) - 504, 504).sum().item<double>();
    QVERIFY(std::abs(last / first - std::sqrt(504.0)) < 1e-4);
}

QTEST_GUILESS_MAIN(TestClipLabels)
#include "tst_clip_labels.moc"
