// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <QSignalSpy>

#include <limits>

#include "core/domain/colour_map.h"
#include "core/domain/reduction_plan.h"
#include "tests/support/fake_maps.h"
#include "tests/support/fake_pipeline.h"
#include "tests/support/pictures.h"
#include "tests/widgets/view_fixture.h"
#include "widgets/film/film_strip.h"

using namespace faststar;
using namespace faststar::widgets;
using namespace faststar::test;

namespace
{

const Theme &dark()
{
    return themeOf(ThemeKind::Dark);
}

GenerationRequest demoRequest()
{
    GenerationRequest request;
    request.size = "0.06M";
    request.aspect = {7, 4};
    return request;
}

// An image clip and one video clip of four latent frames, eleven scales each.
std::shared_ptr<const Schedule> demoSchedule()
{
    return std::make_shared<Schedule>(scheduleOf(demoRequest(), fakeModel()).value());
}

std::shared_ptr<const std::vector<Image>> pictures(int count, std::uint8_t red)
{
    return std::make_shared<std::vector<Image>>(std::size_t(count), filled(21, 12, red, 0, 0));
}

// Five rows from scale 17 on are seen in 228 pixels; all eleven in 470.
void fill(FilmStrip &strip)
{
    strip.resize(508, 470);
    strip.setSchedule(demoSchedule());
}

// Codes of eight bits, all the same.
std::shared_ptr<const StepRecord> recordOf(const GridShape &shape, std::uint8_t code)
{
    auto record = std::make_shared<StepRecord>();
    record->bits = {8, shape.tokens(), std::vector<std::uint8_t>(std::size_t(shape.tokens()), code)};
    return record;
}

QPoint cellOf(int row, int column)
{
    static const int lefts[] = {96, 164, 224, 284, 344};
    return {lefts[column] + 28, 24 + 40 * row + 20};
}

} // namespace

class TestFilmStrip : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void columnsAreClipsAndFrames();
    void statesLookDifferent();
    void keptBarTellsShares();
    void takesStepsFromTheEngine();
    void modes();
    void cursorByMouseAndKeys();
    void followsUntilTouched();
    void scrollsWithManyFrames();
    void speaks();
    void survivesNonsense();
    void showcase();
};

void TestFilmStrip::columnsAreClipsAndFrames()
{
    const auto schedule = demoSchedule();
    const FilmLayout layout = FilmLayout::of(*schedule);
    QCOMPARE(layout.rows, 11);
    QCOMPARE(layout.columns.size(), std::size_t(5));
    QCOMPARE(layout.columns[1].left, 56.0 + 12.0);
    QCOMPARE(layout.columns[2].left, 56.0 + 12.0 + 60.0);
    QCOMPARE(FilmLayout::scaleOf(*schedule, 1, 10), 21);
    QCOMPARE(FilmLayout::scaleOf(*schedule, 1, 11), -1);
    QCOMPARE(FilmLayout::rowOf(*schedule, 21), 10);
    QCOMPARE(FilmLayout::rowOf(*schedule, -1), -1);
    QCOMPARE(layout.columnOf(1, 3), 4);
    QCOMPARE(layout.columnOf(2, 0), -1);
}

void TestFilmStrip::statesLookDifferent()
{
    FilmStrip strip;
    fill(strip);
    const QPoint cell = cellOf(3, 2);
    QCOMPARE(pictureOf(strip).pixelColor(cell), dark().panel); // to come: only a dashed line
    QVERIFY(pixelsOf(pictureOf(strip), dark().track, QRect(224, 148, 56, 32)) > 40);
    strip.setScale(14, {ScaleState::Done, 10, 10, pictures(5, 200), nullptr});
    QCOMPARE(pictureOf(strip).pixelColor(cell), QColor(200, 0, 0));
    // In work without a picture of its own: the one before at half strength.
    strip.setScale(15, {ScaleState::InWork, 10, 10, nullptr, nullptr});
    const QColor half = pictureOf(strip).pixelColor(cellOf(4, 2));
    QVERIFY2(std::abs(half.red() - (200 + dark().panel.red()) / 2) <= 1, qPrintable(half.name()));
    strip.setCursor({1, 14, 0, 1});
    const QImage picture = pictureOf(strip);
    QCOMPARE(picture.pixelColor(224 - 2, 24 + 3 * 40 + 20), dark().accent);
    QCOMPARE(picture.pixelColor(4, 24 + 3 * 40 + 20), dark().accentSoft);
    QCOMPARE(picture.pixelColor(344 - 2, 24 + 3 * 40 + 20), dark().accentSoft);
}

