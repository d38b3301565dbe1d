// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include "core/domain/philox.h"

using namespace faststar;

class TestPhilox : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // The known-answer vectors published with the generator (philox4x32, 10 rounds).
    void publishedVectors()
    {
        QVERIFY((philox4x32({0, 0, 0, 0}, {0, 0}) ==
                 PhiloxCounter{0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U}));
        constexpr std::uint32_t kOnes = 0xffffffffU;
        QVERIFY((philox4x32({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}) ==
                 PhiloxCounter{0x408f276dU, 0x41c83b0eU, 0xa20bc7c6U, 0x6d5451fdU}));
        QVERIFY(
            (philox4x32({0x243f6a88U, 0x85a308d3U, 0x13198a2eU, 0x03707344U}, {0xa4093822U, 0x299f31d0U}) ==
             PhiloxCounter{0xd16cfe09U, 0x94fdccebU, 0x5001e420U, 0x24126ea1U}));
    }

    void uniformsStayBelowOne()
    {
        double sum = 0.0;
        for (std::uint32_t position = 0; position < 4096; ++position) {
            for (const float value : bitUniforms(7, 3, 1, position, 0)) {
                QVERIFY(value >= 0.0F && value < 1.0F);
                sum += double(value);
            }
        }
        QVERIFY(std::abs(sum / (4096 * 4) - 0.5) < 0.01);
    }

    // Every part of the key matters.
    void keyedByEverything()
    {
        const auto base = bitUniforms(1, 2, 3, 4, 5);
        QVERIFY(bitUniforms(2, 2, 3, 4, 5) != base);
        QVERIFY(bitUniforms(1ULL << 40, 2, 3, 4, 5) != base);
        QVERIFY(bitUniforms(1, 3, 3, 4, 5) != base);
        QVERIFY(bitUniforms(1, 2, 4, 4, 5) != base);
        QVERIFY(bitUniforms(1, 2, 3, 5, 5) != base);
        QVERIFY(bitUniforms(1, 2, 3, 4, 6) != base);
        QVERIFY(bitUniforms(1, 2, 3, 4, 5) == base);
    }
};

QTEST_GUILESS_MAIN(TestPhilox)
#include "tst_philox.moc"
