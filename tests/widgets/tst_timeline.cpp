// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <QSignalSpy>

#include <cmath>
#include <limits>

#include "core/domain/reduction_plan.h"
#include "tests/support/fake_pipeline.h"
#include "tests/widgets/view_fixture.h"
#include "widgets/timeline/progress_segments.h"
#include "widgets/timeline/timeline_view.h"
#include "widgets/timeline/waterfall_view.h"

using namespace faststar;
using namespace faststar::widgets;
using namespace faststar::test;

namespace
{

const Theme &dark()
{
    return themeOf(ThemeKind::Dark);
}

TimelineStep doneStep(int clip, int scale, const StageTimes &times, std::int64_t kept, std::int64_t tokens,
                      double unpruned)
{
    return {{clip, scale, scale, 0, scale}, {1, 4, 7}, StepState::Done, times, 0.0, unpruned, kept, tokens};
}

// Chart from (48, 8) to (388, 148): two columns of 162 around the gap between the clips.
void fill(TimelineView &view)
{
    view.resize(400, 200);
    StageTimes times;
    times.blocks = 60.0;
    times.head = 20.0;
    times.quantizer = 10.0;
    times.pruning = 10.0;
    view.setSteps({doneStep(0, 0, {50.0, 0, 0, 0, 0}, 28, 28, 0.0), doneStep(1, 1, times, 50, 100, 200.0)});
}

// Height of a colour in the middle of a column.
int heightOf(const QImage &picture, int x, const QColor &colour)
{
    return pixelsOf(picture, colour, {x, 0, 1, picture.height()});
}

// A run of the demo schedule stopped at a step, with times like a small machine's.
std::vector<TimelineStep> demoSteps(int current)
{
    GenerationRequest request;
    request.size = "0.06M";
    request.aspect = {7, 4};
    const Schedule schedule = scheduleOf(request, fakeModel()).value();
    std::vector<TimelineStep> steps;
    int number = 0;
    for (const PlannedStep &plan : planSteps(request, fakeModel(), schedule)) {
        const Scale &scale = schedule.scales[std::size_t(plan.scale)];
        TimelineStep step;
        step.index = {scale.clip, plan.scale, scale.indexInClip, plan.repetition, number};
        step.shape = scale.shape;
        step.kept = plan.run;
        step.tokens = plan.tokens;
        step.expectedMs = 8.0 + 0.229 * double(plan.run);
        step.unprunedMs = 8.0 + 0.229 * double(plan.tokens);
        step.state = number < current    ? StepState::Done
                     : number == current ? StepState::InWork
                                         : StepState::ToCome;
        const double overhead = plan.run < plan.tokens ? 10.0 : 0.0;
        step.times = {0.78 * step.expectedMs, 0.14 * step.expectedMs, 0.08 * step.expectedMs, overhead, 0.0};
        steps.push_back(step);
        ++number;
    }
    return steps;
}

} // namespace

class TestTimeline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void stacksWhatTookTheTime();
    void statesLookDifferent();
    void tokensInsteadOfTime();
    void cursorByMouseAndKeys();
    void speaks();
    void segmentsAreAsWideAsTheirCost();
    void segmentsSpeak();
    void waterfallCutsItsAxis();
    void waterfallSpeaks();
    void survivesNonsense();
    void showcase();
};

void TestTimeline::stacksWhatTookTheTime()
{
    TimelineView view;
    fill(view);
    const QImage picture = pictureOf(view);
    const double perMs = 140.0 / (200.0 * 1.02);
    const auto isNear = [](int actual, double wanted) { return std::abs(actual - wanted) <= 1.5; };
    QVERIFY(isNear(heightOf(picture, 100, dark().stage1), 50 * perMs));
    const int x = 300;
    QVERIFY(isNear(heightOf(picture, x, dark().stage1), 60 * perMs));
    QVERIFY(isNear(heightOf(picture, x, dark().stage2), 20 * perMs));
    QVERIFY(isNear(heightOf(picture, x, dark().stage3), 10 * perMs));
    QVERIFY(isNear(heightOf(picture, x, dark().overhead), 10 * perMs));
    // Above it the hatch: panel with lines.
    const QRect above(230, int(148 - 195 * perMs), 150, int(90 * perMs));
    const int plain = pixelsOf(picture, dark().panel, above);
    QVERIFY(plain > 0.4 * above.width() * above.height() && plain < 0.9 * above.width() * above.height());
}