void TestFilmStrip::keptBarTellsShares()
{
    FilmStrip strip;
    fill(strip);
    strip.setCursor({1, 11, 0, 0});
    strip.setScale(18, {ScaleState::Done, 25, 100, nullptr, nullptr});
    const QRect bar(412, 24 + 7 * 40 + 24, 80, 4);
    const QImage picture = pictureOf(strip);
    QVERIFY(std::abs(pixelsOf(picture, dark().kept, bar) - 4 * 20) <= 8);
    QCOMPARE(picture.pixelColor(413, bar.top() + 1), dark().kept);
    QVERIFY(pixelsOf(picture, dark().panel, QRect(440, bar.top(), 40, 4)) >
            40); // between the lines of a hatch
    strip.setScale(18, {ScaleState::ToCome, 25, 100, nullptr, nullptr});
    QCOMPARE(pixelsOf(pictureOf(strip), dark().kept, bar), 0); // a forecast is fainter
}

void TestFilmStrip::takesStepsFromTheEngine()
{
    FilmStrip strip;
    fill(strip);
    StepEvent step;
    step.index = {1, 18, 7, 0, 36};
    step.tokens = 264;
    step.kept = 211;
    step.pruned = true;
    step.preview = pictures(5, 90);
    strip.setCursor({1, 18, 0, 0});
    strip.takeStep(step);
    QCOMPARE(spokenBy(strip), QStringLiteral("scale 18, 6×11, τ 0, in work, 211 of 264 tokens kept"));
    step.index.repetition = 1;
    step.kept = 264;
    step.pruned = false;
    step.preview = pictures(5, 120);
    strip.takeStep(step);
    QCOMPARE(spokenBy(strip), QStringLiteral("scale 18, 6×11, τ 0, done, 211 of 264 tokens kept"));
    QCOMPARE(pictureOf(strip).pixelColor(cellOf(7, 4)), QColor(120, 0, 0));
}

void TestFilmStrip::modes()
{
    const auto schedule = demoSchedule();
    FilmStrip strip;
    strip.resize(508, 470);
    strip.setSchedule(schedule);
    strip.setScale(11, {ScaleState::Done, 4, 4, pictures(5, 100), nullptr});
    strip.setScale(12, {ScaleState::Done, 4, 4, pictures(5, 110), nullptr});
    strip.setScale(14, {ScaleState::Done, 4, 4, nullptr, recordOf(schedule->scales[14].shape, 0)});
    strip.setScale(15, {ScaleState::Done, 4, 4, nullptr, recordOf(schedule->scales[15].shape, 0xFF)});
    strip.setScale(16, {ScaleState::Done, 4, 4, nullptr, recordOf(schedule->scales[16].shape, 0xFF)});
    strip.setMode(FilmStrip::Mode::Added);
    QCOMPARE(pictureOf(strip).pixelColor(cellOf(1, 2)), QColor(168, 128, 128)); // four times as much
    strip.setMode(FilmStrip::Mode::Bits);
    const QImage picture = pictureOf(strip);
    const auto &table = colourTable(ColourMap::Viridis);
    QCOMPARE(picture.pixelColor(cellOf(4, 2)), QColor(table[255][0], table[255][1], table[255][2])); // all
    QCOMPARE(picture.pixelColor(cellOf(5, 2)), QColor(table[0][0], table[0][1], table[0][2]));       // none
    QCOMPARE(picture.pixelColor(cellOf(3, 2)), dark().panel); // nothing to compare with
    QCOMPARE(picture.pixelColor(cellOf(1, 2)), dark().panel); // nothing known
}

