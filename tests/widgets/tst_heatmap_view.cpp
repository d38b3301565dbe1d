// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <QAbstractItemModelTester>
#include <QAction>
#include <QDialog>
#include <QSignalSpy>
#include <QTableView>

#include <cmath>
#include <limits>

#include "tests/support/fake_maps.h"
#include "tests/widgets/view_fixture.h"
#include "widgets/heatmap/colour_bar.h"
#include "widgets/heatmap/heatmap_quad.h"
#include "widgets/paint/paint_tools.h"
#include "widgets/table_window.h"

using namespace faststar;
using namespace faststar::widgets;
using namespace faststar::test;

namespace
{

const Theme &dark()
{
    return themeOf(ThemeKind::Dark);
}

QColor colourOf(double position)
{
    const auto &rgb = colourTable(ColourMap::Viridis)[std::size_t(std::lround(position * 255.0))];
    return {rgb[0], rgb[1], rgb[2]};
}

// Two latent frames of 2 x 2 at 200 x 100: cells of 50 x 100 would be 100 x 50.
std::shared_ptr<ScoreGrid> smallMap()
{
    return std::make_shared<ScoreGrid>(
        ScoreGrid{{2, 2, 2}, {0.0F, 0.25F, 0.5F, 1.0F, 1.0F, 1.0F, 1.0F, 0.0F}});
}

// The map lies from (12, 44) to (212, 144).
void fill(HeatmapView &view)
{
    view.resize(12 + 200 + 64 + 12, 32 + 12 + 100 + 12);
    view.setPictureSize({200, 100});
    view.setMap(smallMap());
}

} // namespace

class TestHeatmapView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void paintsCellsAtTheirOwnGrid();
    void logarithmicAndShared();
    void marksWhatIsNotANumber();
    void cutIsATickOnTheBar();
    void saysItsStatistic();
    void maskView();
    void smallFormHasItsLabelBelow();
    void probesAndSpeaks();
    void tableHasAllCells();
    void survivesNonsense();
    void quadMovesTogether();
    void quadSharesTheRange();
    void showcase();
};

void TestHeatmapView::paintsCellsAtTheirOwnGrid()
{
    HeatmapView view(MapKind::Fused);
    fill(view);
    QImage picture = pictureOf(view);
    QCOMPARE(view.pictureRect(), QRectF(12, 44, 200, 100));
    // Blocks up to the very edge: no smoothing.
    QCOMPARE(picture.pixelColor(12, 44), colourOf(0.0));
    QCOMPARE(picture.pixelColor(111, 93), colourOf(0.0));
    QCOMPARE(picture.pixelColor(112, 93), colourOf(0.25));
    QCOMPARE(picture.pixelColor(111, 94), colourOf(0.5));
    QCOMPARE(picture.pixelColor(211, 143), colourOf(1.0));
    view.setFrame(1);
    picture = pictureOf(view);
    QCOMPARE(picture.pixelColor(12, 44), colourOf(1.0));
    QCOMPARE(picture.pixelColor(211, 143), colourOf(0.0));
    // The bar: bright above, dark below.
    QCOMPARE(picture.pixelColor(226, 50).lightness() > picture.pixelColor(226, 140).lightness(), true);
}

void TestHeatmapView::logarithmicAndShared()
{
    HeatmapView view(MapKind::Fused);
    fill(view);
    MapLook look;
    look.kind = ColourScale::Kind::Logarithmic;
    look.shared = ColourRange{0.25, 4.0};
    view.setLook(look);
    const QImage picture = pictureOf(view);
    QCOMPARE(picture.pixelColor(12, 44), colourOf(0.0));
    QCOMPARE(picture.pixelColor(150, 60), colourOf(0.0));
    QCOMPARE(picture.pixelColor(60, 120), colourOf(0.25));
    QCOMPARE(picture.pixelColor(150, 120), colourOf(0.5));
}

