// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <cmath>
#include <limits>

#include "core/domain/colour_map.h"

using namespace faststar;

class TestColourMap : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void namesGoBothWays()
    {
        for (const auto map : kColourMaps)
            QCOMPARE(colourMapOfName(colourMapName(map)).value(), map);
        QCOMPARE(colourMapName(ColourMap::Cividis), std::string_view("cividis"));
        QVERIFY(!colourMapOfName("jet"));
        QVERIFY(!colourMapOfName(""));
    }

    void greyIsGrey()
    {
        const auto &table = colourTable(ColourMap::Grey);
        for (std::size_t i = 0; i < 256; ++i)
            QVERIFY(table[i] == (Rgb{std::uint8_t(i), std::uint8_t(i), std::uint8_t(i)}));
    }

    // A larger score is a lighter colour, also for people who see fewer colours.
    void lightnessRises()
    {
        for (const auto map : kColourMaps) {
            if (map == ColourMap::Turbo)
                continue;
            double before = -1.0;
            for (const auto &rgb : colourTable(map)) {
                const double luma = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
                QVERIFY2(luma > before - 1.0, colourMapName(map).data());
                before = luma;
            }
            QVERIFY(before > 150.0);
        }
    }

    void rangeIgnoresOutliers()
    {
        std::vector<float> values;
        for (int i = 0; i <= 200; ++i)
            values.push_back(float(i));
        values.push_back(std::numeric_limits<float>::infinity());
        values.push_back(std::numeric_limits<float>::quiet_NaN());
        std::swap(values[0], values[100]);
        QCOMPARE(displayRange(values), (ValueRange{2.0F, 198.0F}));
        QCOMPARE(displayRange({}), ValueRange{});
        const std::vector<float> bad(3, std::numeric_limits<float>::quiet_NaN());
        QCOMPARE(displayRange(bad), ValueRange{});
    }

    void everyValueHasAColour()
    {
        const auto &table = colourTable(ColourMap::Viridis);
        const ValueRange range{-1.0F, 3.0F};
        constexpr float kInfinity = std::numeric_limits<float>::infinity();
        QVERIFY(colourOf(table, -1.0F, range) == table[0]);
        QVERIFY(colourOf(table, 3.0F, range) == table[255]);
        QVERIFY(colourOf(table, 1.0F, range) == table[128]);
        QVERIFY(colourOf(table, kInfinity, range) == table[255]);
        QVERIFY(colourOf(table, -kInfinity, range) == table[0]);
        QVERIFY(colourOf(table, std::nanf(""), range) == table[0]);
        QVERIFY(colourOf(table, 0.5F, {0.5F, 0.5F}) == table[0]);
        QVERIFY(colourOf(table, 0.6F, {0.5F, 0.5F}) == table[255]);
        constexpr float kMax = std::numeric_limits<float>::max();
        QVERIFY(colourOf(table, 0.0F, {-kMax, kMax}) == table[128]);
    }
};

QTEST_GUILESS_MAIN(TestColourMap)
#include "tst_colour_map.moc"
