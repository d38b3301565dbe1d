// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <map>
#include <string>
#include <vector>

#include <QtTest/QtTest>

#include "core/model/quantizer.h"
#include "core/model/rope.h"
#include "core/model/t5_stack.h"
#include "core/model/transformer.h"
#include "core/model/transformer_network.h"
#include "core/model/weight_list.h"
#include "tests/model/golden.h"

using namespace faststar;

class TestTransformerNetwork : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stepsAreThoseOfTheTransformer();
    void packedPassIsTheSameSteps();
    void rowsDoNotMix();
    void gradientsAreTheSlopes();
    void textRowsAreTheSingleTexts();
};

namespace
{

const std::stop_token kNever;

const test::Tensors &weights()
{
    static const test::Tensors tensors =
        test::readTensors(test::goldenDir() / "model_a" / "transformer.safetensors");
    return tensors;
}

const model::Transformer &transformer()
{
    static const std::unique_ptr<model::Transformer> loaded = [] {
        auto result = model::Transformer::load(
            test::openWeights(test::goldenDir() / "model_a" / "transformer.safetensors"),
            test::goldenTransformer(), test::goldenQuantizer());
        if (!result)
            throw std::runtime_error(result.error().detail);
        return *std::move(result);
    }();
    return *loaded;
}

model::TransformerNetwork network()
{
    return {test::goldenTransformer(),
            [](const std::string &name) { return weights().at(name).to(at::kFloat); }, at::kFloat};
}

// Every scale of an image clip and two video clips, each with its own input: one row a text.
struct Walk {
    Schedule schedule = test::goldenSchedule({1, 2, 2});
    at::Tensor features = at::randn({2, 9, 64});
    std::vector<at::Tensor> inputs; // [2, n, 64]
    std::vector<at::Tensor> ropes;

    Walk()
    {
        for (const Scale &scale : schedule.scales) {
            inputs.push_back(at::randn({2, scale.shape.tokens(), 64}));
            ropes.push_back(
                model::visualRope(scale, scale.firstStep, schedule.lastShape(scale.clip), 512, 32));
        }
    }

    // Hidden states of row `row`, scale after scale, as generation computes them.
    [[nodiscard]] std::vector<at::Tensor> stepByStep(int row) const
    {
        model::KeyValues text;
        transformer().encodeText({features[row]}, text, kNever);
        model::KeyValues context;
        std::vector<at::Tensor> hidden;
        for (const Scale &scale : schedule.scales) {
            const auto index = std::size_t(scale.index);
            model::KeyValues own;
            hidden.push_back(transformer()
                                 .forward(inputs[index][row], ropes[index], context, text, &own, kNever)
                                 .squeeze(0));
            if (scale.indexInClip + 1 == schedule.scalesPerClip)
                context = std::move(own);
        }
        return hidden;
    }

    // Segment 0 is the text, scale i is segment i + 1.
    [[nodiscard]] gpu::PackedLayout layout(std::int64_t rows) const
    {
        std::vector<gpu::Segment> segments{{features.size(1), {}}};
        for (const Scale &scale : schedule.scales) {
            gpu::Segment segment{scale.shape.tokens(), {}};
            if (scale.contextScale >= 0)
                segment.sources.push_back(scale.contextScale + 1);
            segment.sources.push_back(0);
            segments.push_back(segment);
        }
        return {segments, rows, at::kCPU};
    }

    [[nodiscard]] at::Tensor rope() const
    {
        std::vector<at::Tensor> parts{model::textRope(int(features.size(1)), 32)};
        parts.insert(parts.end(), ropes.begin(), ropes.end());
        return at::cat(parts, 1);
    }

    [[nodiscard]] at::Tensor packed(const model::TransformerNetwork &net, const at::Tensor &text) const
    {
        return at::cat({net.projectText(text), net.embedTokens(at::cat(inputs, 1))}, 1);
    }
};

} // namespace

void TestTransformerNetwork::stepsAreThoseOfTheTransformer()
{
    at::manual_seed(1);
    const auto net = network();
    const at::Tensor features = at::randn({2, 7, 64});
    model::KeyValues text;
    model::KeyValues ownText;
    const at::Tensor wanted = transformer().encodeText({features[0], features[1]}, text, kNever);
    const at::Tensor ours = net.run(net.projectText(features), model::textRope(7, 32), {}, &ownText);
    QVERIFY(test::relativeError(ours, wanted) < 2e-6);

    const at::Tensor input = at::randn({24, 64});
    const at::Tensor rope = model::textRope(24, 32);
    model::KeyValues context;
    model::KeyValues ownContext;
    for (const bool first : {true, false}) {
        model::KeyValues stored;
        const at::Tensor hidden = transformer().forward(input, rope, context, text, &stored, kNever);
        const std::array<const model::KeyValues *, 2> before{&ownContext, &ownText};
        model::KeyValues ownStored;
        const at::Tensor x = net.run(net.embedTokens(input).expand({2, -1, -1}), rope, before, &ownStored);
        const at::Tensor ownHidden = net.finish(x);
        QVERIFY(test::relativeError(ownHidden, hidden) < 5e-6);
        for (const bool semantic : {true, false}) {
            const at::Tensor logits = transformer().head(hidden, semantic);
            QVERIFY(test::relativeError(net.head(ownHidden, semantic), logits) < 5e-6);
            QVERIFY(test::relativeError(net.bitLogits(ownHidden, semantic),
                                        logits.select(-1, 1) - logits.select(-1, 0)) < 1e-5);
        }
        if (first) {
            context = std::move(stored);
            ownContext = std::move(ownStored);
        }
    }
}

