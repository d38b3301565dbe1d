// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <cmath>
#include <limits>
#include <vector>

#include "widgets/colour_scale.h"

using namespace faststar::widgets;
using faststar::ColourTable;

namespace
{

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// Red counts up, green counts down.
ColourTable rampTable()
{
    ColourTable table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = {std::uint8_t(i), std::uint8_t(255 - i), 9};
    return table;
}

} // namespace

class TestColourScale : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void colours_data();
    void colours();
    void valuesComeBack();
    void agreesWithTheDomain();
    void imageKeepsRowOrder();
    void imageOfTheWrongSize();
    void ownRangeDropsOutliers();
    void ownRangeOfNothing();
};

void TestColourScale::colours_data()
{
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<bool>("logarithmic");
    QTest::addColumn<double>("value");
    QTest::addColumn<int>("index"); // of the table; -1 = the colour of a NaN
    QTest::newRow("low") << 0.0 << 1.0 << false << 0.0 << 0;
    QTest::newRow("high") << 0.0 << 1.0 << false << 1.0 << 255;
    QTest::newRow("a fifth") << 0.0 << 1.0 << false << 0.2 << 51;
    QTest::newRow("shifted") << -1.0 << 1.0 << false << -0.6 << 51;
    QTest::newRow("below") << 0.0 << 1.0 << false << -9.0 << 0;
    QTest::newRow("above") << 0.0 << 1.0 << false << 9.0 << 255;
    QTest::newRow("infinite") << 0.0 << 1.0 << false << double(kInfinity) << 255;
    QTest::newRow("not a number") << 0.0 << 1.0 << false << double(kNaN) << -1;
    QTest::newRow("empty range") << 2.0 << 2.0 << false << 2.0 << 0;
    QTest::newRow("log low") << 1e-5 << 1.0 << true << 1e-5 << 0;
    QTest::newRow("log decade") << 1e-5 << 1.0 << true << 1e-4 << 51;
    QTest::newRow("log of zero") << 1e-5 << 1.0 << true << 0.0 << 0;
    QTest::newRow("log of a negative") << 1e-5 << 1.0 << true << -1.0 << 0;
    QTest::newRow("log from zero") << 0.0 << 1.0 << true << 1e-3 << 128;
    QTest::newRow("log, not a number") << 1e-5 << 1.0 << true << double(kNaN) << -1;
}

void TestColourScale::colours()
{
    QFETCH(double, low);
    QFETCH(double, high);
    QFETCH(bool, logarithmic);
    QFETCH(double, value);
    QFETCH(int, index);
    const ColourTable table = rampTable();
    const ColourScale scale(table, {low, high},
                            logarithmic ? ColourScale::Kind::Logarithmic : ColourScale::Kind::Linear,
                            QColor(1, 2, 3));
    QCOMPARE(scale.colourOf(value), index < 0 ? qRgb(1, 2, 3) : qRgb(index, 255 - index, 9));
}

void TestColourScale::valuesComeBack()
{
    const ColourTable table = rampTable();
    for (const auto kind : {ColourScale::Kind::Linear, ColourScale::Kind::Logarithmic}) {
        const ColourScale scale(table, {0.25, 4.0}, kind, Qt::red);
        for (const double value : {0.25, 0.5, 1.0, 3.0, 4.0})
            QVERIFY(std::abs(scale.valueOf(scale.positionOf(value)) - value) < 1e-12);
    }
}

// The same colours as in overlays and exported pictures.
void TestColourScale::agreesWithTheDomain()
{
    for (const auto map : faststar::kColourMaps) {
        const ColourTable &table = faststar::colourTable(map);
        const ColourScale scale(table, {0.0, 2.0}, ColourScale::Kind::Linear, Qt::red);
        for (const float value : {-1.0F, 0.0F, 0.3F, 1.7F, 2.0F, 9.0F}) {
            const auto expected = faststar::colourOf(table, value, {0.0F, 2.0F});
            QCOMPARE(scale.colourOf(double(value)), qRgb(expected[0], expected[1], expected[2]));
        }
    }
}

void TestColourScale::imageKeepsRowOrder()
{
    const ColourTable table = rampTable();
    const ColourScale scale(table, {0.0, 255.0}, ColourScale::Kind::Linear, Qt::red);
    const std::vector<float> values{0, 1, 2, 10, kNaN, 255};
    const QImage image = scale.imageOf(values, 3, 2);
    QCOMPARE(image.size(), QSize(3, 2));
    QCOMPARE(image.pixel(2, 0), qRgb(2, 253, 9));
    QCOMPARE(image.pixel(0, 1), qRgb(10, 245, 9));
    QCOMPARE(image.pixel(1, 1), qRgb(255, 0, 0));
    QCOMPARE(image.pixel(2, 1), qRgb(255, 0, 9));
}

void TestColourScale::imageOfTheWrongSize()
{
    const ColourTable table = rampTable();
    const ColourScale scale(table, {0.0, 1.0}, ColourScale::Kind::Linear, Qt::red);
    const std::vector<float> values(6);
    QVERIFY(scale.imageOf(values, 2, 2).isNull());
    QVERIFY(scale.imageOf(values, -3, -2).isNull());
    QVERIFY(scale.imageOf({}, 0, 0).isNull());
}

void TestColourScale::ownRangeDropsOutliers()
{
    std::vector<float> values;
    for (int i = 1; i <= 1000; ++i)
        values.push_back(float(i));
    QCOMPARE(ownRange(values), (ColourRange{1.0, 995.0}));
    values.push_back(kNaN);
    values.push_back(kInfinity);
    QCOMPARE(ownRange(values), (ColourRange{1.0, 995.0}));
    const std::vector<float> few{3.0F, 1.0F, 2.0F};
    QCOMPARE(ownRange(few), (ColourRange{1.0, 3.0}));
}

void TestColourScale::ownRangeOfNothing()
{
    QCOMPARE(ownRange({}), ColourRange{});
    const std::vector<float> values{kNaN, kInfinity};
    QCOMPARE(ownRange(values), ColourRange{});
}

QTEST_GUILESS_MAIN(TestColourScale)
#include "tst_colour_scale.moc"
