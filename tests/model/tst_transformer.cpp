// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <QtTest/QtTest>

#include "core/model/guidance.h"
#include "core/model/quantizer.h"
#include "core/model/rope.h"
#include "core/model/stop.h"
#include "core/model/transformer.h"
#include "tests/model/golden.h"

using namespace faststar;

class TestTransformer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textMatchesTheReference();
    void forcedWalkMatchesTheReference_data();
    void forcedWalkMatchesTheReference();
    void branchesDoNotMix();
    void shorterTextIsPaddedAfterProjection();
    void everyKeyCounts();
    void sameInputSameBits();
    void stopEndsBetweenBlocks();
    void missingTensorIsNamed();
    void wrongShapeIsNamed();
    void contradictingSizesAreRefused_data();
    void contradictingSizesAreRefused();
    void oneChunkModelsAreNamedBlocks();
};

namespace
{

// The reference's own rounding, amplified by guidance, is below 1e-5; more is a defect.
constexpr double kTolerance = 2e-5;

const std::stop_token kNever;

std::filesystem::path weightsOfA()
{
    return test::goldenDir() / "model_a" / "transformer.safetensors";
}

const model::Transformer &network()
{
    static const std::unique_ptr<model::Transformer> loaded = [] {
        auto transformer = model::Transformer::load(test::openWeights(weightsOfA()),
                                                    test::goldenTransformer(), test::goldenQuantizer());
        if (!transformer)
            throw std::runtime_error(transformer.error().detail);
        return *std::move(transformer);
    }();
    return *loaded;
}

// A small text and one small step.
struct Small {
    model::KeyValues text;
    at::Tensor input = at::randn({6, 64});
    at::Tensor rope = model::textRope(6, 32);

    explicit Small(const std::vector<at::Tensor> &features) { network().encodeText(features, text, kNever); }
    [[nodiscard]] at::Tensor forward(const model::KeyValues &context = {},
                                     model::KeyValues *store = nullptr) const
    {
        return network().forward(input, rope, context, text, store, kNever);
    }
};

} // namespace

void TestTransformer::textMatchesTheReference()
{
    const auto folder = test::goldenDir() / "transformer_t2v";
    const at::Tensor text = test::readTensors(folder / "inputs.safetensors").at("text");
    const at::Tensor expected = test::readTensors(folder / "expected.safetensors").at("text/hidden");
    model::KeyValues cache;
    const at::Tensor hidden = network().encodeText(
        {text, network().unconditionalFeatures(static_cast<int>(text.size(0)))}, cache, kNever);
    QCOMPARE(hidden.sizes().vec(), expected.sizes().vec());
    for (const int row : {0, 1}) {
        const double error = test::relativeError(hidden[row], expected[row]);
        QVERIFY2(error < 2e-6, qPrintable(QString::number(error)));
    }
    QCOMPARE(cache.keys.size(), std::size_t(4));
    QCOMPARE(cache.values.size(), std::size_t(4));
    for (const at::Tensor &keys : cache.keys)
        QCOMPARE(keys.sizes().vec(), (std::vector<std::int64_t>{2, 2, 13, 32}));
}

void TestTransformer::forcedWalkMatchesTheReference_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("text to video") << "transformer_t2v";
    QTest::newRow("image to video") << "transformer_i2v";
}

void TestTransformer::forcedWalkMatchesTheReference()
{
    QFETCH(QString, name);
    const auto folder = test::goldenDir() / name.toStdString();
    const test::Tensors inputs = test::readTensors(folder / "inputs.safetensors");
    const test::Tensors expected = test::readTensors(folder / "expected.safetensors");
    const Schedule schedule = test::goldenSchedule({1, 4});
    const at::Tensor text = inputs.at("text");
    model::KeyValues textCache;
    network().encodeText({text, network().unconditionalFeatures(static_cast<int>(text.size(0)))}, textCache,
                         kNever);

    model::KeyValues context;
    at::Tensor features;
    std::vector<at::Tensor> latents;
    double worst = 0.0;
    for (const Scale &scale : schedule.scales) {
        const GridShape last = schedule.lastShape(scale.clip);
        if (scale.indexInClip == 0)
            features = at::zeros({64, last.t, last.h, last.w});
        model::KeyValues own;
        for (int repetition = 0; repetition < scale.repetitions; ++repetition) {
            const at::Tensor input = model::tokensFromFeatures(features, scale.shape);
            const at::Tensor rope = model::visualRope(scale, scale.firstStep + repetition, last, 512, 32);
            const bool keep = schedule.isContext(scale.index) && repetition + 1 == scale.repetitions;
            const at::Tensor hidden =
                network().forward(input, rope, context, textCache, keep ? &own : nullptr, kNever);
            const double tau = scale.clip == 0 ? 1.0 : 0.4;
            const at::Tensor logits = network().head(hidden, scale.semantic) / tau;
            at::Tensor guided = model::guide(logits, {});
            const auto rows = expected.find(test::stepKey(scale, repetition, "logit_rows"));
            if (rows != expected.end())
                guided = guided.index_select(0, rows->second.to(at::kLong));
            const std::string key = test::stepKey(scale, repetition, "logits");
            const double error = test::relativeError(guided, expected.at(key));
            worst = std::max(worst, error);
            QVERIFY2(error < kTolerance, (key + " " + std::to_string(error)).c_str());

            const at::Tensor &bits = inputs.at(test::stepKey(scale, repetition, "bits"));
            features = features + model::upsampleCodes(model::codesFromBits(bits, scale.shape), last);
            const auto map = expected.find(test::stepKey(scale, repetition, "feature_map"));
            if (map != expected.end())
                QVERIFY(test::relativeError(features, map->second) < 1e-6);
        }
        if (scale.indexInClip + 1 == schedule.scalesPerClip) {
            latents.push_back(features);
            context = std::move(own);
        }
    }
    QVERIFY(test::relativeError(at::cat(latents, 1), expected.at("latent")) < 1e-6);
    qInfo("worst relative error of the logits: %g", worst);
}

