// SPDX-License-Identifier: Apache-2.0
//
// Which differences of masks and kept tokens a golden comparison forgives: those that another ranking of
// tied scores explains, and no others.
#include <QtTest>

#include <ATen/ATen.h>

#include "core/pipeline/replay_compare.h"

using namespace faststar;
using namespace faststar::pipeline;

namespace
{

constexpr GridShape kFull{1, 4, 6};
constexpr GridShape kTokens{1, 2, 3};
const std::string kStep = "step/09.0";

// The tensors of one pruned step, chosen from `score`.
TensorMap chosen(const std::vector<float> &score, const StepSelection &step)
{
    const ScoreGrid grid{kFull, score};
    const Selection selection = selectTokens(grid, step.tokens, step.options);
    const auto sizes = std::vector<std::int64_t>{kFull.t, kFull.h, kFull.w};
    return {{kStep + "/score", at::tensor(score).view(sizes)},
            {kStep + "/mask_full", at::tensor(at::ArrayRef<std::uint8_t>(selection.mask.values)).view(sizes)},
            {kStep + "/kept", at::tensor(at::ArrayRef<std::int32_t>(selection.tokens))}};
}

std::vector<float> falling()
{
    std::vector<float> score(std::size_t(kFull.tokens()));
    for (std::size_t i = 0; i < score.size(); ++i)
        score[i] = 1.0F - 0.01F * float(i);
    return score;
}

} // namespace

class TestReplayCompare : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void ties_data()
    {
        QTest::addColumn<int>("mode");
        QTest::newRow("area_exact") << int(MaskMode::AreaExact);
        QTest::newRow("nearest") << int(MaskMode::Nearest);
        QTest::newRow("score_first") << int(MaskMode::ScoreFirst);
    }
    // Of two positions in different tokens, one is kept. Which one may differ where they tie.
    void ties()
    {
        QFETCH(int, mode);
        for (const GridShape tokens : {kTokens, kFull}) {
            const StepSelection step{tokens,
                                     {500, TopkRound::Nearest, TopkScope::Global, MaskMode(mode), 0.1}};
            for (const float gap : {5e-7F, 1e-3F}) {
                // Two equal blocks of positions at the border of what is kept; one is a little higher.
                std::vector<float> base(std::size_t(kFull.tokens()), 0.1F);
                const auto fill = [&](int row, int column, float value) {
                    for (int y = 2 * row; y < 2 * row + 2; ++y)
                        for (int x = 2 * column; x < 2 * column + 2; ++x)
                            base[std::size_t(y) * std::size_t(kFull.w) + std::size_t(x)] = value;
                };
                fill(0, 0, 0.9F);
                fill(0, 1, 0.8F);
                fill(0, 2, 0.5F);
                fill(1, 0, 0.5F);
                auto left = base;
                auto right = base;
                for (const int i : {4, 5, 10, 11})
                    left[std::size_t(i)] += gap;
                for (const int i : {12, 13, 18, 19})
                    right[std::size_t(i)] += gap;
                const auto expected = chosen(left, step);
                const auto ours = chosen(right, step);
                const StepSelections selections{{kStep, step}};
                for (const char *what : {"/mask_full", "/kept"}) {
                    const auto row = compareTensor(kStep + what, ours, expected, 0.0, selections);
                    QVERIFY(!ours.at(kStep + what).equal(expected.at(kStep + what)));
                    QVERIFY2(row.passed == (gap < 1e-6F), (std::string(what) + row.note).c_str());
                    // Without knowing how the step chose, a difference is a difference.
                    QVERIFY(!compareTensor(kStep + what, ours, expected, 0.0, {}).passed);
                }
            }
        }
    }

    // Tied scores excuse no choice that no ranking of them gives.
    void tiesDoNotExcuseEverything()
    {
        const StepSelection step{kTokens,
                                 {500, TopkRound::Nearest, TopkScope::Global, MaskMode::AreaExact, 0.1}};
        const StepSelections selections{{kStep, step}};
        const auto expected = chosen(falling(), step);
        auto ours = expected;
        QVERIFY(compareTensor(kStep + "/kept", ours, expected, 0.0, selections).passed);
        const at::Tensor kept = expected.at(kStep + "/kept").clone();
        QCOMPARE(kept.numel(), 3);
        kept[2] = 5;
        ours[kStep + "/kept"] = kept;
        QVERIFY(!compareTensor(kStep + "/kept", ours, expected, 0.0, selections).passed);
        ours[kStep + "/kept"] = kept.narrow(0, 0, 2);
        QVERIFY(!compareTensor(kStep + "/kept", ours, expected, 0.0, selections).passed);
        kept[2] = 77; // beyond the grid
        ours[kStep + "/kept"] = kept;
        QVERIFY(!compareTensor(kStep + "/kept", ours, expected, 0.0, selections).passed);
    }

    void numbers()
    {
        const TensorMap expected{
            {"a", at::ones({2, 2})}, {"b", at::zeros({3})}, {"c", at::ones({2}, at::kInt)}};
        auto ours = expected;
        ours["a"] = at::ones({2, 2}) * 1.01;
        QVERIFY(compareTensor("a", ours, expected, 0.011, {}).passed);
        QVERIFY(!compareTensor("a", ours, expected, 0.009, {}).passed);
        ours["a"] = at::ones({2, 2}) * std::nan("");
        QVERIFY(!compareTensor("a", ours, expected, 1e9, {}).passed);
        ours["a"] = at::ones({4});
        QVERIFY(!compareTensor("a", ours, expected, 1e9, {}).passed);
        ours["b"] = at::full({3}, 0.5);
        QVERIFY(qAbs(compareTensor("b", ours, expected, 1.0, {}).relativeError - 0.8660254) < 1e-6);
        ours["c"] = at::ones({2}, at::kByte);
        QVERIFY(compareTensor("c", ours, expected, 0.0, {}).passed);
        ours["c"][1] = 0;
        QVERIFY(!compareTensor("c", ours, expected, 1e9, {}).passed);
        ours.erase("c");
        const auto row = compareTensor("c", ours, expected, 1e9, {});
        QVERIFY(!row.passed);
        QCOMPARE(row.note, std::string("not computed"));
    }
};

QTEST_GUILESS_MAIN(TestReplayCompare)
#include "tst_replay_compare.moc"
