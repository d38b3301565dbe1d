// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <QtTest>

#include "core/domain/philox.h"
#include "core/domain/selection.h"

using namespace faststar;

namespace
{

ScoreGrid randomScore(GridShape shape, std::uint64_t seed)
{
    ScoreGrid grid{shape, {}};
    for (std::int64_t i = 0; i < shape.tokens(); ++i)
        grid.values.push_back(bitUniforms(seed, 0, 0, std::uint32_t(i), 0)[0]);
    return grid;
}

} // namespace

class TestSelection : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // The paper's ratios at 720p: methods.md lists these counts.
    void keptCounts()
    {
        QCOMPARE(keptCount(11520, 200), 9216);
        QCOMPARE(keptCount(20640, 300), 14448);
        QCOMPARE(keptCount(31800, 400), 19080);
        QCOMPARE(keptCount(72000, 700), 21600);
        QCOMPARE(keptCount(72000, 700, TopkRound::Ceil), 21601);
        QCOMPARE(keptCount(20640, 300, TopkRound::Floor), 14448 - (20640 * 0.7 < 14448.0 ? 1 : 0));
        QCOMPARE(keptCount(10, 0), 10);
        QCOMPARE(keptCount(10, 1000), 0);
        QCOMPARE(keptCount(10, 999), 1); // rounds to none, but a ratio below one keeps at least one
        QCOMPARE(keptCount(1, 500), 1);
    }

    // Against a plain sort by the rule of the header, on grids small and large enough for both ways to find
    // a cut, with many ties.
    void agreesWithASort_data()
    {
        QTest::addColumn<int>("levels"); // of the scores; 0 = as many as there are places
        QTest::addColumn<int>("permille");
        for (const int levels : {0, 1, 3, 50}) {
            for (const int permille : {1, 250, 700, 999})
                QTest::addRow("%d levels, %d permille", levels, permille) << levels << permille;
        }
    }

    void agreesWithASort()
    {
        QFETCH(int, levels);
        QFETCH(int, permille);
        for (const GridShape map : {GridShape{2, 12, 21}, GridShape{4, 45, 80}}) {
            const GridShape grid{map.t, map.h * 3 / 4, map.w * 4 / 5};
            ScoreGrid score = randomScore(map, 7);
            for (float &value : score.values) {
                if (levels > 0)
                    value = std::floor(value * float(levels)) - 1.0F; // also -1 and a zero with either sign
                if (value == 0.0F && &value - score.values.data() == 5)
                    value = -0.0F;
            }
            const Selection got = selectTokens(
                score, grid, {permille, TopkRound::Nearest, TopkScope::Global, MaskMode::AreaExact, 0.0});
            std::vector<int> places(score.values.size());
            std::iota(places.begin(), places.end(), 0);
            std::ranges::stable_sort(places, [&](int a, int b) {
                return score.values[std::size_t(a)] > score.values[std::size_t(b)];
            });
            MaskGrid mask{map, std::vector<std::uint8_t>(score.values.size(), 0)};
            for (std::int64_t i = 0; i < keptCount(map.tokens(), permille); ++i)
                mask.values[std::size_t(places[std::size_t(i)])] = 1;
            QVERIFY(got.mask == mask);

            const auto tokenScore = areaDown(score, grid);
            std::vector<std::int64_t> kept, window;
            for (int t = 0; t < grid.t; ++t) {
                for (int y = 0; y < grid.h; ++y) {
                    for (int x = 0; x < grid.w; ++x) {
                        const auto rows = areaWindow(y, grid.h, map.h),
                                   columns = areaWindow(x, grid.w, map.w);
                        std::int64_t sum = 0;
                        for (int row = rows.begin; row < rows.end; ++row) {
                            for (int column = columns.begin; column < columns.end; ++column)
                                sum += mask.values[(std::size_t(t) * std::size_t(map.h) + std::size_t(row)) *
                                                       std::size_t(map.w) +
                                                   std::size_t(column)];
                        }
                        kept.push_back(sum);
                        window.push_back(std::int64_t(rows.end - rows.begin) * (columns.end - columns.begin));
                    }
                }
            }
            std::vector<std::int32_t> tokens(tokenScore.size());
            std::iota(tokens.begin(), tokens.end(), 0);
            std::ranges::stable_sort(tokens, [&](int left, int right) {
                const auto a = std::size_t(left), b = std::size_t(right);
                const auto one = kept[a] * window[b], other = kept[b] * window[a];
                return one != other ? one > other : tokenScore[a] > tokenScore[b];
            });
            tokens.resize(std::size_t(keptCount(grid.tokens(), permille)));
            std::ranges::sort(tokens);
            QVERIFY(got.tokens == tokens);
        }
    }

    void fusion()
    {
        const std::vector<float> s{0.3F, 0.0F, 1.0F};
        const std::vector<float> t{0.4F, 0.0F, 0.5F};
        const double inf = std::numeric_limits<double>::infinity();
        QVERIFY(std::abs(fuseScores(s, t, 2)[0] - 0.5F) < 1e-6F);
        QVERIFY(std::abs(fuseScores(s, t, 1)[0] - 0.7F) < 1e-6F);
        QCOMPARE(fuseScores(s, t, inf)[0], 0.4F);
        QCOMPARE(fuseScores(s, t, 3)[1], 0.0F);
        QVERIFY(std::abs(fuseScores(s, t, 3)[0] - std::cbrt(0.091F)) < 1e-6F);
        QVERIFY(std::abs(fuseScores(s, t, 500)[2] - 1.0F) < 1e-3F); // no overflow on the way
        QCOMPARE(fuseScores(s, {}, 2), s);
    }

    // The arithmetic of other norms against the library's, to the last bit of a float or the one beside it.
    void otherNorms_data()
    {
        QTest::addColumn<double>("p");
        for (const double p : {1.0001, 1.1, 1.5, 2.5, 3.0, 4.0, 7.3, 20.0, 64.0, 500.0, 1e6})
            QTest::addRow("%g", p) << p;
    }

    void otherNorms()
    {
        QFETCH(double, p);
        std::vector<float> s{0.0F, 0.0F, 0.5F, 2.0F, 1e-30F, 1e-38F, 1.0F, 0.7F};
        std::vector<float> t{0.0F, 0.3F, 0.0F, 2.0F, 2e-30F, 1.0F, 1e-38F, 0.7F};
        const auto random = randomScore({1, 50, 50}, 3).values;
        for (std::size_t i = 0; i + 1 < random.size(); i += 2) {
            s.push_back(2.0F * random[i]);
            t.push_back(random[i + 1] * random[i + 1] * 2.0F);
        }
        const auto fused = fuseScores(s, t, p);
        for (std::size_t i = 0; i < s.size(); ++i) {
            const auto larger = (long double)std::max(s[i], t[i]);
            const auto smaller = (long double)std::min(s[i], t[i]);
            const long double exact =
                larger > 0 ? larger * std::pow(1.0L + std::pow(smaller / larger, (long double)p), 1.0L / p)
                           : 0;
            const auto nearest = float(exact);
            QVERIFY2(
                fused[i] == nearest || fused[i] == std::nextafter(nearest, 0.0F) ||
                    fused[i] == std::nextafter(nearest, 10.0F),
                qPrintable(
                    QString("%1 and %2 give %3, not %4").arg(s[i]).arg(t[i]).arg(fused[i]).arg(nearest)));
        }
    }

    // T10: a position whose score is not a number is kept and counted, whatever the norm.
    void notANumber_data()
    {
        QTest::addColumn<double>("p");
        for (const double p : {1.0, 2.0, 3.5, std::numeric_limits<double>::infinity()})
            QTest::addRow("%g", p) << p;
    }
    void notANumber()
    {
        QFETCH(double, p);
        ScoreGrid grid = randomScore({2, 4, 4}, 3);
        std::vector<float> temporal(grid.values.size(), 0.1F);
        grid.values[5] = std::numeric_limits<float>::quiet_NaN();
        temporal[9] = std::numeric_limits<float>::quiet_NaN();
        std::int64_t bad = 0;
        const ScoreGrid fused{grid.shape, fuseScores(grid.values, temporal, p, &bad)};
        QCOMPARE(bad, 2);
        SelectionOptions options;
        options.ratioPermille = 900;
        const auto selection = selectTokens(fused, grid.shape, options);
        QVERIFY(std::count(selection.tokens.begin(), selection.tokens.end(), 5) == 1);
        QVERIFY(std::count(selection.tokens.begin(), selection.tokens.end(), 9) == 1);
    }

    // T3: exactly k, sorted, unique, in range, for every mode and scope but the counting one.
    void exactCount_data()
    {
        QTest::addColumn<int>("mode");
        QTest::addColumn<int>("scope");
        QTest::addColumn<int>("permille");
        for (const MaskMode mode : {MaskMode::AreaExact, MaskMode::ScoreFirst, MaskMode::Nearest})
            for (const TopkScope scope : {TopkScope::Global, TopkScope::PerFrame, TopkScope::GlobalFloor})
                for (const int permille : {1, 200, 333, 700, 999})
                    QTest::addRow("mode %d scope %d ratio %d", int(mode), int(scope), permille)
                        << int(mode) << int(scope) << permille;
    }
    void exactCount()
    {
        QFETCH(int, mode);
        QFETCH(int, scope);
        QFETCH(int, permille);
        const ScoreGrid score = randomScore({4, 12, 21}, 11);
        const GridShape tokens{4, 8, 13};
        SelectionOptions options{permille, TopkRound::Nearest, TopkScope(scope), MaskMode(mode), 0.1};
        const Selection selection = selectTokens(score, tokens, options);
        QVERIFY(std::is_sorted(selection.tokens.begin(), selection.tokens.end()));
        QVERIFY(std::adjacent_find(selection.tokens.begin(), selection.tokens.end()) ==
                selection.tokens.end());
        if (!selection.tokens.empty()) {
            QVERIFY(selection.tokens.front() >= 0);
            QVERIFY(selection.tokens.back() < tokens.tokens());
        }
        if (options.mode != MaskMode::Nearest)
            QCOMPARE(std::int64_t(selection.tokens.size()), keptCount(tokens.tokens(), permille));
        if (options.mode != MaskMode::ScoreFirst)
            QCOMPARE(selection.mask.kept(), keptCount(score.shape.tokens(), permille));
        const std::int64_t frameArea = std::int64_t{12} * 21;
        if (options.scope == TopkScope::PerFrame && options.mode == MaskMode::AreaExact) {
            for (int frame = 0; frame < 4; ++frame) {
                const auto first = selection.mask.values.begin() + frame * frameArea;
                const auto kept = std::count(first, first + frameArea, 1);
                QVERIFY(std::abs(kept - selection.mask.kept() / 4) <= 1);
            }
        }
        if (options.scope == TopkScope::GlobalFloor && options.mode == MaskMode::AreaExact &&
            permille == 700) {
            for (int frame = 0; frame < 4; ++frame) {
                const auto first = selection.mask.values.begin() + frame * frameArea;
                QVERIFY(std::count(first, first + frameArea, 1) >= 26); // ceil(0.1 * 252)
            }
        }
    }

    // The floor really moves tokens: one frame with the lowest scores everywhere still keeps its share.
    void frameFloor()
    {
        ScoreGrid score = randomScore({2, 10, 10}, 5);
        std::fill(score.values.begin(), score.values.begin() + 100, 0.0F);
        SelectionOptions options;
        options.ratioPermille = 500;
        QCOMPARE(selectTokens(score, score.shape, options).tokens.front(), 100 - 0);
        options.scope = TopkScope::GlobalFloor;
        const auto floored = selectTokens(score, score.shape, options).tokens;
        QCOMPARE(std::count_if(floored.begin(), floored.end(), [](auto i) { return i < 100; }), 10);
        QCOMPARE(int(floored.size()), 100);
    }

    // T9: a constant map selects the lowest indices, every time.
    void constantMap()
    {
        const ScoreGrid score{{1, 4, 4}, std::vector<float>(16, 0.25F)};
        SelectionOptions options;
        options.ratioPermille = 750;
        const auto selection = selectTokens(score, score.shape, options);
        QCOMPARE(selection.tokens, std::vector<std::int32_t>({0, 1, 2, 3}));
        QCOMPARE(selectTokens(score, score.shape, options).tokens, selection.tokens);
    }

    // Equal shares of windows of different size are equal: 1/2 of two cells against 2/4 of four.
    void densitiesAreFractions()
    {
        // 3 -> 2 columns: windows {0,1} and {1,2}; 2 -> 1 rows.
        ScoreGrid score{{1, 1, 3}, {0.9F, 0.1F, 0.8F}};
        SelectionOptions options;
        options.ratioPermille = 500; // keeps 1 of 2 tokens, 1 of 3 positions (3 - 2)
        const auto selection = selectTokens(score, {1, 1, 2}, options);
        QCOMPARE(selection.mask.values, std::vector<std::uint8_t>({1, 0, 0}));
        QCOMPARE(selection.tokens, std::vector<std::int32_t>({0}));
    }

    void windows()
    {
        QCOMPARE(areaWindow(0, 9, 12).begin, 0);
        QCOMPARE(areaWindow(0, 9, 12).end, 2);
        QCOMPARE(areaWindow(8, 9, 12).begin, 10);
        QCOMPARE(areaWindow(8, 9, 12).end, 12);
        QCOMPARE(nearestIndex(12, 13, 21), 19);
        QCOMPARE(nearestIndex(3, 4, 2), 1);
    }
};

QTEST_GUILESS_MAIN(TestSelection)
#include "tst_selection.moc"