void TestTimeline::statesLookDifferent()
{
    TimelineView view;
    fill(view);
    TimelineStep step = doneStep(1, 1, {}, 50, 100, 0.0);
    step.expectedMs = 40.0;
    step.state = StepState::ToCome;
    view.setStep(1, step);
    QImage picture = pictureOf(view);
    QCOMPARE(heightOf(picture, 300, dark().stage1), 0);
    QVERIFY(pixelsOf(picture, dark().control, {220, 20, 168, 130}) > 80); // dashed outline
    step.state = StepState::InWork;
    view.setStep(1, step);
    picture = pictureOf(view);
    const QColor mixed = picture.pixelColor(300, 146);
    QVERIFY(mixed.blue() > mixed.red() + 40);
    view.setStep(7, step); // there is none
    view.setCursor(1);
    QVERIFY(pixelsOf(pictureOf(view), dark().accent, {200, 149, 188, 6}) > 10);
    view.setCursor(2);
    QVERIFY(!view.cursor());
}

void TestTimeline::tokensInsteadOfTime()
{
    TimelineView view;
    fill(view);
    QSignalSpy changed(&view, &TimelineView::unitChanged);
    QTest::mouseClick(&view, Qt::LeftButton, {}, {30, 186});
    QCOMPARE(view.unit(), TimelineView::Unit::Tokens);
    QCOMPARE(changed.count(), 1);
    const QImage picture = pictureOf(view);
    QCOMPARE(heightOf(picture, 300, dark().stage1), 0);
    QVERIFY(std::abs(heightOf(picture, 230, dark().kept) - 50 * 140.0 / 102.0) <= 1.5);
    QTest::keyClick(&view, Qt::Key_T);
    QCOMPARE(view.unit(), TimelineView::Unit::Milliseconds);
}

void TestTimeline::cursorByMouseAndKeys()
{
    TimelineView view;
    fill(view);
    QSignalSpy picked(&view, &TimelineView::stepPicked);
    QTest::mouseClick(&view, Qt::LeftButton, {}, {300, 60});
    QCOMPARE(picked.last(), QVariantList{1});
    QTest::keyClick(&view, Qt::Key_Left);
    QCOMPARE(picked.last(), QVariantList{0});
    QTest::keyClick(&view, Qt::Key_Left);
    QCOMPARE(picked.last(), QVariantList{0});
    QTest::keyClick(&view, Qt::Key_End);
    QCOMPARE(picked.last(), QVariantList{1});
    const auto count = picked.count();
    QTest::mouseClick(&view, Qt::LeftButton, {}, {10, 60}); // the axis
    QCOMPARE(picked.count(), count);
}

void TestTimeline::speaks()
{
    TimelineView view;
    QCOMPARE(spokenBy(view), QStringLiteral("No steps yet"));
    fill(view);
    QCOMPARE(spokenBy(view), QStringLiteral("2 of 2 steps"));
    view.setCursor(1);
    QCOMPARE(
        spokenBy(view),
        QStringLiteral("step 1.0, 4×7, 100 ms: blocks 60, head and sampling 20, quantiser 10, overhead 10, "
                       "100 ms saved, 50 of 100 tokens"));
    QCOMPARE(view.table().rows.size(), std::size_t(2));
    QCOMPARE(view.table().rows[1][7], QStringLiteral("200"));
}

