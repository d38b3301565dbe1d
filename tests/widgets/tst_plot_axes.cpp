// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <cmath>
#include <limits>

#include "widgets/plot/plot_axes.h"

using namespace faststar::widgets;

namespace
{

QString labelsOf(const std::vector<PlotTick> &ticks)
{
    QStringList labels;
    for (const PlotTick &tick : ticks)
        labels += tick.label.isEmpty() ? QStringLiteral("_") : tick.label;
    return labels.join(QLatin1Char(' '));
}

} // namespace

class TestPlotAxes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void mapsBothWays_data();
    void mapsBothWays();
    void hasNoPlaceFor_data();
    void hasNoPlaceFor();
    void ticks_data();
    void ticks();
    void ticksLieInsideAndAreFew();
    void roundsOutwards_data();
    void roundsOutwards();
};

void TestPlotAxes::mapsBothWays_data()
{
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<bool>("logarithmic");
    QTest::addColumn<double>("value");
    QTest::addColumn<double>("pixel");
    QTest::newRow("low end") << 2.0 << 4.0 << false << 2.0 << 300.0;
    QTest::newRow("high end") << 2.0 << 4.0 << false << 4.0 << 100.0;
    QTest::newRow("middle") << -1.0 << 1.0 << false << 0.0 << 200.0;
    QTest::newRow("outside") << 0.0 << 1.0 << false << 2.0 << -100.0;
    QTest::newRow("decade") << 1.0 << 100.0 << true << 10.0 << 200.0;
    QTest::newRow("small decade") << 1e-4 << 1.0 << true << 1e-3 << 250.0;
}

void TestPlotAxes::mapsBothWays()
{
    QFETCH(double, low);
    QFETCH(double, high);
    QFETCH(bool, logarithmic);
    QFETCH(double, value);
    QFETCH(double, pixel);
    const PlotAxis axis{low, high, 300.0, 100.0, logarithmic};
    QVERIFY(std::abs(axis.pixelOf(value) - pixel) < 1e-9);
    QVERIFY(std::abs(axis.valueOf(pixel) - value) < 1e-9);
}

void TestPlotAxes::hasNoPlaceFor_data()
{
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<bool>("logarithmic");
    QTest::addColumn<double>("value");
    QTest::newRow("zero on a log axis") << 1.0 << 10.0 << true << 0.0;
    QTest::newRow("negative on a log axis") << 1.0 << 10.0 << true << -1.0;
    QTest::newRow("log axis from zero") << 0.0 << 10.0 << true << 1.0;
    QTest::newRow("empty axis") << 1.0 << 1.0 << false << 1.0;
    QTest::newRow("reversed axis") << 2.0 << 1.0 << false << 1.0;
    QTest::newRow("endless axis") << 0.0 << std::numeric_limits<double>::infinity() << false << 1.0;
    QTest::newRow("a NaN") << 0.0 << 1.0 << false << std::nan("");
}

void TestPlotAxes::hasNoPlaceFor()
{
    QFETCH(double, low);
    QFETCH(double, high);
    QFETCH(bool, logarithmic);
    QFETCH(double, value);
    const PlotAxis axis{low, high, 0.0, 100.0, logarithmic};
    QVERIFY(std::isnan(axis.pixelOf(value)));
    if (!axis.isUsable())
        QVERIFY(ticksOf(axis, 5).empty());
}

void TestPlotAxes::ticks_data()
{
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<bool>("logarithmic");
    QTest::addColumn<int>("atMost");
    QTest::addColumn<QString>("labels");
    QTest::newRow("ones") << 0.0 << 4.0 << false << 5 << "0 1 2 3 4";
    QTest::newRow("twos") << 0.0 << 4.0 << false << 4 << "0 2 4";
    QTest::newRow("fives") << 0.0 << 17.0 << false << 5 << "0 5 10 15";
    QTest::newRow("decimals") << 35.2 << 36.4 << false << 5 << "35.5 36.0";
    QTest::newRow("hundredths") << 0.0 << 0.1 << false << 6 << "0.00 0.02 0.04 0.06 0.08 0.10";
    QTest::newRow("through zero") << -0.3 << 0.3 << false << 7 << "-0.3 -0.2 -0.1 0.0 0.1 0.2 0.3";
    QTest::newRow("large") << 0.0 << 3e6 << false << 4 << "0 1e+06 2e+06 3e+06";
    QTest::newRow("decades") << 1e-3 << 10.0 << true << 8 << "0.001 0.01 0.1 1 10";
    QTest::newRow("every second decade named") << 1.0 << 1e5 << true << 3 << "1 _ 100 _ 10,000 _";
    QTest::newRow("parts of a decade") << 1.0 << 20.0 << true << 8 << "1 2 5 10 20";
}

void TestPlotAxes::ticks()
{
    QFETCH(double, low);
    QFETCH(double, high);
    QFETCH(bool, logarithmic);
    QFETCH(int, atMost);
    QFETCH(QString, labels);
    QLocale::setDefault(labels.contains(QLatin1Char(',')) ? QLocale(QLocale::English) : QLocale::c());
    QCOMPARE(labelsOf(ticksOf({low, high, 0.0, 100.0, logarithmic}, atMost)), labels);
}

void TestPlotAxes::ticksLieInsideAndAreFew()
{
    for (const double low : {-3.7, 0.0, 0.001, 12.0, 99.9, 1e15}) {
        for (const double span : {1e-6, 0.013, 0.9, 7.0, 1e4, 3.3e9}) {
            for (int atMost = 2; atMost < 12; ++atMost) {
                const PlotAxis axis{low, low + span, 0.0, 500.0, false};
                const auto ticks = ticksOf(axis, atMost); // must end, too
                QVERIFY(int(ticks.size()) <= atMost);
                for (const PlotTick &tick : ticks) {
                    QVERIFY(axis.pixelOf(tick.value) > -1e-3);
                    QVERIFY(axis.pixelOf(tick.value) < 500.001);
                }
            }
        }
    }
}

void TestPlotAxes::roundsOutwards_data()
{
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<bool>("logarithmic");
    QTest::addColumn<double>("roundLow");
    QTest::addColumn<double>("roundHigh");
    QTest::newRow("psnr") << 35.51 << 36.34 << false << 35.5 << 36.5;
    QTest::newRow("round already") << 0.0 << 4.0 << false << 0.0 << 4.0;
    QTest::newRow("one value") << 2.0 << 2.0 << false << 1.0 << 3.0;
    QTest::newRow("only zero") << 0.0 << 0.0 << false << -1.0 << 1.0;
    QTest::newRow("log") << 0.02 << 3.0 << true << 0.01 << 10.0;
    QTest::newRow("log, one value") << 1.0 << 1.0 << true << 1.0 << 10.0;
}

void TestPlotAxes::roundsOutwards()
{
    QFETCH(double, low);
    QFETCH(double, high);
    QFETCH(bool, logarithmic);
    PlotAxis axis{low, high, 0.0, 1.0, logarithmic};
    roundOutwards(axis, 5);
    QTEST(axis.low, "roundLow");
    QTEST(axis.high, "roundHigh");
}

QTEST_GUILESS_MAIN(TestPlotAxes)
#include "tst_plot_axes.moc"