void TestTransformer::branchesDoNotMix()
{
    at::manual_seed(1);
    const at::Tensor prompt = at::randn({9, 64});
    const at::Tensor negative = at::randn({9, 64});
    const Small both({prompt, negative});
    Small alone({prompt});
    alone.input = both.input;
    const at::Tensor two = both.forward();
    const at::Tensor one = alone.forward();
    QCOMPARE(two.sizes().vec(), (std::vector<std::int64_t>{2, 6, 128}));
    QCOMPARE(one.sizes().vec(), (std::vector<std::int64_t>{1, 6, 128}));
    QVERIFY(test::relativeError(one[0], two[0]) < 1e-6);
    QVERIFY(test::relativeError(two[1], two[0]) > 1e-3);
}

void TestTransformer::shorterTextIsPaddedAfterProjection()
{
    at::manual_seed(2);
    const at::Tensor longer = at::randn({11, 64});
    const at::Tensor shorter = at::randn({4, 64});
    // The projection's bias must not reach the padding: a row of zero features is not a padded one.
    const at::Tensor zeroFeatures = at::cat({shorter, at::zeros({7, 64})});
    model::KeyValues cache;
    model::KeyValues swapped;
    const at::Tensor hidden = network().encodeText({longer, shorter}, cache, kNever);
    const at::Tensor mirrored = network().encodeText({shorter, longer}, swapped, kNever);
    QCOMPARE(hidden.sizes().vec(), (std::vector<std::int64_t>{2, 11, 128}));
    QVERIFY(test::relativeError(mirrored[0], hidden[1]) < 1e-6);
    QVERIFY(test::relativeError(mirrored[1], hidden[0]) < 1e-6);
    model::KeyValues other;
    const at::Tensor unlike = network().encodeText({longer, zeroFeatures}, other, kNever);
    QVERIFY(test::relativeError(unlike[1], hidden[1]) > 1e-3);
    // A padded token starts as zero: before any attention its value is exactly zero.
    QCOMPARE(cache.values[0][1].narrow(1, 4, 7).abs().sum().item<float>(), 0.0F);
    // Unmasked: the padding takes part, so that the shorter text alone gives something else.
    model::KeyValues without;
    const at::Tensor unpadded = network().encodeText({shorter}, without, kNever);
    QVERIFY(test::relativeError(unpadded[0], hidden[1].narrow(0, 0, 4)) > 1e-4);
}

void TestTransformer::everyKeyCounts()
{
    at::manual_seed(3);
    const Small small({at::randn({5, 64}), at::randn({5, 64})});
    model::KeyValues context;
    const at::Tensor first = small.forward({}, &context);
    QCOMPARE(context.keys.size(), std::size_t(4));
    QCOMPARE(context.keys[3].sizes().vec(), (std::vector<std::int64_t>{2, 2, 6, 32}));
    const at::Tensor second = small.forward(context);
    QVERIFY(test::relativeError(second, first) > 1e-4);
    // Storing must neither change the result nor share memory with a later step.
    const at::Tensor keys = context.keys[0].clone();
    const at::Tensor values = context.values[0].clone();
    model::KeyValues again;
    QVERIFY(at::equal(small.forward(context, &again), second));
    QVERIFY(at::equal(context.keys[0], keys));
    QVERIFY(at::equal(context.values[0], values));
}

