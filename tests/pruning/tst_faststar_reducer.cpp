// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <QtTest>

#include <cmath>
#include <limits>

#include "core/pruning/partial_update.h"
#include "core/pruning/token_reducer.h"
#include "gpu/score_maps.h"

using namespace faststar;
using namespace faststar::pruning;

namespace
{

Schedule scheduleForTest()
{
    ScheduleConfig config;
    config.size = "0.06M";
    config.imageRepetition.assign(11, 1);
    config.videoRepetition.assign(11, 1);
    return buildSchedule(config, {16, 64, 60, 7}, 0.5625, clipPlan(3, 20)).value();
}

at::Tensor randomMap(int frames, int seed)
{
    return at::sin(at::arange(64.0 * frames * 12 * 21, at::kFloat) * (0.37 + seed))
        .reshape({64, frames, 12, 21});
}

// A history that stands at the first repetition of the given scale of the video clip.
FeatureHistory historyAt(int scaleInClip, const std::function<at::Tensor(int)> &mapAfter)
{
    FeatureHistory history;
    history.beginClip(at::zeros({64, 1, 12, 21}));
    history.endStep(randomMap(1, 100));
    history.endScale();
    history.beginClip(at::zeros({64, 2, 12, 21}));
    for (int scale = 0; scale < scaleInClip; ++scale) {
        history.endStep(mapAfter(scale));
        history.endScale();
    }
    return history;
}

} // namespace

class TestFastStarReducer : public QObject
{
    Q_OBJECT
    Schedule m_schedule = scheduleForTest();

private Q_SLOTS:
    // The cosine against the formula in double precision.
    void cosineAgainstTheFormula()
    {
        const at::Tensor a = randomMap(2, 1);
        const at::Tensor c = randomMap(2, 2);
        const auto reference = [](const at::Tensor &x, const at::Tensor &y) {
            const auto u = x.to(at::kDouble);
            const auto v = y.to(at::kDouble);
            return (u * v).sum(0) /
                   (u.norm(2, 0, false).clamp_min(1e-8) * v.norm(2, 0, false).clamp_min(1e-8));
        };
        QVERIFY((gpu::cosineMap(a, c, 1e-8).to(at::kDouble) - reference(a, c)).abs().max().item<double>() <
                1e-5);
        const at::Tensor frame = randomMap(1, 3);
        QVERIFY((gpu::cosineMap(frame, c, 1e-8).to(at::kDouble) - reference(frame.expand_as(c), c))
                    .abs()
                    .max()
                    .item<double>() < 1e-5);
        // A zero vector resembles nothing: cosine 0, distance 1.
        QCOMPARE(gpu::cosineMap(at::zeros_like(c), c, 1e-8).abs().max().item<double>(), 0.0);
        // Equal maps are exactly alike, not up to rounding.
        QVERIFY(gpu::cosineMap(c, c, 1e-8).eq(1.0F).all().item<bool>());
    }

    void looksBackTwoScales()
    {
        GenerationRequest request;
        const auto history = historyAt(7, [](int scale) { return randomMap(2, scale); });
        const auto reducer = makeReducer(request);
        const auto reduction = reducer->reduce({m_schedule, m_schedule.scales[18], 0, history, {}}, 200);
        QVERIFY(reduction);
        const auto expected = gpu::cosineMap(randomMap(2, 5), randomMap(2, 6), 1e-8);
        const auto &grid = reduction->scores.spatialSimilarity;
        QCOMPARE(grid.values[17], expected.flatten()[17].item<float>());
        QCOMPARE(int(reduction->selection.tokens.size()), int(keptCount(std::int64_t{2} * 66, 200)));
        const auto norms = randomMap(2, 6).square().sum(0).sqrt().flatten();
        QVERIFY(reduction->scores.featureNorm.shape == grid.shape);
        QVERIFY(std::abs(reduction->scores.featureNorm.values[17] - norms[17].item<float>()) < 1e-4F);
    }

    // T10: the injected NaN is kept and counted.
    void notANumberIsKept()
    {
        GenerationRequest request;
        const auto history = historyAt(10, [](int scale) {
            at::Tensor map = randomMap(2, scale);
            if (scale == 9)
                map.index_put_({3, 1, 5, 7}, std::numeric_limits<float>::quiet_NaN());
            return map;
        });
        const auto reduction =
            makeReducer(request)->reduce({m_schedule, m_schedule.scales[21], 0, history, {}}, 990);
        QVERIFY(reduction);
        const std::int32_t place = (1 * 12 + 5) * 21 + 7;
        QCOMPARE(reduction->scores.nanCount, 1);
        QVERIFY(std::isinf(reduction->scores.score.values[std::size_t(place)]));
        const auto &tokens = reduction->selection.tokens;
        QVERIFY(std::find(tokens.begin(), tokens.end(), place) != tokens.end());
    }

    // T9: a constant feature map scores the same everywhere; the choice is the same every time.
    void constantMaps()
    {
        GenerationRequest request;
        request.pruning.temporalRef = TemporalRef::None;
        const auto history = historyAt(10, [](int) { return at::ones({64, 2, 12, 21}); });
        const auto reducer = makeReducer(request);
        const auto one = reducer->reduce({m_schedule, m_schedule.scales[21], 0, history, {}}, 700);
        const auto two = reducer->reduce({m_schedule, m_schedule.scales[21], 0, history, {}}, 700);
        const auto &values = one->scores.score.values;
        QVERIFY(std::all_of(values.begin(), values.end(), [&](float v) { return v == values.front(); }));
        QCOMPARE(one->selection.tokens, two->selection.tokens);
        QCOMPARE(one->selection.tokens.back(), std::int32_t(keptCount(504, 700) - 1));
    }

    void missingHistoryRunsInFull()
    {
        GenerationRequest request;
        FeatureHistory history;
        history.beginClip(at::zeros({64, 2, 12, 21}));
        QVERIFY(!makeReducer(request)->reduce({m_schedule, m_schedule.scales[18], 0, history, {}}, 200));
        request.method = Method::None;
        QVERIFY(!makeReducer(request));
    }

    void nearestKeptFill()
    {
        at::Tensor codes = at::zeros({1, 2, 1, 4});
        codes.index_put_({0, 0, 0, 1}, 5.0F);
        const auto filled = fillNearestKept(codes, {1});
        QVERIFY(filled.select(1, 0).eq(5.0F).all().item<bool>());
        QVERIFY(filled.select(1, 1).eq(0.0F).all().item<bool>()); // a frame without kept tokens
    }

    void updateOnlyInsideTheMask()
    {
        MaskGrid mask{{1, 1, 3}, {1, 0, 1}};
        const at::Tensor map = at::tensor({1.0F, -0.0F, 3.0F}).reshape({1, 1, 1, 3});
        const at::Tensor up = at::tensor({0.5F, 9.0F, -1.0F}).reshape({1, 1, 1, 3});
        const auto result = maskedUpdate(map, up, mask).flatten();
        QCOMPARE(result[0].item<float>(), 1.5F);
        QVERIFY(std::signbit(result[1].item<float>()));
        const at::Tensor share = at::tensor({0.1F, 1.0F, 0.5F}).reshape({1, 1, 1, 3});
        const auto scaled = maskedUpdate(map, up, mask, share).flatten();
        QCOMPARE(scaled[0].item<float>(), 3.0F); // 0.5 / max(0.1, 0.25)
        QCOMPARE(scaled[2].item<float>(), 1.0F);
    }
};

QTEST_GUILESS_MAIN(TestFastStarReducer)
#include "tst_faststar_reducer.moc"