void TestHeatmapView::marksWhatIsNotANumber()
{
    HeatmapView view(MapKind::Fused);
    fill(view);
    QCOMPARE(pixelsOf(pictureOf(view), dark().danger), 0);
    auto map = smallMap();
    map->values[3] = std::numeric_limits<float>::infinity(); // as a fused score is where a NaN was found
    view.setMap(map);
    const QImage picture = pictureOf(view);
    QVERIFY(picture.pixelColor(112, 95) == dark().well);
    const QColor middle = picture.pixelColor(162, 119);
    QVERIFY2(std::abs(middle.red() - dark().danger.red()) < 40, qPrintable(middle.name()));
    view.setProbe(MapPlace{0, 1, 1});
    QVERIFY(spokenBy(view).contains(QStringLiteral("not a number")));
}

void TestHeatmapView::cutIsATickOnTheBar()
{
    HeatmapView view(MapKind::Fused);
    fill(view);
    const QRect bar(218, 40, 16, 108);
    QCOMPARE(pixelsOf(pictureOf(view), dark().text, bar), 0);
    view.setCut(0.5);
    const QImage picture = pictureOf(view);
    QCOMPARE(picture.pixelColor(219, 94), dark().text); // wider than the bar, in the middle
    QCOMPARE(picture.pixelColor(233, 93), dark().text);
    QCOMPARE(view.statistic(), QStringLiteral("cut 0.500"));
    view.setCut(std::nan(""));
    QCOMPARE(pixelsOf(pictureOf(view), dark().text, bar), 0);
}

void TestHeatmapView::saysItsStatistic()
{
    HeatmapView view(MapKind::Spatial);
    QCOMPARE(view.statistic(), QString());
    fill(view);
    QCOMPARE(view.statistic(), QStringLiteral("median 0.250"));
    view.setFrame(1);
    QCOMPARE(view.statistic(), QStringLiteral("median 1.000"));
    HeatmapView mask(MapKind::Mask);
    mask.setMask(maskOf({1, 2, 2}, {1, 0, 1, 1}));
    QCOMPARE(mask.statistic(), QStringLiteral("3 of 4 kept"));
    QCOMPARE(scoreLabel(1.857), QStringLiteral("1.86"));
    QCOMPARE(scoreLabel(0.0043), QStringLiteral("0.0043"));
    QCOMPARE(scoreLabel(0.0), QStringLiteral("0.00"));
}

void TestHeatmapView::maskView()
{
    HeatmapView view(MapKind::Mask);
    view.resize(288, 156);
    view.setPictureSize({200, 100});
    QImage red(4, 4, QImage::Format_RGB32);
    red.fill(QColor(200, 0, 0));
    view.setPicture(red);
    view.setMask(maskOf({1, 1, 2}, {0, 1}), MaskStyle::Dim);
    const QImage picture = pictureOf(view);
    QCOMPARE(picture.pixelColor(50, 100), QColor(80, 0, 0));
    QCOMPARE(picture.pixelColor(150, 100), QColor(200, 0, 0));
    QCOMPARE(picture.pixelColor(226, 100), dark().canvas); // no bar
    HeatmapView alone(MapKind::Mask);                      // without a picture the mask's own aspect holds
    alone.resize(288, 156);
    alone.setMask(maskOf({1, 1, 2}, {0, 1}), MaskStyle::OneBit);
    QCOMPARE(alone.pictureRect(), QRectF(12, 44, 200, 100));
    QCOMPARE(pictureOf(alone).pixelColor(150, 100), QColor(Qt::white));
}

void TestHeatmapView::smallFormHasItsLabelBelow()
{
    HeatmapView view(MapKind::Temporal, HeatmapView::Form::Small);
    view.setPictureSize({336, 192});
    QCOMPARE(view.heightForWidth(136), 78 + 20);
    view.resize(136, 98);
    view.setMap(smallMap());
    const QImage picture = pictureOf(view);
    QCOMPARE(picture.pixelColor(2, 2), colourOf(0.0));
    QVERIFY(pixelsOf(picture, dark().temporal, {0, 80, 12, 18}) > 3);
    QCOMPARE(picture.pixelColor(130, 90), dark().panel);
}

