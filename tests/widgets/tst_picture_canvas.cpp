// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <QSignalSpy>

#include <cmath>

#include "tests/support/fake_maps.h"
#include "tests/support/pictures.h"
#include "tests/widgets/view_fixture.h"
#include "widgets/canvas/picture_canvas.h"

using namespace faststar;
using namespace faststar::widgets;
using namespace faststar::test;

namespace
{

const Theme &dark()
{
    return themeOf(ThemeKind::Dark);
}

// A red picture of 200 x 100, seen twice as large: from (12, 12) to (412, 212).
void fill(PictureCanvas &canvas)
{
    canvas.resize(424, 224);
    canvas.setPictureSize({200, 100});
    canvas.setPicture(filled(200, 100, 200, 0, 0), {PictureKind::Decoded, {}, 3, 17});
    canvas.setProbeGrid({2, 5, 10}); // cells of 40 x 40
}

void wheel(QWidget &widget, const QPointF &at, int notches)
{
    QWheelEvent event(at, widget.mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&widget, &event);
}

} // namespace

class TestPictureCanvas : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void fitsThePicture();
    void zoomKeepsThePlaceUnderTheCursor();
    void panStaysInside();
    void linkedViewsFollow();
    void isSmoothUntilClose();
    void paintsMaskAndMap();
    void probes();
    void speaks();
    void survivesNonsense();
    void showcase();
};

void TestPictureCanvas::fitsThePicture()
{
    PictureCanvas canvas;
    fill(canvas);
    QCOMPARE(canvas.pictureRect(), QRectF(12, 12, 400, 200));
    const QImage picture = pictureOf(canvas);
    QCOMPARE(picture.pixelColor(5, 5), dark().canvas);
    QCOMPARE(picture.pixelColor(12, 12), QColor(200, 0, 0));
    QCOMPARE(picture.pixelColor(411, 211), QColor(200, 0, 0));
    canvas.setBackdrop(QColor(Qt::white));
    QCOMPARE(pictureOf(canvas).pixelColor(5, 5), QColor(Qt::white));
    canvas.clearPicture();
    QCOMPARE(pixelsOf(pictureOf(canvas), QColor(200, 0, 0)), 0);
}

void TestPictureCanvas::zoomKeepsThePlaceUnderTheCursor()
{
    PictureCanvas canvas;
    fill(canvas);
    const QPointF at(112, 62); // a quarter of the width and of the height
    wheel(canvas, at, 4);
    const QRectF place = canvas.pictureRect();
    QVERIFY(std::abs(canvas.viewTransform().zoom - std::pow(1.2, 4)) < 1e-9);
    QVERIFY(std::abs((at.x() - place.left()) / place.width() - 0.25) < 1e-9);
    QVERIFY(std::abs((at.y() - place.top()) / place.height() - 0.25) < 1e-9);
    wheel(canvas, at, -10); // not smaller than the whole
    QCOMPARE(canvas.pictureRect(), QRectF(12, 12, 400, 200));
    wheel(canvas, at, 1000);
    QCOMPARE(canvas.viewTransform().zoom, kMostZoom);
    QTest::keyClick(&canvas, Qt::Key_0);
    QCOMPARE(canvas.viewTransform(), ViewTransform{});
}

void TestPictureCanvas::panStaysInside()
{
    PictureCanvas canvas;
    fill(canvas);
    canvas.zoomBy(2.0);
    QCOMPARE(canvas.pictureRect(), QRectF(-188, -88, 800, 400));
    QTest::mousePress(&canvas, Qt::RightButton, {}, {200, 100});
    QMouseEvent drag(QEvent::MouseMove, QPointF(240, 130), canvas.mapToGlobal(QPointF(240, 130)),
                     Qt::NoButton, Qt::RightButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&canvas, &drag);
    QCOMPARE(canvas.pictureRect(), QRectF(-148, -58, 800, 400));
    QMouseEvent far(QEvent::MouseMove, QPointF(9000, 9000), canvas.mapToGlobal(QPointF(9000, 9000)),
                    Qt::NoButton, Qt::RightButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&canvas, &far);
    QCOMPARE(canvas.pictureRect(), QRectF(12, 12, 800, 400));
    QTest::mouseRelease(&canvas, Qt::RightButton, {}, {240, 130});
    QMouseEvent after(QEvent::MouseMove, QPointF(0, 0), canvas.mapToGlobal(QPointF(0, 0)), Qt::NoButton,
                      Qt::NoButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&canvas, &after);
    QCOMPARE(canvas.pictureRect(), QRectF(12, 12, 800, 400));
}