void TestTimeline::segmentsAreAsWideAsTheirCost()
{
    ProgressSegments bar(true);
    bar.resize(303, 28);
    bar.setSegments({{QStringLiteral("Video clip"), 2.0, 1.0}, {QStringLiteral("Decode"), 1.0, 0.5}});
    QImage picture = pictureOf(bar);
    QCOMPARE(heightOf(picture, 100, dark().stage1), 8);
    QCOMPARE(picture.pixelColor(198, 4), dark().stage1);
    QCOMPARE(picture.pixelColor(201, 4), dark().panel); // the gap
    QCOMPARE(picture.pixelColor(230, 4), dark().accent);
    QCOMPARE(picture.pixelColor(280, 4), dark().line);
    QVERIFY(std::abs(bar.done() - 2.5 / 3.0) < 1e-9);
    bar.setSegments({{QStringLiteral("Video clip"), 2.0, 1.0}, {QStringLiteral("Decode"), 1.0, 0.0, true}});
    QVERIFY(pixelsOf(pictureOf(bar), dark().danger) > 100);
    // A part of next to no cost is still seen, and nothing runs over the edge.
    bar.setSegments({{QStringLiteral("a"), 0.0, 1.0}, {QStringLiteral("b"), 5.0, 0.0}});
    picture = pictureOf(bar);
    QCOMPARE(picture.pixelColor(3, 4), dark().stage1);
    QCOMPARE(picture.pixelColor(300, 4), dark().line);
}

void TestTimeline::segmentsSpeak()
{
    ProgressSegments bar(false);
    bar.setSegments({{QStringLiteral("Video clip"), 2.0, 0.5}, {QStringLiteral("Decode"), 2.0, 0.0}});
    QCOMPARE(spokenBy(bar), QStringLiteral("25 %, Video clip in work"));
    bar.setSegments({{QStringLiteral("x"), std::nan(""), std::nan("")}, {QStringLiteral("y"), -5.0, 7.0}});
    QCOMPARE(spokenBy(bar), QStringLiteral("0 %"));
    pictureOf(bar);
    bar.setSegments({});
    bar.resize(1, 1);
    pictureOf(bar);
}

void TestTimeline::waterfallCutsItsAxis()
{
    using Kind = WaterfallPart::Kind;
    WaterfallView view;
    view.resize(476, 216);
    view.setParts({{QStringLiteral("Unpruned"), Kind::Total, 4000.0},
                   {QStringLiteral("Blocks"), Kind::Change, -3000.0},
                   {QStringLiteral("Scoring"), Kind::Change, 200.0},
                   {QStringLiteral("This run"), Kind::Total, 1200.0}});
    QCOMPARE(view.cutAt(), 0.0);
    QVERIFY(!view.sentence().contains(QStringLiteral("cut")));
    QImage picture = pictureOf(view);
    const int tallest = heightOf(picture, 40, dark().stage1);
    QVERIFY(std::abs(heightOf(picture, 430, dark().stage1) - 0.3 * tallest) <= 2.0);
    QVERIFY(std::abs(heightOf(picture, 170, dark().kept) - 0.75 * tallest) <= 2.0);
    QVERIFY(std::abs(heightOf(picture, 300, dark().overhead) - 0.05 * tallest) <= 2.0);
    view.setParts({{QStringLiteral("Unpruned"), Kind::Total, 4000.0},
                   {QStringLiteral("Blocks"), Kind::Change, -200.0},
                   {QStringLiteral("This run"), Kind::Total, 3800.0}});
    QCOMPARE(view.cutAt(), 3500.0);
    QVERIFY(view.sentence().contains(QStringLiteral("Bars are cut at 3.5 s.")));
    picture = pictureOf(view);
    // The break leaves a gap in the bar.
    const int high = heightOf(picture, 40, dark().stage1);
    QVERIFY(pixelsOf(picture, dark().panel, {40, 32, 1, high}) >= 3);
}