void TestHeatmapView::probesAndSpeaks()
{
    HeatmapView view(MapKind::Spatial);
    QCOMPARE(spokenBy(view), QStringLiteral("No scores yet"));
    fill(view);
    QCOMPARE(spokenBy(view), QStringLiteral("median 0.250"));
    QSignalSpy picked(&view, &ProbedView::tokenPicked);
    QTest::mouseClick(&view, Qt::LeftButton, {}, {200, 60});
    QCOMPARE(picked.last(), (QVariantList{0, 0, 1}));
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(picked.last(), (QVariantList{0, 1, 1}));
    view.setProbeWords(QStringLiteral("step 21.0"), QStringLiteral("kept, rank 1"));
    QCOMPARE(spokenBy(view), QStringLiteral("step 21.0, τ 0, row 1, column 1, 1.0000, kept, rank 1"));
    // A finer probe grid finds the cell that holds its token.
    view.setProbeGrid({2, 4, 4});
    view.setProbe(MapPlace{0, 1, 2});
    QVERIFY(spokenBy(view).contains(QStringLiteral("0.2500")));
}

void TestHeatmapView::tableHasAllCells()
{
    HeatmapView view(MapKind::Spatial);
    QVERIFY(view.table().rows.empty());
    fill(view);
    const TableRows table = view.table();
    QCOMPARE(table.heads,
             (QStringList{QStringLiteral("Row"), QStringLiteral("Column"), QStringLiteral("Spatial")}));
    QCOMPARE(table.rows.size(), std::size_t(4));
    QCOMPARE(table.rows[1],
             (QStringList{QStringLiteral("0"), QStringLiteral("1"), QStringLiteral("0.2500")}));
    QSignalSpy asked(&view, &PaintedView::tableRequested);
    view.setAccessibleName(QStringLiteral("Spatial score"));
    view.show();
    view.tableAction()->trigger();
    QCOMPARE(asked.count(), 1);
    auto *window = view.findChild<QDialog *>();
    QVERIFY(window != nullptr && window->isVisible());
    QCOMPARE(window->windowTitle(), QStringLiteral("Spatial score"));
    auto *shown = window->findChild<QTableView *>();
    QCOMPARE(shown->model()->rowCount(), 4);
    QCOMPARE(shown->model()->index(1, 2).data().toString(), QStringLiteral("0.2500"));
    QCOMPARE(shown->model()->headerData(2, Qt::Horizontal).toString(), QStringLiteral("Spatial"));
    QAbstractItemModelTester tester(shown->model());
    QVERIFY(tableText(table).startsWith(QStringLiteral("Row\tColumn\tSpatial\n0\t0\t0.0000\n")));
}

void TestHeatmapView::survivesNonsense()
{
    for (const auto form : {HeatmapView::Form::Full, HeatmapView::Form::Small}) {
        for (const auto kind : {MapKind::Fused, MapKind::Mask}) {
            HeatmapView view(kind, form);
            pictureOf(view);
            const float nan = std::nanf("");
            view.setMap(std::make_shared<ScoreGrid>(ScoreGrid{{1, 2, 1}, {nan, nan}}));
            view.setMask(maskOf({1, 2, 2}, {1}));
            view.setCut(std::numeric_limits<double>::infinity());
            view.setProbe(MapPlace{0, 7, 7});
            view.resize(200, 150);
            pictureOf(view);
            view.setMap(std::make_shared<ScoreGrid>(ScoreGrid{{1, 1 << 20, 1 << 20}, {1.0F}}));
            view.setFrame(-5);
            view.setMapOpacity(-3.0);
            pictureOf(view);
            view.setFrame(1000);
            QCOMPARE(view.statistic(), QString());
            view.resize(1, 1);
            pictureOf(view);
        }
    }
}