void TestFilmStrip::cursorByMouseAndKeys()
{
    FilmStrip strip;
    fill(strip);
    QSignalSpy moved(&strip, &FilmStrip::cursorMoved);
    QTest::mouseClick(&strip, Qt::LeftButton, {}, cellOf(8, 3));
    QCOMPARE(moved.last(), (QVariantList{1, 19, 0, 2}));
    QTest::keyClick(&strip, Qt::Key_Right);
    QCOMPARE(moved.last(), (QVariantList{1, 19, 0, 3}));
    QTest::keyClick(&strip, Qt::Key_Right); // the edge
    QCOMPARE(moved.last(), (QVariantList{1, 19, 0, 3}));
    QTest::keyClick(&strip, Qt::Key_Up);
    QCOMPARE(moved.last(), (QVariantList{1, 18, 0, 3}));
    QTest::keyClick(&strip, Qt::Key_Home);
    QCOMPARE(moved.last(), (QVariantList{1, 11, 0, 3}));
    QTest::mouseClick(&strip, Qt::LeftButton, {}, cellOf(2, 0)); // the image clip
    QCOMPARE(moved.last(), (QVariantList{0, 2, 0, 0}));
    const auto count = moved.count();
    QTest::mouseClick(&strip, Qt::LeftButton, {}, {100, 8}); // the heads
    QCOMPARE(moved.count(), count);
}

void TestFilmStrip::followsUntilTouched()
{
    FilmStrip strip;
    strip.resize(508, 228);
    strip.setSchedule(demoSchedule());
    strip.setScale(21, {ScaleState::Done, 1, 1, pictures(5, 200), nullptr});
    strip.setCursor({1, 21, 0, 0});
    QVERIFY(pixelsOf(pictureOf(strip), QColor(200, 0, 0)) > 1000); // scrolled to
    QSignalSpy following(&strip, &FilmStrip::followingChanged);
    const QPointF at(200, 100);
    QWheelEvent wheel(at, strip.mapToGlobal(at), {}, {0, 120 * 20}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&strip, &wheel);
    QVERIFY(!strip.isFollowing());
    QCOMPARE(following.last(), QVariantList{false});
    QCOMPARE(pixelsOf(pictureOf(strip), QColor(200, 0, 0)), 0);
    strip.setCursor({1, 20, 0, 0});
    QCOMPARE(pixelsOf(pictureOf(strip), QColor(200, 0, 0)), 0);    // stays where it was put
    QTest::mouseClick(&strip, Qt::LeftButton, {}, {508 - 30, 10}); // the chip
    QVERIFY(strip.isFollowing());
    QCOMPARE(following.last(), QVariantList{true});
    QVERIFY(pixelsOf(pictureOf(strip), QColor(200, 0, 0)) > 1000);
}

void TestFilmStrip::scrollsWithManyFrames()
{
    auto schedule = std::make_shared<Schedule>();
    schedule->clips = {{0, 1}, {1, 20}};
    for (int clip = 0; clip < 2; ++clip)
        for (int scale = 0; scale < 3; ++scale)
            schedule->scales.push_back({clip * 3 + scale, clip, scale, {clip == 0 ? 1 : 20, 4, 7}});
    FilmStrip strip;
    strip.resize(508, 228);
    strip.setSchedule(schedule);
    strip.setScale(3, {ScaleState::Done, 1, 1, pictures(21, 200), nullptr});
    strip.setCursor({1, 3, 0, 19});
    const QImage picture = pictureOf(strip, QStringLiteral("film-wide"));
    QVERIFY(pixelsOf(picture, dark().accent, {96, 24, 320, 40}) > 100);
}

