// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <QtTest/QtTest>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "core/domain/philox.h"
#include "core/model/guidance.h"

using namespace faststar;

class TestGuidance : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void plainGuidanceIsTheFormula();
    void projectedGuidanceIsTheFormula_data();
    void projectedGuidanceIsTheFormula();
    void equalBranchesChangeNothing();
    void scaleOneReturnsTheConditionalRow();
    void frozenStatisticsReplaceTheMeasured();
    void threadsDoNotMatter();
    void samplesFollowTheCounters();
    void samplesOfKeptTokensAreThoseOfTheFullGrid();
    void sampleFrequencyIsTheProbability();
    void greedyIsArgmaxAndTiesAreZero();
};

namespace
{

at::Tensor randomLogits(std::int64_t tokens, std::int64_t depth, double spread)
{
    const at::Tensor cond = at::randn({tokens, depth, 2});
    return at::stack({cond, cond + spread * at::randn({tokens, depth, 2})});
}

double largest(const at::Tensor &x)
{
    return x.abs().max().item<double>();
}

} // namespace

void TestGuidance::init()
{
    at::manual_seed(5);
}

void TestGuidance::plainGuidanceIsTheFormula()
{
    const at::Tensor logits = randomLogits(50, 16, 1.0);
    const at::Tensor guided = model::guide(logits, {Guidance::Cfg, 3.0, 0.05});
    QCOMPARE(guided.sizes().vec(), (std::vector<std::int64_t>{50, 16, 2}));
    QVERIFY(largest(guided - (3.0 * logits[0] - 2.0 * logits[1])) < 1e-5);
}

void TestGuidance::projectedGuidanceIsTheFormula_data()
{
    QTest::addColumn<double>("spread");
    QTest::addColumn<bool>("clipped");
    QTest::newRow("below the threshold") << 0.01 << false;
    QTest::newRow("above the threshold") << 2.0 << true;
}

void TestGuidance::projectedGuidanceIsTheFormula()
{
    QFETCH(double, spread);
    QFETCH(bool, clipped);
    const std::int64_t tokens = 300; // more than one piece of the sums
    const at::Tensor logits = randomLogits(tokens, 64, spread);
    GuidanceStats stats;
    const at::Tensor guided = model::guide(logits, {Guidance::Apg, 34.0, 0.05}, nullptr, &stats);

    const at::Tensor cond = logits[0].to(at::kDouble);
    at::Tensor difference = cond - logits[1].to(at::kDouble);
    const double rms = difference.norm().item<double>() / std::sqrt(double(tokens) * 128.0);
    const double clip = std::min(1.0, 0.05 / rms);
    QCOMPARE(clip < 1.0, clipped);
    difference = difference * clip;
    const double projection = (difference * cond).sum().item<double>() / cond.square().sum().item<double>();
    const at::Tensor wanted = cond + 33.0 * (difference - projection * cond);
    QVERIFY(largest(guided.to(at::kDouble) - wanted) < 1e-4);
    QVERIFY(std::abs(stats.clip - clip) < 1e-6);
    QVERIFY(std::abs(stats.projection - projection) < 1e-6);
    // What guidance adds is orthogonal to the conditional logits.
    const at::Tensor added = guided.to(at::kDouble) - cond;
    const double cosine = (added * cond).sum().item<double>() / (added.norm() * cond.norm()).item<double>();
    QVERIFY(std::abs(cosine) < 1e-4);
}

void TestGuidance::equalBranchesChangeNothing()
{
    const at::Tensor cond = at::randn({20, 16, 2});
    GuidanceStats stats;
    const at::Tensor guided = model::guide(at::stack({cond, cond}), {}, nullptr, &stats);
    QVERIFY(at::equal(guided, cond));
    QCOMPARE(stats, GuidanceStats{});
    const at::Tensor zeros = at::zeros({2, 20, 16, 2});
    QVERIFY(at::equal(model::guide(zeros, {}), zeros[0]));
}

void TestGuidance::scaleOneReturnsTheConditionalRow()
{
    const at::Tensor logits = at::randn({1, 20, 16, 2});
    for (const Guidance kind : {Guidance::Apg, Guidance::Cfg})
        QVERIFY(at::equal(model::guide(logits, {kind, 1.0, 0.05}), logits[0]));
}

