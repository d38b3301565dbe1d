// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <QtTest/QtTest>

#include <ATen/Context.h>

#include "core/model/quantizer.h"
#include "tests/model/golden.h"

using namespace faststar;

class TestQuantizer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { at::manual_seed(1); } // otherwise every run draws other numbers
    void residualBitsEqualTheReference();
    void codesAreUnitVectors();
    void prunedTokensAddNothing();
    void equalSizesPassThrough();
    void semanticCodesSpreadOverTheChannels();
    void timeIsNeverMixed();
    void tokensAreTimeMajor();
    void packedBitsComeBack_data();
    void packedBitsComeBack();
    void packedLayoutIsLeastSignificantFirst();
    void inconsistentRecordsAreRefused_data();
    void inconsistentRecordsAreRefused();
};

namespace
{
at::Tensor randomBits(std::int64_t tokens, std::int64_t depth)
{
    return at::randint(0, 2, {tokens, depth}, at::kByte);
}
} // namespace

void TestQuantizer::residualBitsEqualTheReference()
{
    const auto folder = test::goldenDir() / "latent_to_bits";
    const at::Tensor latent = test::readTensors(folder / "inputs.safetensors").at("latent");
    const test::Tensors expected = test::readTensors(folder / "expected.safetensors");
    const Schedule schedule = test::goldenSchedule({1, 4});
    int steps = 0;
    at::Tensor features;
    for (const Scale &scale : schedule.scales) {
        const Clip &clip = schedule.clips.at(static_cast<std::size_t>(scale.clip));
        const at::Tensor target = latent.narrow(1, clip.firstFrame, clip.latentFrames);
        if (scale.indexInClip == 0)
            features = at::zeros_like(target);
        for (int repetition = 0; repetition < scale.repetitions; ++repetition) {
            const at::Tensor bits = model::bitsFromResidual(target, features, scale.shape, scale.bits);
            const std::string key = test::stepKey(scale, repetition, "bits");
            QVERIFY2(at::equal(bits, expected.at(key)), key.c_str());
            features = features + model::upsampleCodes(model::codesFromBits(bits, scale.shape),
                                                       schedule.lastShape(scale.clip));
            ++steps;
        }
    }
    QCOMPARE(static_cast<std::size_t>(steps), expected.size());
}

void TestQuantizer::codesAreUnitVectors()
{
    for (const std::int64_t depth : {16, 64}) {
        const at::Tensor bits = randomBits(24, depth);
        const at::Tensor codes = model::codesFromBits(bits, {2, 3, 4});
        QCOMPARE(codes.sizes().vec(), (std::vector<std::int64_t>{depth, 2, 3, 4}));
        const at::Tensor tokens = codes.flatten(1).t();
        QVERIFY(at::equal(tokens.gt(0), bits.ne(0)));
        const auto size = static_cast<float>(1.0 / std::sqrt(double(depth)));
        QVERIFY(at::equal(tokens.abs(), at::full_like(tokens, size)));
    }
}

void TestQuantizer::prunedTokensAddNothing()
{
    const GridShape shape{1, 3, 4};
    const at::Tensor kept = at::tensor({1, 5, 11}, at::kLong);
    const at::Tensor bits = randomBits(3, 16);
    const at::Tensor tokens = model::codesFromBits(bits, shape, kept).flatten(1).t();
    QVERIFY(at::equal(tokens.index_select(0, kept).gt(0), bits.ne(0)));
    QCOMPARE(tokens.abs().sum(1).ne(0).sum().item<std::int64_t>(), std::int64_t(3));
    const at::Tensor nothing =
        model::codesFromBits(at::empty({0, 16}, at::kByte), shape, at::empty({0}, at::kLong));
    QCOMPARE(nothing.abs().sum().item<float>(), 0.0F);
}

void TestQuantizer::equalSizesPassThrough()
{
    const at::Tensor features = at::randn({64, 2, 6, 11});
    QVERIFY(at::equal(model::upsampleCodes(features, {2, 6, 11}), features));
    QVERIFY(at::equal(model::tokensFromFeatures(features, {2, 6, 11}), features.flatten(1).t()));
}

void TestQuantizer::semanticCodesSpreadOverTheChannels()
{
    // Four output channels an input channel, sampled at -3/8, -1/8, 1/8 and 3/8 of it.
    const at::Tensor codes =
        at::arange(16, at::kFloat).view({16, 1, 1, 1}).expand({16, 2, 1, 1}).contiguous();
    const at::Tensor up = model::upsampleCodes(codes, {2, 2, 3});
    QCOMPARE(up.sizes().vec(), (std::vector<std::int64_t>{64, 2, 2, 3}));
    for (const int channel : {2, 5, 6, 40, 61}) {
        const double wanted = (channel + 0.5) / 4.0 - 0.5;
        QVERIFY(std::abs(up[channel][1][1][2].item<float>() - wanted) < 1e-5);
    }
    QCOMPARE(up[0][0][0][0].item<float>(), 0.0F);
    QCOMPARE(up[63][0][0][0].item<float>(), 15.0F);
}