void TestFilmStrip::speaks()
{
    FilmStrip strip;
    QCOMPARE(spokenBy(strip), QStringLiteral("No scales yet"));
    fill(strip);
    strip.setScale(19, {ScaleState::InWork, 291, 416, nullptr, nullptr});
    strip.setCursor({1, 19, 0, 2});
    QCOMPARE(spokenBy(strip), QStringLiteral("scale 19, 8×13, τ 2, in work, 291 of 416 tokens kept"));
    strip.setCursor({0, 3, 0, 0});
    QVERIFY(spokenBy(strip).startsWith(QStringLiteral("scale 3, ")));
    QVERIFY(spokenBy(strip).endsWith(QStringLiteral("image clip, to come")));
    QCOMPARE(strip.table().rows.size(), std::size_t(22));
    QCOMPARE(strip.table().rows[19][3], QStringLiteral("291"));
}

void TestFilmStrip::survivesNonsense()
{
    FilmStrip strip;
    pictureOf(strip);
    QTest::keyClick(&strip, Qt::Key_Down);
    QTest::mouseClick(&strip, Qt::LeftButton, {}, {100, 100});
    strip.setScale(5, {});
    StepEvent lost;
    lost.index.scale = 99;
    strip.takeStep(lost);
    fill(strip);
    strip.setScale(99, {ScaleState::Done, 1, 1, nullptr, nullptr});
    strip.setScale(-1, {});
    strip.takeStep(lost);
    strip.setScale(20, {ScaleState::Done, -5, 0, std::make_shared<std::vector<Image>>(2, Image{}), nullptr});
    strip.setScale(21, {ScaleState::Done, std::numeric_limits<std::int64_t>::max(), 3, nullptr,
                        std::make_shared<StepRecord>()});
    strip.setScale(20, {ScaleState::Done, 1, 1, nullptr, std::make_shared<StepRecord>()});
    strip.setCursor({77, -3, 4, -9});
    strip.setMode(FilmStrip::Mode::Bits);
    pictureOf(strip);
    strip.setMode(FilmStrip::Mode::Added);
    pictureOf(strip);
    strip.resize(1, 1);
    pictureOf(strip);
    strip.setSchedule(std::make_shared<Schedule>());
    pictureOf(strip);
    QTest::keyClick(&strip, Qt::Key_Down);
    QCOMPARE(spokenBy(strip), QStringLiteral("No scales yet"));
}

void TestFilmStrip::showcase()
{
    const auto schedule = demoSchedule();
    const auto plan = planSteps(demoRequest(), fakeModel(), *schedule);
    for (const auto &[kind, name] : kThemes) {
        FilmStrip strip;
        strip.setTheme(themeOf(kind));
        strip.resize(508, 228);
        strip.setSchedule(schedule);
        for (const PlannedStep &step : plan) {
            if (step.repetition > 0)
                continue;
            const ScaleState state = step.scale < 19   ? ScaleState::Done
                                     : step.scale > 19 ? ScaleState::ToCome
                                                       : ScaleState::InWork;
            const double done = (step.scale % 11 + 1) / 11.0;
            strip.setScale(step.scale,
                           {state, step.run, step.tokens,
                            state == ScaleState::Done ? fakeFrames(7, 21, 12, 5, done) : nullptr, nullptr});
        }
        strip.setCursor({1, 19, 0, 2});
        QVERIFY(!pictureOf(strip, QStringLiteral("film-%1").arg(QLatin1String(name))).isNull());
        strip.setFollowing(false);
        strip.setMode(FilmStrip::Mode::Added);
        QVERIFY(!pictureOf(strip, QStringLiteral("film-added-%1").arg(QLatin1String(name))).isNull());
    }
}

QTEST_MAIN(TestFilmStrip)
#include "tst_film_strip.moc"