void TestGuidance::frozenStatisticsReplaceTheMeasured()
{
    const at::Tensor logits = randomLogits(40, 16, 1.0);
    const GuidanceStats frozen{0.25, -0.5};
    GuidanceStats used;
    const at::Tensor guided = model::guide(logits, {Guidance::Apg, 5.0, 0.05}, &frozen, &used);
    const at::Tensor wanted = logits[0] + 4.0 * (0.25 * (logits[0] - logits[1]) + 0.5 * logits[0]);
    QVERIFY(largest(guided - wanted) < 1e-5);
    QCOMPARE(used, frozen);
}

void TestGuidance::threadsDoNotMatter()
{
    const at::Tensor logits = randomLogits(1008, 64, 1.0);
    const int before = at::get_num_threads();
    at::set_num_threads(1);
    const at::Tensor one = model::guide(logits, {});
    const at::Tensor oneBits = model::sampleBits(one, 9, 4, 1, {});
    at::set_num_threads(2);
    const at::Tensor two = model::guide(logits, {});
    const at::Tensor twoBits = model::sampleBits(two, 9, 4, 1, {});
    at::set_num_threads(before);
    QVERIFY(at::equal(one, two));
    QVERIFY(at::equal(oneBits, twoBits));
}

void TestGuidance::samplesFollowTheCounters()
{
    const at::Tensor logits = at::randn({30, 18, 2}); // 18: the last group of four is cut
    const std::uint64_t seed = 0x123456789ABCDEFULL;
    const at::Tensor bits = model::sampleBits(logits, seed, 7, 2, {});
    QCOMPARE(bits.scalar_type(), at::kByte);
    QCOMPARE(bits.sizes().vec(), (std::vector<std::int64_t>{30, 18}));
    for (int token = 0; token < 30; ++token) {
        for (int bit = 0; bit < 18; ++bit) {
            const auto uniforms = bitUniforms(seed, 7, 2, static_cast<std::uint32_t>(token),
                                              static_cast<std::uint32_t>(bit / 4));
            const double difference =
                double(logits[token][bit][1].item<float>()) - double(logits[token][bit][0].item<float>());
            const double probability = 1.0 / (1.0 + std::exp(-difference));
            const double uniform = uniforms[static_cast<std::size_t>(bit % 4)];
            if (std::abs(uniform - probability) > 1e-6)
                QCOMPARE(int(bits[token][bit].item<std::uint8_t>()), uniform < probability ? 1 : 0);
        }
    }
}

void TestGuidance::samplesOfKeptTokensAreThoseOfTheFullGrid()
{
    const at::Tensor logits = at::randn({60, 16, 2});
    const at::Tensor kept = at::tensor({3, 4, 17, 59}, at::kLong);
    const at::Tensor all = model::sampleBits(logits, 1, 3, 0, {});
    const at::Tensor some = model::sampleBits(logits.index_select(0, kept), 1, 3, 0, kept);
    QVERIFY(at::equal(some, all.index_select(0, kept)));
    QVERIFY(!at::equal(all, model::sampleBits(logits, 1, 3, 1, {})));
    QVERIFY(!at::equal(all, model::sampleBits(logits, 1, 4, 0, {})));
    QVERIFY(!at::equal(all, model::sampleBits(logits, 2, 3, 0, {})));
}

void TestGuidance::sampleFrequencyIsTheProbability()
{
    at::Tensor logits = at::zeros({2000, 16, 2});
    logits.select(-1, 1).fill_(1.0F);
    const at::Tensor bits = model::sampleBits(logits, 42, 0, 0, {});
    const double share = bits.to(at::kDouble).mean().item<double>();
    QVERIFY(std::abs(share - 1.0 / (1.0 + std::exp(-1.0))) < 0.01); // four standard deviations
    logits.select(-1, 1).fill_(200.0F);
    QVERIFY(model::sampleBits(logits, 42, 0, 0, {}).all().item<bool>());
    logits.select(-1, 1).fill_(-200.0F);
    QVERIFY(!model::sampleBits(logits, 42, 0, 0, {}).any().item<bool>());
}

void TestGuidance::greedyIsArgmaxAndTiesAreZero()
{
    const at::Tensor logits = at::randn({12, 16, 2});
    QVERIFY(at::equal(model::greedyBits(logits), logits.argmax(-1).to(at::kByte)));
    QVERIFY(!model::greedyBits(at::ones({3, 16, 2})).any().item<bool>());
}

QTEST_GUILESS_MAIN(TestGuidance)
#include "tst_guidance.moc"
