// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <QClipboard>
#include <QSignalSpy>

#include <cmath>
#include <limits>

#include "core/domain/selection.h"
#include "tests/support/fake_maps.h"
#include "tests/support/pictures.h"
#include "tests/widgets/view_fixture.h"
#include "widgets/heatmap/map_look.h"
#include "widgets/paint/paint_tools.h"
#include "widgets/probe/histogram_view.h"
#include "widgets/probe/norm_contour.h"
#include "widgets/probe/probe_panel.h"
#include "widgets/probe/scatter_view.h"

using namespace faststar;
using namespace faststar::widgets;
using namespace faststar::test;

namespace
{

constexpr double kInfinity = std::numeric_limits<double>::infinity();

const Theme &dark()
{
    return themeOf(ThemeKind::Dark);
}

std::shared_ptr<ScoreGrid> grid(std::vector<float> values)
{
    const int count = int(values.size());
    return std::make_shared<ScoreGrid>(ScoreGrid{{1, 1, count}, std::move(values)});
}

ProbeFacts demoFacts()
{
    ProbeFacts facts;
    facts.place = {1, 5, 9};
    facts.grid = {4, 12, 21};
    facts.frames = {5, 4};
    facts.kept = true;
    facts.rank = 119;
    facts.spatial = 0.0259;
    facts.temporal = 1.2627;
    facts.fused = 1.2629;
    facts.cut = 0.1933;
    facts.norm = 0.458;
    return facts;
}

} // namespace

class TestProbe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void panelSaysWhatIsKnown();
    void panelShowsThreeTokens();
    void panelCopies();
    void histogramCounts();
    void histogramWithoutCutGoesByTheMask();
    void histogramKeys();
    void contourIsTheNorm();
    void scatterPaintsKeptAndPruned();
    void draggingTheContourIsTheRatio();
    void scatterPicksPoints();
    void survivesNonsense();
    void showcase();
};

void TestProbe::panelSaysWhatIsKnown()
{
    ProbePanel panel;
    QCOMPARE(spokenBy(panel), QStringLiteral("No token is probed"));
    panel.setFacts(demoFacts());
    QCOMPARE(
        spokenBy(panel),
        QStringLiteral("Token τ 1, row 5, column 9, kept, rank 119, Spatial score 0.0259, Temporal score "
                       "1.2627, Fused score, p = 2 1.2629, Cut 0.1933, Feature norm 0.458"));
    ProbeFacts facts = demoFacts();
    facts.kept = false;
    facts.temporal.reset(); // temporal_ref = none
    facts.spatial = std::nan("");
    facts.token = MapPlace{1, 3, 5};
    panel.setFacts(facts);
    const QString spoken = spokenBy(panel);
    QVERIFY(!spoken.contains(QStringLiteral("Temporal")));
    QVERIFY(spoken.contains(QStringLiteral("Spatial score not a number")));
    QVERIFY(spoken.contains(QStringLiteral("pruned, rank 119")));
    QVERIFY(spoken.endsWith(QStringLiteral("Held by token τ 1, row 3, column 5")));
}

void TestProbe::panelShowsThreeTokens()
{
    ProbePanel panel;
    panel.resize(304, 232);
    // A picture of 12 x 21 tokens of 16 pixels, of which one is red.
    Image image = filled(336, 192, 0, 0, 120);
    for (int y = 80; y < 96; ++y) {
        for (int x = 144; x < 160; ++x)
            pixel(image, x, y)[0] = 250;
    }
    panel.setPicture(toQImage(image));
    panel.setFacts(demoFacts());
    QImage picture = pictureOf(panel);
    QCOMPARE(picture.pixelColor(42, 42), QColor(250, 0, 120));
    QCOMPARE(picture.pixelColor(14, 14), QColor(0, 0, 120));
    QCOMPARE(picture.pixelColor(27, 42), QColor(Qt::white));
    ProbeFacts corner = demoFacts();
    corner.place = {1, 0, 0}; // beyond the picture there is none
    panel.setFacts(corner);
    picture = pictureOf(panel);
    QCOMPARE(picture.pixelColor(14, 14), dark().well);
    QCOMPARE(picture.pixelColor(42, 42), QColor(0, 0, 120));
}