void TestPictureCanvas::linkedViewsFollow()
{
    PictureCanvas one;
    PictureCanvas other;
    fill(one);
    fill(other);
    other.resize(224, 124);
    QObject::connect(&one, &PannedView::viewTransformChanged, &other, &PannedView::setViewTransform);
    QSignalSpy echo(&other, &PannedView::viewTransformChanged);
    wheel(one, {212, 112}, 2);
    QCOMPARE(other.viewTransform(), one.viewTransform());
    QCOMPARE(echo.count(), 0); // or two linked views would never rest
}

void TestPictureCanvas::isSmoothUntilClose()
{
    PictureCanvas canvas;
    canvas.resize(424, 224);
    canvas.setPictureSize({200, 100});
    Image halves = filled(200, 100, 0, 0, 0);
    for (int y = 0; y < 100; ++y) {
        for (int x = 100; x < 200; ++x)
            pixel(halves, x, y)[0] = 255;
    }
    canvas.setPicture(halves, {PictureKind::Decoded, {}, 1, 1});
    const auto between = [&] {
        int count = 0;
        const QImage picture = pictureOf(canvas);
        for (int x = 100; x < 320; ++x) {
            const int red = picture.pixelColor(x, 100).red();
            count += red > 0 && red < 255 ? 1 : 0;
        }
        return count;
    };
    QVERIFY(between() > 0);
    canvas.zoomBy(2.0); // four screen pixels a pixel
    QCOMPARE(between(), 0);
}

void TestPictureCanvas::paintsMaskAndMap()
{
    PictureCanvas canvas;
    fill(canvas);
    // The left half is pruned.
    const auto mask = maskOf({1, 1, 2}, {0, 1});
    canvas.setMask(mask, MaskStyle::Dim);
    QImage picture = pictureOf(canvas);
    QCOMPARE(picture.pixelColor(100, 100), QColor(80, 0, 0)); // 60 % black
    QCOMPARE(picture.pixelColor(300, 100), QColor(200, 0, 0));
    canvas.setMask(mask, MaskStyle::Hatch);
    picture = pictureOf(canvas);
    QVERIFY(pixelsOf(picture, QColor(80, 0, 0), {12, 12, 190, 200}) < 190 * 200 * 9 / 10);
    QCOMPARE(picture.pixelColor(212, 100), QColor(Qt::white)); // the boundary
    QCOMPARE(picture.pixelColor(300, 100), QColor(200, 0, 0));
    canvas.setMask(mask, MaskStyle::OneBit);
    picture = pictureOf(canvas);
    QCOMPARE(picture.pixelColor(100, 100), QColor(Qt::black));
    QCOMPARE(picture.pixelColor(300, 100), QColor(Qt::white));
    canvas.setMask(nullptr, MaskStyle::Hatch);

    auto map = std::make_shared<ScoreGrid>(ScoreGrid{{1, 1, 2}, {0.0F, 1.0F}});
    MapLook look;
    look.map = ColourMap::Grey;
    canvas.setHeatmap(map, look);
    picture = pictureOf(canvas);
    QCOMPARE(picture.pixelColor(100, 100), QColor(100, 0, 0));
    QVERIFY(std::abs(picture.pixelColor(300, 100).green() - 128) <= 1);
    canvas.setHeatmapOpacity(1.0);
    QCOMPARE(pictureOf(canvas).pixelColor(300, 100), QColor(Qt::white));
    canvas.setFrame(1); // no such frame in the map
    QCOMPARE(pictureOf(canvas).pixelColor(300, 100), QColor(200, 0, 0));
}

void TestPictureCanvas::probes()
{
    PictureCanvas canvas;
    fill(canvas);
    canvas.setFrame(1);
    QSignalSpy hovered(&canvas, &ProbedView::tokenHovered);
    QSignalSpy ended(&canvas, &ProbedView::hoverEnded);
    QSignalSpy picked(&canvas, &ProbedView::tokenPicked);
    QSignalSpy scale(&canvas, &ProbedView::scaleRequested);
    const auto move = [&](QPoint to) {
        QMouseEvent event(QEvent::MouseMove, to, canvas.mapToGlobal(to), Qt::NoButton, Qt::NoButton,
                          Qt::NoModifier);
        QCoreApplication::sendEvent(&canvas, &event);
    };
    move({13, 53});
    move({20, 60}); // the same token
    QCOMPARE(hovered.count(), 1);
    QCOMPARE(hovered.last(), (QVariantList{1, 1, 0}));
    move({2, 2});
    QCOMPARE(ended.count(), 1);
    QTest::mouseClick(&canvas, Qt::LeftButton, {}, {400, 200});
    QCOMPARE(picked.last(), (QVariantList{1, 4, 9}));
    QTest::keyClick(&canvas, Qt::Key_Right); // stays at the edge
    QCOMPARE(picked.last(), (QVariantList{1, 4, 9}));
    QTest::keyClick(&canvas, Qt::Key_Up);
    QCOMPARE(picked.last(), (QVariantList{1, 3, 9}));
    QTest::keyClick(&canvas, Qt::Key_PageDown);
    QCOMPARE(scale.last(), QVariantList{1});
    canvas.setProbe(MapPlace{1, 0, 0});
    const QImage picture = pictureOf(canvas);
    QCOMPARE(picture.pixelColor(11, 30), QColor(Qt::white));
    canvas.setFrame(0); // the mark belongs to the other frame
    QCOMPARE(pixelsOf(pictureOf(canvas), Qt::white), 0);
}

