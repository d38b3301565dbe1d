// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <array>
#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <string>

#include "core/store/crc32.h"
#include "core/store/step_codec.h"
#include "tests/store/journal_fixture.h"

using namespace faststar;
using namespace faststar::store;
using namespace faststar::test;

class TestStepCodec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void checksumIsTheKnownOne();
    void stepsRoundTrip();
    void inconsistentStepsAreNotWritten_data();
    void inconsistentStepsAreNotWritten();
    void lyingPayloadsAreRefused_data();
    void lyingPayloadsAreRefused();
};

void TestStepCodec::checksumIsTheKnownOne()
{
    const std::string text = "123456789"; // the check value of the published catalogue of CRCs
    QCOMPARE(crcOf(text, 0, 9), 0xCBF43926U);
    QCOMPARE(crc32({}), 0U);
}

void TestStepCodec::stepsRoundTrip()
{
    for (const auto &step : someSteps()) {
        const auto bytes = encodeStep(step);
        QVERIFY(bytes.has_value());
        const auto again = decodeStep(*bytes);
        QVERIFY2(again.has_value(), again ? "" : again.error().detail.c_str());
        QVERIFY(*again == step);
    }
    // The largest step of the largest schedule stays within what is promised for it.
    StepRecord large = reducedStep(0);
    large.mask.shape = {20, 45, 80};
    large.mask.values.assign(72000, 1);
    large.tokens.clear();
    for (int i = 0; i < 72000; ++i)
        large.tokens.push_back(i);
    large.bits = {64, 72000, std::vector<std::uint8_t>(576000, 0x5A)};
    const auto bytes = encodeStep(large);
    QVERIFY(bytes.has_value());
    QVERIFY(bytes->size() < 600000);
    QVERIFY(*decodeStep(*bytes) == large);
}

void TestStepCodec::inconsistentStepsAreNotWritten_data()
{
    QTest::addColumn<int>("damage");
    QTest::addColumn<QString>("words");
    QTest::newRow("negative index") << 0 << "an index";
    QTest::newRow("bits and bytes differ") << 1 << "bytes hold";
    QTest::newRow("bits behind the last") << 2 << "bytes hold";
    QTest::newRow("tokens without bits") << 3 << "tokens of 0 bits";
    QTest::newRow("too many tokens") << 4 << "tokens of";
    QTest::newRow("mask too short") << 5 << "mask";
    QTest::newRow("mask too large") << 6 << "mask";
    QTest::newRow("descending tokens") << 7 << "ascending";
    QTest::newRow("token twice") << 8 << "ascending";
    QTest::newRow("negative token") << 9 << "ascending";
    QTest::newRow("token outside") << 10 << "outside";
    QTest::newRow("token count") << 11 << "kept tokens";
    QTest::newRow("no tokens though reduced") << 12 << "kept tokens";
    QTest::newRow("guidance") << 13 << "guidance";
}

void TestStepCodec::inconsistentStepsAreNotWritten()
{
    QFETCH(int, damage);
    QFETCH(QString, words);
    auto step = reducedStep(1);
    const std::array<std::function<void()>, 14> damages{
        [&] { step.index.scale = -1; },
        [&] { step.bits.data.push_back(0); },
        [&] { step.bits.data.back() = 0x03; },
        [&] {
            step.bits = {0, 3, {}};
        },
        [&] { step.bits.tokens = std::numeric_limits<std::int64_t>::max() / 2; },
        [&] { step.mask.values.pop_back(); },
        [&] {
            step.mask.shape = {1 << 20, 1 << 20, 1 << 20};
        },
        [&] {
            step.tokens = {7, 0, 10};
        },
        [&] {
            step.tokens = {0, 7, 7};
        },
        [&] {
            step.tokens = {-1, 7, 10};
        },
        [&] {
            step.tokens = {0, 7, 18};
        },
        [&] {
            step.tokens = {0, 7};
        },
        [&] { step.tokens.clear(); },
        [&] { step.guidance.clip = std::numeric_limits<double>::quiet_NaN(); },
    };
    damages[std::size_t(damage)]();
    const auto bytes = encodeStep(step);
    QVERIFY(!bytes.has_value());
    QCOMPARE(int(bytes.error().code), int(ErrorCode::Internal));
    QVERIFY2(QString::fromStdString(bytes.error().detail).contains(words), bytes.error().detail.c_str());
}

// Offsets inside the payload of reducedStep: 5 * 4 indices, flags at 20, APG at 21 and 29, bits at 37,
// tokens at 41, 2 bytes of bits at 49, places at 51, bitmap at 59 (2 bytes), mask at 61, bitmap at 73 (3
// bytes).
void TestStepCodec::lyingPayloadsAreRefused_data()
{
    QTest::addColumn<int>("offset");
    QTest::addColumn<int>("byte");
    QTest::addColumn<QString>("words");
    QTest::newRow("negative index") << 3 << 0x80 << "an index";
    QTest::newRow("unknown flag") << 20 << 0x07 << "flags";
    QTest::newRow("not a number") << 28 << 0x7F << "guidance"; // with the byte before: see below
    QTest::newRow("many bits") << 40 << 0x7F << "tokens of";
    QTest::newRow("many tokens") << 47 << 0x7F << "tokens of";
    QTest::newRow("more tokens than kept") << 41 << 4 << "kept tokens";
    QTest::newRow("padding of the bits") << 50 << 0x81 << "bytes hold";
    QTest::newRow("no places") << 51 << 0 << "places";
    QTest::newRow("many places") << 57 << 0x7F << "places";
    QTest::newRow("more places than bytes") << 53 << 0x01 << "damaged";
    QTest::newRow("last place empty") << 60 << 0x00 << "damaged";
    QTest::newRow("padding of the places") << 60 << 0x84 << "damaged";
    QTest::newRow("one kept token more") << 59 << 0x83 << "kept tokens";
    QTest::newRow("negative mask") << 64 << 0x80 << "a mask of";
    QTest::newRow("huge mask") << 67 << 0x10 << "a mask of";
    QTest::newRow("larger mask") << 61 << 3 << "length";
    QTest::newRow("smaller mask") << 61 << 1 << "length";
    QTest::newRow("padding of the mask") << 75 << 0xF2 << "length";
}

void TestStepCodec::lyingPayloadsAreRefused()
{
    QFETCH(int, offset);
    QFETCH(int, byte);
    QFETCH(QString, words);
    auto bytes = *encodeStep(reducedStep(1));
    QCOMPARE(bytes.size(), std::size_t(76));
    bytes[std::size_t(offset)] = std::byte(byte);
    if (words == "guidance")
        bytes[std::size_t(offset) - 1] = std::byte(0xF0); // infinity
    const auto step = decodeStep(bytes);
    QVERIFY(!step.has_value());
    QCOMPARE(int(step.error().code), int(ErrorCode::CorruptFile));
    QVERIFY2(QString::fromStdString(step.error().detail).contains(words), step.error().detail.c_str());

    auto whole = *encodeStep(reducedStep(1));
    whole.push_back(std::byte(0));
    QVERIFY(!decodeStep(whole).has_value());
    whole.pop_back();
    QVERIFY(decodeStep(whole).has_value());
    for (std::size_t size = 0; size < whole.size(); ++size)
        QVERIFY(!decodeStep(std::span(whole).first(size)).has_value());
}

QTEST_GUILESS_MAIN(TestStepCodec)
#include "tst_step_codec.moc"