void TestTransformer::sameInputSameBits()
{
    at::manual_seed(4);
    Small small({at::randn({20, 64}), at::randn({20, 64})});
    for (const int tokens : {1, 45, 330}) {
        small.input = at::randn({tokens, 64});
        small.rope = model::textRope(tokens, 32);
        const at::Tensor first = small.forward();
        for (int i = 0; i < 3; ++i)
            QVERIFY(at::equal(small.forward(), first));
    }
}

void TestTransformer::stopEndsBetweenBlocks()
{
    const Small small({at::randn({5, 64})});
    std::stop_source source;
    source.request_stop();
    model::KeyValues cache;
    QVERIFY_EXCEPTION_THROWN(network().encodeText({at::randn({5, 64})}, cache, source.get_token()),
                             model::StopRequested);
    QVERIFY_EXCEPTION_THROWN(
        network().forward(small.input, small.rope, {}, small.text, nullptr, source.get_token()),
        model::StopRequested);
}

void TestTransformer::missingTensorIsNamed()
{
    TransformerConfig config = test::goldenTransformer();
    config.depth = 6; // the file has four blocks
    const auto result =
        model::Transformer::load(test::openWeights(weightsOfA()), config, test::goldenQuantizer());
    QVERIFY(!result.has_value());
    QCOMPARE(result.error().code, ErrorCode::ModelMismatch);
    QVERIFY(result.error().detail.find("block_chunks.0.module.2") != std::string::npos);
}

void TestTransformer::wrongShapeIsNamed()
{
    TransformerConfig config = test::goldenTransformer();
    config.mlpWidth = 256;
    const auto result =
        model::Transformer::load(test::openWeights(weightsOfA()), config, test::goldenQuantizer());
    QVERIFY(!result.has_value());
    QCOMPARE(result.error().code, ErrorCode::ModelMismatch);
    QVERIFY(result.error().detail.find("mlp.gate_proj.weight") != std::string::npos);
}

void TestTransformer::contradictingSizesAreRefused_data()
{
    QTest::addColumn<int>("heads");
    QTest::addColumn<int>("kvHeads");
    QTest::addColumn<int>("chunks");
    QTest::newRow("width is not heads * dim") << 15 << 5 << 2;
    QTest::newRow("query heads do not share key heads evenly") << 4 << 3 << 2;
    QTest::newRow("uneven chunks") << 4 << 2 << 3;
    QTest::newRow("no heads") << 0 << 0 << 2;
    QTest::newRow("head dim without four axes") << 32 << 32 << 2;
}

void TestTransformer::contradictingSizesAreRefused()
{
    QFETCH(int, heads);
    QFETCH(int, kvHeads);
    QFETCH(int, chunks);
    TransformerConfig config = test::goldenTransformer();
    config.heads = heads;
    config.kvHeads = kvHeads;
    config.blockChunks = chunks;
    const auto result =
        model::Transformer::load(test::openWeights(weightsOfA()), config, test::goldenQuantizer());
    QVERIFY(!result.has_value());
    QCOMPARE(result.error().code, ErrorCode::ModelMismatch);
    QVERIFY(result.error().detail.find("sizes") != std::string::npos);
}

void TestTransformer::oneChunkModelsAreNamedBlocks()
{
    const QTemporaryDir folder;
    QVERIFY(folder.isValid());
    std::vector<std::pair<std::string, at::Tensor>> renamed;
    for (const auto &[name, tensor] : test::readTensors(weightsOfA())) {
        std::string key = name;
        for (int block = 0; block < 4; ++block) {
            const std::string old =
                "block_chunks." + std::to_string(block / 2) + ".module." + std::to_string(block % 2);
            if (name.rfind(old + ".", 0) == 0)
                key = "blocks." + std::to_string(block) + name.substr(old.size());
        }
        if (tensor.scalar_type() == at::kFloat)
            renamed.emplace_back(key, tensor);
    }
    const std::filesystem::path path = folder.filePath("one.safetensors").toStdString();
    QVERIFY(model::writeSafetensors(path, renamed).has_value());
    TransformerConfig config = test::goldenTransformer();
    config.blockChunks = 1;
    const auto result = model::Transformer::load(test::openWeights(path), config, test::goldenQuantizer());
    QVERIFY2(result.has_value(), result ? "" : result.error().detail.c_str());
    const at::Tensor text = at::randn({5, 64});
    model::KeyValues one;
    model::KeyValues two;
    QVERIFY(at::equal((*result)->encodeText({text}, one, kNever), network().encodeText({text}, two, kNever)));
}

QTEST_GUILESS_MAIN(TestTransformer)
#include "tst_transformer.moc"