void TestTransformerNetwork::packedPassIsTheSameSteps()
{
    at::manual_seed(2);
    const Walk walk;
    const auto net = network();
    const auto layout = walk.layout(2);
    const at::Tensor hidden = net.finish(net.run(walk.packed(net, walk.features), walk.rope(), layout));
    double worst = 0.0;
    for (const int row : {0, 1}) {
        const auto wanted = walk.stepByStep(row);
        for (const Scale &scale : walk.schedule.scales) {
            const at::Tensor ours =
                hidden[row].narrow(0, layout.first(scale.index + 1), scale.shape.tokens());
            worst = std::max(worst, test::relativeError(ours, wanted[std::size_t(scale.index)]));
        }
    }
    QVERIFY2(worst < 1e-5, qPrintable(QString::number(worst)));
    qInfo("worst relative error of the hidden states: %g", worst);
}

void TestTransformerNetwork::rowsDoNotMix()
{
    at::manual_seed(3);
    Walk walk;
    const auto net = network();
    const at::Tensor before = net.run(walk.packed(net, walk.features), walk.rope(), walk.layout(2));
    walk.features = walk.features.clone();
    walk.features[1].zero_();
    const at::Tensor after = net.run(walk.packed(net, walk.features), walk.rope(), walk.layout(2));
    QVERIFY(at::equal(before[0], after[0]));
    QVERIFY(test::relativeError(after[1], before[1]) > 1e-3);
}

// In float64, for every parameter: the gradient along a random direction is the slope of the loss.
void TestTransformerNetwork::gradientsAreTheSlopes()
{
    TransformerConfig config;
    config.width = 32;
    config.depth = 2;
    config.blockChunks = 1;
    config.heads = 4;
    config.kvHeads = 2;
    config.mlpWidth = 48;
    config.textChannels = 12;
    config.textMaxTokens = 16;
    config.latentChannels = 8;
    ModelConfig whole;
    whole.transformer = config;
    whole.quantizer.semanticBits = 4;
    whole.quantizer.detailBits = 8;
    at::manual_seed(4);
    std::map<std::string, at::Tensor> parameters;
    for (const auto &expected : model::transformerTensors(whole)) {
        const at::Tensor value = at::randn(expected.shape, at::kDouble) * 0.3;
        parameters[expected.name] = (expected.shape.size() == 1 ? value + 1.0 : value).requires_grad_(true);
    }
    const gpu::PackedLayout layout({{3, {}}, {1, {0}}, {4, {0}}, {2, {2, 0}}, {5, {2, 0}}}, 2, at::kCPU);
    const at::Tensor text = at::randn({2, 3, 12}, at::kDouble);
    const at::Tensor input = at::randn({2, 12, 8}, at::kDouble);
    const at::Tensor angles = at::randn({15, 4}, at::kDouble);
    const at::Tensor rope = at::stack({angles.cos(), angles.sin()});
    const auto loss = [&](const std::string &moved, const at::Tensor &by) {
        const model::TransformerNetwork net(
            config,
            [&](const std::string &name) {
                return name == moved ? parameters.at(name) + by : parameters.at(name);
            },
            at::kDouble);
        const at::Tensor x = at::cat({net.projectText(text), net.embedTokens(input)}, 1);
        const at::Tensor hidden = net.finish(net.run(x, rope, layout));
        return net.bitLogits(hidden, true).tanh().sum() + net.bitLogits(hidden, false).square().mean();
    };
    loss({}, {}).backward();
    int checked = 0;
    for (const auto &[name, value] : parameters) {
        if (name == "cfg_uncond")
            continue; // enters as text features
        const at::Tensor direction = at::randn_like(value).detach();
        constexpr double kStep = 1e-6;
        const double slope =
            (loss(name, direction * kStep) - loss(name, direction * -kStep)).item<double>() / (2 * kStep);
        const double ours = (value.grad() * direction).sum().item<double>();
        QVERIFY2(std::abs(ours - slope) < 1e-6 * (1.0 + std::abs(slope)),
                 (name + " " + std::to_string(ours) + " " + std::to_string(slope)).c_str());
        ++checked;
    }
    QCOMPARE(checked, 2 * 11 + 9);
}

void TestTransformerNetwork::textRowsAreTheSingleTexts()
{
    TextEncoderConfig config;
    config.width = 16;
    config.headDim = 8;
    config.mlpWidth = 24;
    config.depth = 2;
    config.heads = 2;
    config.vocabulary = 30;
    at::manual_seed(5);
    std::map<std::string, at::Tensor> parameters;
    for (const auto &expected : model::textEncoderTensors(config))
        parameters[expected.name] = (at::randn(expected.shape) * 0.3).requires_grad_(true);
    const auto stack = model::T5Stack::fromParameters(
        config,
        [&](const std::string &name, const std::vector<std::int64_t> &) { return parameters.at(name); });
    const at::Tensor ids = at::randint(30, {3, 11}, at::kLong);
    const at::Tensor rows = stack.forward(ids, kNever);
    QCOMPARE(rows.sizes().vec(), (std::vector<std::int64_t>{3, 11, 16}));
    for (int row = 0; row < 3; ++row)
        QVERIFY(test::relativeError(rows[row], stack.forward(ids[row], kNever)) < 1e-6);
    rows.square().sum().backward();
    for (const auto &[name, value] : parameters)
        QVERIFY2(value.grad().defined() && value.grad().abs().sum().item<float>() > 0.0F, name.c_str());
}

QTEST_GUILESS_MAIN(TestTransformerNetwork)
#include "tst_transformer_network.moc"