void TestTimeline::waterfallSpeaks()
{
    using Kind = WaterfallPart::Kind;
    WaterfallView view;
    QCOMPARE(spokenBy(view), QStringLiteral("No unpruned run to compare with"));
    view.setParts({{QStringLiteral("Unpruned"), Kind::Total, 3990.0},
                   {QStringLiteral("Blocks"), Kind::Change, -215.0},
                   {QStringLiteral("This run"), Kind::Total, 3775.0}});
    view.setCeiling({2.2, 3.44, 3.99});
    const QString spoken = spokenBy(view);
    QVERIFY2(
        spoken.startsWith(QStringLiteral("Unpruned 3.99 s, Blocks −215 ms, This run 3.77 s. Bars are cut")) ||
            spoken.startsWith(
                QStringLiteral("Unpruned 3.99 s, Blocks −215 ms, This run 3.78 s. Bars are cut")),
        qPrintable(spoken));
    QVERIFY(spoken.endsWith(QStringLiteral(
        "Decode, 2.20 s, is never pruned. Ceiling with every prunable token gone: 3.44 s, 1.16×.")));
    QCOMPARE(view.table().rows[1][1], QStringLiteral("−215 ms"));
}

void TestTimeline::survivesNonsense()
{
    TimelineView view;
    pictureOf(view);
    QTest::keyClick(&view, Qt::Key_Left);
    TimelineStep absurd = doneStep(
        -3, -4, {std::nan(""), -5.0, 1e300, 0, std::numeric_limits<double>::infinity()}, -9, 5, std::nan(""));
    view.setSteps({absurd, absurd});
    view.setCursor(0);
    view.resize(300, 180);
    pictureOf(view);
    view.setUnit(TimelineView::Unit::Tokens);
    pictureOf(view);
    view.resize(5, 5);
    pictureOf(view);
    view.setSteps(std::vector<TimelineStep>(5000, doneStep(1, 1, {1.0, 0, 0, 0, 0}, 1, 2, 3.0)));
    view.resize(300, 180);
    pictureOf(view);
    view.setSteps({});
    QVERIFY(!view.cursor());

    WaterfallView waterfall;
    using Kind = WaterfallPart::Kind;
    waterfall.setParts({{QString(), Kind::Change, std::nan("")}, {QString(), Kind::Total, -1e30}});
    waterfall.setCeiling({std::nan(""), -1.0, 0.0});
    pictureOf(waterfall);
    waterfall.setParts({{QStringLiteral("one"), Kind::Total, 5.0}});
    waterfall.resize(10, 10);
    pictureOf(waterfall);
}

void TestTimeline::showcase()
{
    using Kind = WaterfallPart::Kind;
    for (const auto &[kind, name] : kThemes) {
        TimelineView view;
        ProgressSegments bar(true);
        WaterfallView waterfall;
        for (PaintedView *one : std::initializer_list<PaintedView *>{&view, &bar, &waterfall})
            one->setTheme(themeOf(kind));
        view.resize(476, 200);
        view.setSteps(demoSteps(kind == ThemeKind::Light ? 43 : 38));
        view.setCursor(38);
        bar.resize(452, 28);
        bar.setSegments({{QStringLiteral("Image clip"), 0.5, 1.0},
                         {QStringLiteral("Video clip"), 1.0, 0.33},
                         {QStringLiteral("Decode"), 2.2, 0.0},
                         {QStringLiteral("Encode"), 0.05, 0.0}});
        waterfall.resize(476, 216);
        waterfall.setParts({{QStringLiteral("Unpruned"), Kind::Total, 3990.0},
                            {QStringLiteral("Blocks"), Kind::Change, -229.0},
                            {QStringLiteral("Head, sampling"), Kind::Change, -26.0},
                            {QStringLiteral("Scoring, top-k"), Kind::Change, 24.0},
                            {QStringLiteral("Gather, scatter"), Kind::Change, 16.0},
                            {QStringLiteral("This run"), Kind::Total, 3775.0}});
        waterfall.setCeiling({2.2, 3.44, 3.99});
        const QString theme = QString::fromLatin1(name);
        QVERIFY(!pictureOf(view, QStringLiteral("timeline-") + theme).isNull());
        QVERIFY(!pictureOf(bar, QStringLiteral("progress-") + theme).isNull());
        QVERIFY(!pictureOf(waterfall, QStringLiteral("waterfall-") + theme).isNull());
        view.setUnit(TimelineView::Unit::Tokens);
        QVERIFY(!pictureOf(view, QStringLiteral("timeline-tokens-") + theme).isNull());
    }
}

QTEST_MAIN(TestTimeline)
#include "tst_timeline.moc"