void TestHeatmapView::quadMovesTogether()
{
    HeatmapQuad quad;
    quad.resize(960, 560);
    quad.setPictureSize({336, 192});
    quad.setScores(fakeScores(7, {1, 21, 10, 0, 41}, {4, 12, 21}, 1, 5, 2.0));
    quad.show();
    QSignalSpy moved(&quad, &HeatmapQuad::viewTransformChanged);
    quad.view(MapKind::Temporal)->zoomBy(2.0);
    QCOMPARE(moved.count(), 1);
    QCOMPARE(quad.view(MapKind::Mask)->viewTransform().zoom, 2.0);
    quad.setLocked(false);
    quad.view(MapKind::Temporal)->fit();
    QCOMPARE(quad.view(MapKind::Mask)->viewTransform().zoom, 2.0);
    QSignalSpy picked(&quad, &HeatmapQuad::tokenPicked);
    QTest::keyClick(quad.view(MapKind::Spatial), Qt::Key_Right);
    QCOMPARE(picked.last(), (QVariantList{0, 6, 10}));
    QCOMPARE(quad.view(MapKind::Fused)->probe(), (MapPlace{0, 6, 10}));
    quad.setSingle(MapKind::Fused);
    QVERIFY(quad.view(MapKind::Fused)->isVisible());
    QVERIFY(!quad.view(MapKind::Mask)->isVisible());
    QCoreApplication::processEvents();
    QCOMPARE(quad.view(MapKind::Fused)->size(), quad.size());
    quad.setSingle(std::nullopt);
    QVERIFY(quad.view(MapKind::Mask)->isVisible());
}

void TestHeatmapView::quadSharesTheRange()
{
    HeatmapQuad quad;
    quad.resize(960, 560);
    quad.setPictureSize({200, 100});
    auto scores = std::make_shared<ScoreMaps>();
    scores->spatialSimilarity = {{1, 1, 2}, {1.0F, 0.5F}}; // distances 0 and 0.5
    scores->temporalSimilarity = {{1, 1, 2}, {0.5F, 0.0F}};
    scores->score = {{1, 1, 2}, {0.0F, 2.0F}};
    quad.setScores(scores);
    quad.show();
    QCoreApplication::processEvents();
    const auto right = [&](MapKind kind) {
        HeatmapView *view = quad.view(kind);
        const QPoint at = (view->pictureRect().topRight() + QPointF(-5, 5)).toPoint();
        return pictureOf(*view).pixelColor(at);
    };
    QCOMPARE(right(MapKind::Spatial), colourOf(1.0));
    quad.setLook(ColourMap::Viridis, ColourScale::Kind::Linear, true);
    QCOMPARE(right(MapKind::Spatial), colourOf(0.25));
    QCOMPARE(right(MapKind::Fused), colourOf(1.0));
    scores = std::make_shared<ScoreMaps>(*scores);
    scores->temporalSimilarity = {}; // temporal_ref = none
    quad.setScores(scores);
    pictureOf(quad);
    quad.setScores(nullptr);
    pictureOf(quad);
}

void TestHeatmapView::showcase()
{
    const auto frames = fakeFrames(7, 336, 192, 17, 1.0);
    const auto scores = fakeScores(7, {1, 21, 10, 0, 41}, {4, 12, 21}, 1, 5, 2.0);
    const auto mask = std::make_shared<MaskGrid>(MaskGrid{scores->score.shape, {}});
    for (const float value : scores->score.values)
        mask->values.push_back(value > 0.05F ? 1 : 0);
    for (const auto &[kind, name] : kThemes) {
        for (const bool isSmall : {false, true}) {
            HeatmapQuad quad(isSmall ? HeatmapView::Form::Small : HeatmapView::Form::Full);
            quad.setTheme(themeOf(kind));
            quad.setPictureSize({336, 192});
            quad.setPicture(toQImage(frames->at(9)));
            quad.setScores(scores);
            quad.setMask(mask);
            quad.setCut(0.05);
            quad.setFrame(2);
            quad.setProbe(MapPlace{2, 5, 9});
            if (isSmall)
                quad.resize(280, 204);
            else
                quad.resize(960, 540);
            if (kind == ThemeKind::Light)
                quad.setLook(ColourMap::Cividis, ColourScale::Kind::Logarithmic, true);
            const QString file = (isSmall ? QStringLiteral("heat-small-%1") : QStringLiteral("heat-%1"))
                                     .arg(QLatin1String(name));
            QVERIFY(!pictureOf(quad, file).isNull());
        }
    }
}

QTEST_MAIN(TestHeatmapView)
#include "tst_heatmap_view.moc"
