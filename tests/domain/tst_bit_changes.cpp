// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <cmath>

#include "core/domain/bit_changes.h"

using namespace faststar;

namespace
{

// Codes of `bits` bits each, the first bit lowest.
StepRecord recordOf(int bits, const std::vector<unsigned> &codes, std::vector<std::int32_t> tokens = {})
{
    StepRecord record;
    record.bits.bits = bits;
    record.bits.tokens = std::int64_t(codes.size());
    record.bits.data.assign((codes.size() * std::size_t(bits) + 7) / 8, 0);
    for (std::size_t i = 0; i < codes.size(); ++i) {
        for (int bit = 0; bit < bits; ++bit) {
            const std::size_t at = i * std::size_t(bits) + std::size_t(bit);
            if (((codes[i] >> unsigned(bit)) & 1U) != 0)
                record.bits.data[at / 8] = std::uint8_t(record.bits.data[at / 8] | (1U << (at % 8)));
        }
    }
    record.reduced = !tokens.empty();
    record.tokens = std::move(tokens);
    return record;
}

} // namespace

class TestBitChanges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsWhatDiffers();
    void comparesTheNearestToken();
    void prunedTokensHaveNoCode();
    void unequalNumbersOfBits();
    void contradictionsGiveNothing();
};

// Eleven bits: no code begins where a byte does.
void TestBitChanges::countsWhatDiffers()
{
    const auto changes = bitsChanged(recordOf(11, {0x7FF, 0x000, 0x2AA}), {1, 1, 3},
                                     recordOf(11, {0x7FF, 0x7FF, 0x2AB}), {1, 1, 3});
    QCOMPARE(changes.values, (std::vector<float>{0.0F, 1.0F, 1.0F / 11.0F}));
}

void TestBitChanges::comparesTheNearestToken()
{
    const auto changes =
        bitsChanged(recordOf(4, {0x0, 0xF}), {1, 1, 2}, recordOf(4, {0x1, 0x3, 0x7, 0xF}), {1, 1, 4});
    QCOMPARE(changes.shape, (GridShape{1, 1, 4}));
    QCOMPARE(changes.values, (std::vector<float>{0.25F, 0.5F, 0.25F, 0.0F}));
    const auto frames = bitsChanged(recordOf(4, {0x0, 0xF}), {2, 1, 1}, recordOf(4, {0xF, 0xF}), {2, 1, 1});
    QCOMPARE(frames.values, (std::vector<float>{1.0F, 0.0F}));
}

void TestBitChanges::prunedTokensHaveNoCode()
{
    const auto changes =
        bitsChanged(recordOf(8, {0xFF, 0x0F, 0x00}), {1, 1, 3}, recordOf(8, {0x0F, 0x01}, {1, 2}), {1, 1, 3});
    QVERIFY(std::isnan(changes.values[0]));
    QCOMPARE(changes.values[1], 0.0F);
    QCOMPARE(changes.values[2], 0.125F);
    const auto later = bitsChanged(recordOf(8, {0x0F}, {2}), {1, 1, 3}, recordOf(8, {1, 2, 15}), {1, 1, 3});
    QVERIFY(std::isnan(later.values[0]) && std::isnan(later.values[1]));
    QCOMPARE(later.values[2], 0.0F);
}

void TestBitChanges::unequalNumbersOfBits()
{
    const auto changes = bitsChanged(recordOf(4, {0xF}), {1, 1, 1}, recordOf(12, {0xFF7}), {1, 1, 1});
    QCOMPARE(changes.values, std::vector<float>{0.25F});
}

void TestBitChanges::contradictionsGiveNothing()
{
    const StepRecord right = recordOf(8, {1, 2});
    const GridShape shape{1, 1, 2};
    QCOMPARE(bitsChanged(right, shape, right, shape).values.size(), std::size_t(2));
    QVERIFY(bitsChanged(right, shape, right, {2, 1, 1}).values.empty()); // other frames
    QVERIFY(bitsChanged(right, {1, 1, 1}, right, shape).values.empty()); // more codes than tokens
    QVERIFY(bitsChanged(right, {0, 0, 0}, right, shape).values.empty());
    StepRecord wrong = right;
    wrong.bits.data.pop_back();
    QVERIFY(bitsChanged(right, shape, wrong, shape).values.empty());
    wrong = recordOf(8, {1}, {7}); // no such token
    QVERIFY(bitsChanged(right, shape, wrong, shape).values.empty());
    wrong = recordOf(8, {1}, {-1});
    QVERIFY(bitsChanged(right, shape, wrong, shape).values.empty());
    wrong = recordOf(8, {1}); // of which token?
    QVERIFY(bitsChanged(right, shape, wrong, shape).values.empty());
    wrong = right;
    wrong.bits.bits = 0;
    QVERIFY(bitsChanged(right, shape, wrong, shape).values.empty());
    wrong.bits.bits = 8;
    wrong.bits.tokens = -2;
    QVERIFY(bitsChanged(right, shape, wrong, shape).values.empty());
}

QTEST_GUILESS_MAIN(TestBitChanges)
#include "tst_bit_changes.moc"