void TestProbe::panelCopies()
{
    ProbePanel panel;
    panel.setFacts(demoFacts());
    QTest::keyClick(&panel, Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("Temporal score\t1.2627")));
}

void TestProbe::histogramCounts()
{
    HistogramView view;
    view.resize(336, 128);
    view.setScores(MapKind::Fused, grid({0.01F, 0.1F, 0.1F, 1.0F, 0.0F, std::nanf(""), 1.0F}));
    view.setCut(0.5);
    QVERIFY(view.isLogarithmic());
    QCOMPARE(view.bins().size(), std::size_t(48));
    QCOMPARE(view.bins().front().pruned, 2); // nothing at all has no place on such an axis
    QCOMPARE(view.bins().back().kept, 2);
    QCOMPARE(spokenBy(view), QStringLiteral("Fused score: kept 3, pruned 4, cut 0.500")); // a NaN is kept
    const QImage picture = pictureOf(view);
    const int cut = int(336 * std::log(50.0) / std::log(100.0));
    QVERIFY(pixelsOf(picture, dark().text, {cut - 2, 30, 5, 60}) >= 100);
    QCOMPARE(pixelsOf(picture, dark().kept, {0, 20, cut - 2, 88}), 0);
    QVERIFY(pixelsOf(picture, dark().kept, {cut + 2, 20, 336 - cut, 88}) > 300);
    view.setScores(MapKind::Spatial, grid({0.5F, 0.6F, 0.75F, std::numeric_limits<float>::infinity()}));
    QVERIFY(!view.isLogarithmic());
    QCOMPARE(view.bins().back().high, 0.75);
}

void TestProbe::histogramWithoutCutGoesByTheMask()
{
    HistogramView view;
    view.setScores(MapKind::Spatial, grid({0.1F, 0.2F, 0.3F, 0.4F}));
    view.setKept(maskOf({1, 1, 4}, {1, 0, 0, 1}));
    QCOMPARE(spokenBy(view), QStringLiteral("Spatial score: kept 2, pruned 2"));
    QCOMPARE(view.bins().front().kept, 1);
    QCOMPARE(view.bins().back().kept, 1);
}

void TestProbe::histogramKeys()
{
    HistogramView view;
    QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(spokenBy(view), QStringLiteral("No scores yet"));
    view.setScores(MapKind::Spatial, grid({0.0F, 48.0F}));
    QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(spokenBy(view), QStringLiteral("0.00 to 1.00: 1 kept, 0 pruned"));
    QTest::keyClick(&view, Qt::Key_Left);
    QCOMPARE(spokenBy(view), QStringLiteral("0.00 to 1.00: 1 kept, 0 pruned"));
    QCOMPARE(view.table().rows.size(), std::size_t(48));
}

void TestProbe::contourIsTheNorm()
{
    QCOMPARE(normOf(3.0, 4.0, 2.0), 5.0);
    QCOMPARE(normOf(3.0, 4.0, 1.0), 7.0);
    QCOMPARE(normOf(3.0, 4.0, kInfinity), 4.0);
    QCOMPARE(normOf(0.0, 0.0, 2.0), 0.0);
    for (const double p : {1.0, 2.0, 7.0, 300.0, kInfinity}) {
        const auto points = normContour(0.5, p, 0.01, 0.02);
        QVERIFY(points.size() > 100);
        QCOMPARE(points.front().x(), 0.01);
        QCOMPARE(points.back().y(), 0.02);
        for (const QPointF &point : points)
            QVERIFY(std::abs(normOf(point.x(), point.y(), p) - 0.5) < 1e-9);
    }
    QVERIFY(normContour(std::nan(""), 2.0, 0.1, 0.1).empty());
    QVERIFY(normContour(0.5, 0.5, 0.1, 0.1).empty());
    QVERIFY(normContour(0.5, 2.0, 0.0, 0.1).empty());
}