void TestQuantizer::timeIsNeverMixed()
{
    at::Tensor codes = at::zeros({16, 3, 2, 2});
    codes.select(1, 1).fill_(1.0F);
    const at::Tensor up = model::upsampleCodes(codes, {3, 5, 7});
    QCOMPARE(up.select(1, 0).abs().sum().item<float>(), 0.0F);
    QCOMPARE(up.select(1, 2).abs().sum().item<float>(), 0.0F);
    QVERIFY(at::allclose(up.select(1, 1), at::ones({64, 5, 7})));
}

void TestQuantizer::tokensAreTimeMajor()
{
    // A map whose value names its place, (frame * 100 + row * 10 + column), halved in space.
    const at::Tensor t = at::arange(2, at::kFloat).view({2, 1, 1}) * 100;
    const at::Tensor h = at::arange(4, at::kFloat).view({1, 4, 1}) * 10;
    const at::Tensor w = at::arange(6, at::kFloat).view({1, 1, 6});
    const at::Tensor map = (t + h + w).unsqueeze(0).expand({64, 2, 4, 6}).contiguous();
    const at::Tensor tokens = model::tokensFromFeatures(map, {2, 2, 3});
    QCOMPARE(tokens.sizes().vec(), (std::vector<std::int64_t>{12, 64}));
    QCOMPARE(tokens[0][0].item<float>(), 5.5F);
    QCOMPARE(tokens[1][9].item<float>(), 7.5F);
    QCOMPARE(tokens[3][0].item<float>(), 25.5F);
    QCOMPARE(tokens[11][63].item<float>(), 129.5F);
}

void TestQuantizer::packedBitsComeBack_data()
{
    QTest::addColumn<int>("tokens");
    QTest::addColumn<int>("depth");
    QTest::newRow("none") << 0 << 64;
    QTest::newRow("one token") << 1 << 16;
    QTest::newRow("odd") << 5 << 13;
    QTest::newRow("many") << 252 << 64;
}

void TestQuantizer::packedBitsComeBack()
{
    QFETCH(int, tokens);
    QFETCH(int, depth);
    const at::Tensor bits = randomBits(tokens, depth);
    const PackedBits packed = model::packBits(bits);
    QCOMPARE(packed.tokens, std::int64_t(tokens));
    QCOMPARE(packed.bits, depth);
    QCOMPARE(packed.data.size(), static_cast<std::size_t>((tokens * depth + 7) / 8));
    const at::Tensor back = model::unpackBits(packed);
    QVERIFY(back.defined());
    QVERIFY(at::equal(back, bits));
}

void TestQuantizer::packedLayoutIsLeastSignificantFirst()
{
    at::Tensor bits = at::zeros({2, 6}, at::kByte);
    bits[0][0].fill_(1);
    bits[1][3].fill_(1); // bit 9: byte 1, bit 1
    const PackedBits packed = model::packBits(bits);
    QCOMPARE(packed.data, (std::vector<std::uint8_t>{1, 2}));
}

void TestQuantizer::inconsistentRecordsAreRefused_data()
{
    QTest::addColumn<int>("depth");
    QTest::addColumn<qint64>("tokens");
    QTest::addColumn<QByteArray>("data");
    QTest::newRow("no bits") << 0 << qint64(0) << QByteArray();
    QTest::newRow("negative bits") << -8 << qint64(-1) << QByteArray(1, '\0');
    QTest::newRow("negative tokens") << 8 << qint64(-1) << QByteArray();
    QTest::newRow("too short") << 16 << qint64(2) << QByteArray(3, '\1');
    QTest::newRow("too long") << 16 << qint64(2) << QByteArray(5, '\1');
    QTest::newRow("product overflows") << 16 << (qint64(1) << 60) << QByteArray();
    QTest::newRow("bits beyond the last token") << 6 << qint64(2) << QByteArray("\x01\x10", 2);
}

void TestQuantizer::inconsistentRecordsAreRefused()
{
    QFETCH(int, depth);
    QFETCH(qint64, tokens);
    QFETCH(QByteArray, data);
    PackedBits packed;
    packed.bits = depth;
    packed.tokens = tokens;
    packed.data.assign(data.begin(), data.end());
    QVERIFY(!model::unpackBits(packed).defined());
}

QTEST_GUILESS_MAIN(TestQuantizer)
#include "tst_quantizer.moc"
