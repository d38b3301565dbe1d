// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <QPainter>
#include <QSvgRenderer>

#include <cmath>

#include "widgets/plot/line_plot.h"

using namespace faststar::widgets;

namespace
{

const Theme &dark()
{
    return themeOf(ThemeKind::Dark);
}

// Two curves over the frames of a clip; the second one has a hole.
std::vector<PlotSeries> curves(const Theme &theme)
{
    PlotSeries first{QStringLiteral("FastSTAR"), {}, theme.fused, PlotMark::Circle, false};
    PlotSeries second{QStringLiteral("spatial only"), {}, theme.spatial, PlotMark::Square, true};
    for (int frame = 1; frame <= 17; ++frame) {
        first.points.emplace_back(frame, 36.0 + 0.6 * std::sin(frame * 0.7));
        second.points.emplace_back(frame, frame == 8 ? std::nan("") : 35.2 + 0.3 * std::cos(frame * 0.5));
    }
    return {first, second};
}

int pixelsOf(const QImage &image, const QColor &colour)
{
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            count += image.pixelColor(x, y) == colour ? 1 : 0;
    }
    return count;
}

void fill(LinePlot &plot, const Theme &theme)
{
    plot.setAccessibleName(QStringLiteral("PSNR per frame"));
    plot.setTheme(theme);
    plot.resize(640, 200);
    PlotMeasure frames;
    frames.title = QStringLiteral("frame");
    frames.low = 1.0;
    frames.high = 17.0;
    PlotMeasure decibels;
    decibels.unit = QStringLiteral("dB");
    plot.setMeasures(frames, decibels);
    plot.setSeries(curves(theme));
    plot.setMarker(PlotMarker{9.0, QStringLiteral("worst: frame 9")});
}

QImage pictureOf(LinePlot &plot)
{
    return plot.grab().toImage().convertToFormat(QImage::Format_RGB32);
}

} // namespace

class TestLinePlot : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void paintsItsSeries();
    void paintsTheTheme_data();
    void paintsTheTheme();
    void hidesWhatLiesOutside();
    void emptyPlotSaysSo();
    void describesItself();
    void settersThatChangeNothingPaintNothing();
    void savesSvg();
    void svgThatCannotBeWritten();
};

void TestLinePlot::paintsItsSeries()
{
    LinePlot plot;
    fill(plot, dark());
    const QImage picture = pictureOf(plot);
    QVERIFY(pixelsOf(picture, dark().fused) > 300);
    QVERIFY(pixelsOf(picture, dark().spatial) > 150);
    QVERIFY(pixelsOf(picture, dark().accent) > 200); // the marker
    QVERIFY(pixelsOf(picture, dark().line) > 1000);  // the grid
    plot.setSeries({curves(dark())[0]});
    QCOMPARE(pixelsOf(pictureOf(plot), dark().spatial), 0);
    plot.setMarker(std::nullopt);
    QCOMPARE(pixelsOf(pictureOf(plot), dark().accent), 0);
}

void TestLinePlot::paintsTheTheme_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("dark") << int(ThemeKind::Dark);
    QTest::newRow("light") << int(ThemeKind::Light);
    QTest::newRow("grey") << int(ThemeKind::Grey);
}

void TestLinePlot::paintsTheTheme()
{
    QFETCH(int, kind);
    const Theme &theme = themeOf(ThemeKind(kind));
    LinePlot plot;
    fill(plot, theme);
    const QImage picture = pictureOf(plot);
    QCOMPARE(picture.pixelColor(1, 1), theme.panel);
    QVERIFY(pixelsOf(picture, theme.fused) > 300);
}

// A marker beyond the axis is not painted at its edge, and values beyond given ends are cut off.
void TestLinePlot::hidesWhatLiesOutside()
{
    LinePlot plot;
    fill(plot, dark());
    plot.setMarker(PlotMarker{40.0, QStringLiteral("nowhere")});
    QCOMPARE(pixelsOf(pictureOf(plot), dark().accent), 0);

    PlotMeasure frames;
    frames.low = 1.0;
    frames.high = 17.0;
    PlotMeasure level;
    level.low = 100.0;
    level.high = 200.0;
    plot.setMeasures(frames, level);
    plot.setSeries({curves(dark())[0]});
    QCOMPARE(pixelsOf(pictureOf(plot), dark().fused), 0);
}

void TestLinePlot::emptyPlotSaysSo()
{
    LinePlot plot;
    plot.resize(300, 150);
    const QImage empty = pictureOf(plot);
    QVERIFY(pixelsOf(empty, dark().line) < 20); // no grid; the edges of letters may have its colour
    plot.setEmptyText(QString());
    QVERIFY(pictureOf(plot) != empty); // there were words
    plot.setSeries({{QStringLiteral("broken"), {{1.0, std::nan("")}, {std::nan(""), 1.0}}, Qt::red}});
    QCOMPARE(pixelsOf(pictureOf(plot), Qt::red), 0);
}

void TestLinePlot::describesItself()
{
    LinePlot plot;
    QCOMPARE(plot.accessibleDescription(), QStringLiteral("No numbers yet"));
    PlotMeasure frames;
    frames.title = QStringLiteral("frame");
    PlotMeasure decibels;
    decibels.unit = QStringLiteral("dB");
    plot.setMeasures(frames, decibels);
    plot.setSeries({{QStringLiteral("A"), {{1, 35.5}, {2, std::nan("")}, {3, 36.25}}, Qt::white}});
    plot.setMarker(PlotMarker{3.0, QStringLiteral("worst")});
    QCOMPARE(plot.accessibleDescription(),
             QStringLiteral("A: 2 points, 35.5 to 36.25 dB. Marker at frame 3: worst."));
}

void TestLinePlot::settersThatChangeNothingPaintNothing()
{
    struct Counter : QObject {
        int updates = 0;
        bool eventFilter(QObject *, QEvent *event) override
        {
            updates += event->type() == QEvent::Paint ? 1 : 0;
            return false;
        }
    } counter;
    LinePlot plot;
    fill(plot, dark());
    plot.show();
    QVERIFY(QTest::qWaitForWindowExposed(&plot));
    QCoreApplication::processEvents();
    plot.installEventFilter(&counter);
    fill(plot, dark());
    QCoreApplication::processEvents();
    QCOMPARE(counter.updates, 0);
    plot.setMarker(std::nullopt);
    QTRY_COMPARE(counter.updates, 1);
}

void TestLinePlot::savesSvg()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("plot.svg"));
    LinePlot plot;
    fill(plot, dark());
    QVERIFY(plot.saveSvg(path));
    QSvgRenderer renderer(path);
    QVERIFY(renderer.isValid());
    QCOMPARE(renderer.viewBox(), QRect(0, 0, 640, 200));
    QImage image(640, 200, QImage::Format_RGB32);
    image.fill(Qt::black);
    QPainter painter(&image);
    renderer.render(&painter);
    painter.end();
    QVERIFY(pixelsOf(image, dark().fused) > 100);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    QVERIFY(text.contains("PSNR per frame"));
    QVERIFY(text.contains("worst: frame 9"));
}

void TestLinePlot::svgThatCannotBeWritten()
{
    QTemporaryDir folder;
    LinePlot plot;
    fill(plot, dark());
    QVERIFY(!plot.saveSvg(folder.filePath(QStringLiteral("no/such/folder/plot.svg"))));
    QVERIFY(QDir(folder.path()).isEmpty());
}

QTEST_MAIN(TestLinePlot)
#include "tst_line_plot.moc"