void TestProbe::scatterPaintsKeptAndPruned()
{
    ScatterView view;
    view.resize(336, 392);
    view.setScores(grid({0.01F, 1.0F}), grid({0.01F, 1.0F}));
    view.setNorm(2.0, 0.1);
    // The chart from (36, 8) to (328, 344); low pairs at the lower left.
    const QImage picture = pictureOf(view);
    const QColor middle = picture.pixelColor(42, 338);
    QVERIFY2(middle.green() < 120, qPrintable(middle.name())); // hollow
    int kept = 0;
    for (int y = 8; y < 30; ++y) {
        for (int x = 300; x < 328; ++x)
            kept += picture.pixelColor(x, y).green() > 150 ? 1 : 0;
    }
    QVERIFY(kept >= 6);
    QVERIFY(pixelsOf(picture, dark().fused) > 100); // the contour
    view.setKept(maskOf({1, 1, 2}, {1, 0}));
    QVERIFY(pictureOf(view).pixelColor(44, 334) != middle);
    view.setNorm(2.0, std::nullopt);
    QVERIFY(pixelsOf(pictureOf(view), dark().fused, {36, 8, 292, 330}) < 3);
}

void TestProbe::draggingTheContourIsTheRatio()
{
    std::vector<float> scores;
    for (int i = 1; i <= 100; ++i)
        scores.push_back(float(i) / 100.0F);
    ScatterView view;
    view.resize(336, 392);
    view.setScores(grid(scores), grid(std::vector<float>(100, 0.01F)));
    view.setNorm(kInfinity, 0.505);
    QCOMPARE(view.ratioOf(0.505), 500);
    QSignalSpy dragged(&view, &ScatterView::ratioDragged);
    QSignalSpy committed(&view, &ScatterView::ratioCommitted);
    const double wide = std::log(1.1 / (0.01 / 1.1));
    const auto xOf = [&](double score) { return 36.0 + 292.0 * std::log(score / (0.01 / 1.1)) / wide; };
    QTest::mousePress(&view, Qt::LeftButton, {}, QPoint(int(xOf(0.505)), 300));
    QMouseEvent move(QEvent::MouseMove, QPointF(xOf(0.305), 300), view.mapToGlobal(QPointF(xOf(0.305), 300)),
                     Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&view, &move);
    QCOMPARE(dragged.last(), QVariantList{300});
    QCOMPARE(committed.count(), 0);
    QTest::mouseRelease(&view, Qt::LeftButton, {}, QPoint(int(xOf(0.305)), 300));
    QCOMPARE(committed.last(), QVariantList{300});
    QTest::keyClick(&view, Qt::Key_Up);
    QCOMPARE(committed.last(), QVariantList{310});
    QVERIFY(spokenBy(view).endsWith(QStringLiteral("31 % pruned")));
    QTest::keyClick(&view, Qt::Key_PageDown);
    QCOMPARE(committed.last(), QVariantList{260});
}

void TestProbe::scatterPicksPoints()
{
    ScatterView view;
    view.resize(336, 392);
    auto spatial = grid({0.01F, 1.0F, 0.1F, 0.1F});
    auto temporal = grid({0.01F, 1.0F, 0.1F, 1.0F});
    spatial->shape = temporal->shape = {2, 1, 2};
    view.setScores(spatial, temporal);
    QSignalSpy picked(&view, &ScatterView::tokenPicked);
    QTest::mouseClick(&view, Qt::LeftButton, {}, {182, 176}); // the middle of both axes
    QCOMPARE(picked.last(), (QVariantList{1, 0, 0}));
    QTest::mouseClick(&view, Qt::LeftButton, {}, {100, 100}); // nothing is there
    QCOMPARE(picked.count(), 1);
    QCOMPARE(view.caption(), QStringLiteral("4 tokens, log axes"));
    QCOMPARE(view.table().rows.size(), std::size_t(4));
    view.setScores(grid(std::vector<float>(30000, 0.5F)), grid(std::vector<float>(30000, 0.5F)));
    QCOMPARE(view.caption(), QStringLiteral("6000 of 30000 tokens, log axes"));
}