void TestPictureCanvas::speaks()
{
    PictureCanvas canvas;
    QCOMPARE(spokenBy(canvas), QStringLiteral("No picture"));
    QSignalSpy labels(&canvas, &PictureCanvas::pictureLabelChanged);
    fill(canvas);
    QCOMPARE(spokenBy(canvas), QStringLiteral("Decoded, frame 3 of 17, zoom 100 %"));
    canvas.setPicture(filled(20, 10, 0, 0, 9), {PictureKind::Preview, {4, 8, 13}, 0, 0});
    QCOMPARE(labels.last().at(0).toString(), QStringLiteral("Preview at 8×13"));
    canvas.setProbeWords(QStringLiteral("step 21.0"), QStringLiteral("kept, rank 119"));
    canvas.setProbe(MapPlace{1, 5, 9});
    QCOMPARE(spokenBy(canvas), QStringLiteral("step 21.0, τ 1, row 5, column 9, Preview at 8×13, zoom 100 %, "
                                              "kept, rank 119"));
}

void TestPictureCanvas::survivesNonsense()
{
    PictureCanvas canvas;
    canvas.resize(424, 224);
    canvas.setPicture(Image{-3, 5, {}}, {PictureKind::Decoded, {}, 1, 1});
    QCOMPARE(canvas.pictureLabel(), QString());
    QVERIFY(canvas.picture().isNull());
    canvas.setPicture(Image{30, 50, {1, 2, 3}}, {PictureKind::Decoded, {}, 1, 1}); // too few bytes
    QVERIFY(canvas.picture().isNull());
    fill(canvas);
    canvas.setMask(maskOf({1, 3, 3}, {1, 0}), MaskStyle::Hatch);
    canvas.setHeatmap(std::make_shared<ScoreGrid>(ScoreGrid{{2, 9, 9}, {1.0F}}), {});
    canvas.setHeatmapOpacity(std::nan(""));
    canvas.setProbe(MapPlace{0, 99, -4});
    canvas.setViewTransform({64.0, {2.0, -3.0}});
    pictureOf(canvas);
    canvas.fit();
    QCOMPARE(pictureOf(canvas).pixelColor(200, 100), QColor(200, 0, 0));
    canvas.setProbeGrid({});
    QTest::keyClick(&canvas, Qt::Key_Left);
    QTest::mouseClick(&canvas, Qt::LeftButton, {}, {100, 100});
    canvas.resize(3, 3);
    canvas.zoomBy(2.0);
    pictureOf(canvas);
}

void TestPictureCanvas::showcase()
{
    const auto frames = fakeFrames(7, 336, 192, 17, 1.0);
    const auto scores = fakeScores(7, {1, 21, 10, 0, 41}, {4, 12, 21}, 1, 5, 2.0);
    const auto mask = std::make_shared<MaskGrid>(MaskGrid{scores->score.shape, {}});
    for (const float value : scores->score.values)
        mask->values.push_back(value > 0.05F ? 1 : 0);
    for (const auto &[kind, name] : kThemes) {
        PictureCanvas canvas;
        canvas.setTheme(themeOf(kind));
        canvas.resize(680, 388);
        canvas.setPictureSize({336, 192});
        canvas.setPicture(frames->at(9), {PictureKind::Decoded, {}, 10, 17});
        canvas.setProbeGrid(scores->score.shape);
        canvas.setFrame(2);
        canvas.setMask(mask, MaskStyle::Hatch);
        canvas.setProbe(MapPlace{2, 5, 9});
        QVERIFY(!pictureOf(canvas, QStringLiteral("canvas-mask-%1").arg(QLatin1String(name))).isNull());
        canvas.setHeatmap(scores == nullptr ? nullptr : std::make_shared<ScoreGrid>(scores->score), {});
        QVERIFY(!pictureOf(canvas, QStringLiteral("canvas-heat-%1").arg(QLatin1String(name))).isNull());
    }
}

QTEST_MAIN(TestPictureCanvas)
#include "tst_picture_canvas.moc"