void TestProbe::survivesNonsense()
{
    HistogramView histogram;
    ScatterView scatter;
    ProbePanel panel;
    const float nan = std::nanf("");
    const float infinite = std::numeric_limits<float>::infinity();
    for (const auto &values : std::vector<std::vector<float>>{
             {}, {nan, nan}, {infinite, 1.0F}, {-5.0F, 3.0F}, {0.0F, 0.0F}, {1e-38F, 3e38F}, {7.0F, 7.0F}}) {
        const auto scores = grid(values);
        histogram.setScores(MapKind::Fused, scores);
        histogram.setKept(maskOf({1, 1, 9}, {1}));
        histogram.setCut(-1.0);
        pictureOf(histogram);
        histogram.setCut(std::nan(""));
        pictureOf(histogram);
        scatter.setScores(scores, scores);
        for (const double p : {1.0, kInfinity, std::nan(""), -4.0}) {
            scatter.setNorm(p, 0.5);
            scatter.setProbe(MapPlace{0, 0, 77});
            pictureOf(scatter);
            QTest::keyClick(&scatter, Qt::Key_Down);
            QTest::mouseClick(&scatter, Qt::LeftButton, {}, {100, 100});
        }
    }
    scatter.setScores(grid({1.0F}), nullptr);
    scatter.resize(4, 4);
    pictureOf(scatter);
    histogram.resize(4, 4);
    pictureOf(histogram);
    ProbeFacts facts;
    facts.place = {-1, 1 << 30, -(1 << 30)};
    facts.kept = false;
    panel.setPicture(QImage(3, 3, QImage::Format_RGB32));
    panel.setFacts(facts);
    pictureOf(panel);
    facts.grid = {1, 1, 1};
    panel.setFacts(facts);
    panel.resize(10, 10);
    pictureOf(panel);
}

void TestProbe::showcase()
{
    const auto frames = fakeFrames(7, 336, 192, 17, 1.0);
    const auto scores = fakeScores(7, {1, 21, 10, 0, 41}, {4, 12, 21}, 1, 5, 2.0);
    const auto spatial = distanceOf(scores->spatialSimilarity);
    const auto temporal = distanceOf(scores->temporalSimilarity);
    const auto fused = std::make_shared<ScoreGrid>(scores->score);
    auto sorted = fused->values;
    std::sort(sorted.begin(), sorted.end());
    const double cut = double(sorted[sorted.size() * 7 / 10]);
    for (const auto &[kind, name] : kThemes) {
        ProbePanel panel;
        HistogramView histogram;
        ScatterView scatter;
        for (PaintedView *view : std::initializer_list<PaintedView *>{&panel, &histogram, &scatter})
            view->setTheme(themeOf(kind));
        panel.resize(336, 232);
        panel.setPicture(toQImage(frames->at(9)));
        ProbeFacts facts = demoFacts();
        facts.kept = kind != ThemeKind::Grey;
        panel.setFacts(facts);
        histogram.resize(336, 128);
        histogram.setScores(MapKind::Fused, fused);
        histogram.setCut(cut);
        scatter.resize(336, 392);
        scatter.setScores(spatial, temporal);
        scatter.setNorm(2.0, cut);
        scatter.setProbe(MapPlace{1, 6, 9});
        const QString theme = QString::fromLatin1(name);
        QVERIFY(!pictureOf(panel, QStringLiteral("probe-") + theme).isNull());
        QVERIFY(!pictureOf(histogram, QStringLiteral("histogram-") + theme).isNull());
        QVERIFY(!pictureOf(scatter, QStringLiteral("scatter-") + theme).isNull());
    }
}

QTEST_MAIN(TestProbe)
#include "tst_probe.moc"
