// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <QLineEdit>
#include <QSignalSpy>

#include <cmath>
#include <limits>

#include "tests/widgets/view_fixture.h"
#include "widgets/ratios/frame_shares.h"
#include "widgets/ratios/norm_slider.h"
#include "widgets/ratios/ratio_editor.h"

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

std::vector<RatioScale> demoScales()
{
    return {{18, {4, 6, 11}, 264, 200, 200, true},
            {19, {4, 8, 13}, 416, 300, 300, false},
            {20, {4, 9, 16}, 576, 500, 400, false},
            {21, {4, 12, 21}, 1008, 850, 700, false}};
}

void fill(RatioEditor &editor)
{
    editor.setScales(demoScales());
    editor.resize(editor.sizeHint());
}

QLineEdit *fieldOf(QWidget &widget)
{
    return widget.findChild<QLineEdit *>();
}

} // namespace

class TestRatioEditor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void paintsBarsAndChanges();
    void smallFormIsRows();
    void dragging();
    void keys();
    void typing();
    void locking();
    void speaks();
    void normSlider();
    void frameShares();
    void survivesNonsense();
    void showcase();
};

void TestRatioEditor::paintsBarsAndChanges()
{
    RatioEditor editor(RatioEditor::Form::Large);
    fill(editor);
    const QImage picture = pictureOf(editor);
    // Bars of 40 x 112 at 12, 164, 316, 468; the kept part is below.
    QCOMPARE(picture.pixelColor(20, 115), dark().kept);
    QCOMPARE(picture.pixelColor(332, 8 + 112 - 10), dark().kept);
    QVERIFY(pixelsOf(picture, dark().kept, {316, 8, 40, 50}) == 0);     // half of it is pruned
    QCOMPARE(picture.pixelColor(336, 8 + 56), dark().accent);           // the handle of a changed one
    QCOMPARE(picture.pixelColor(184, 8 + 34), dark().text);             // and of one as run
    QVERIFY(pixelsOf(picture, dark().text, {310, 8 + 44, 52, 2}) > 20); // the run's value, dashed
    QCOMPARE(picture.pixelColor(32, 8 + 25), dark().kept);              // a locked one has no handle
}

void TestRatioEditor::smallFormIsRows()
{
    RatioEditor editor(RatioEditor::Form::Small);
    fill(editor);
    QCOMPARE(editor.sizeHint().height(), 4 * 28 + 3 * 2);
    const QImage picture = pictureOf(editor); // bars from 88 to 228
    const int middle = 30 + 14;
    QCOMPARE(picture.pixelColor(90, middle), dark().kept);
    QCOMPARE(picture.pixelColor(88 + 98, middle), dark().text); // 70 % kept
    QVERIFY(pixelsOf(picture, dark().kept, {88 + 102, 30, 36, 28}) == 0);
    QCOMPARE(picture.pixelColor(88 + 70, 60 + 14), dark().accent); // 50 %, was 40 %
}

void TestRatioEditor::dragging()
{
    RatioEditor editor(RatioEditor::Form::Large);
    fill(editor);
    QSignalSpy changed(&editor, &RatioEditor::ratioChanged);
    QSignalSpy committed(&editor, &RatioEditor::ratioCommitted);
    QTest::mousePress(&editor, Qt::LeftButton, {}, {184, 8 + 56});
    QCOMPARE(changed.last(), (QVariantList{1, 500}));
    const auto move = [&](QPointF to, Qt::KeyboardModifiers keys) {
        QMouseEvent event(QEvent::MouseMove, to, editor.mapToGlobal(to), Qt::NoButton, Qt::LeftButton, keys);
        QCoreApplication::sendEvent(&editor, &event);
    };
    move({184, 8 + 57.1}, {});
    QCOMPARE(changed.last(), (QVariantList{1, 510}));
    move({184, 8 + 57.3}, Qt::ShiftModifier);
    QCOMPARE(changed.last(), (QVariantList{1, 512}));
    move({900, -500}, {}); // beyond the end
    QCOMPARE(changed.last(), (QVariantList{1, 0}));
    move({184, 91000}, {});
    QCOMPARE(changed.last(), (QVariantList{1, 1000}));
    QCOMPARE(committed.count(), 0);
    QTest::mouseRelease(&editor, Qt::LeftButton, {}, {184, 64});
    QCOMPARE(committed.count(), 1);
    QTest::mouseDClick(&editor, Qt::LeftButton, {}, {184, 20});
    QCOMPARE(committed.last(), (QVariantList{1, 300}));
}

void TestRatioEditor::keys()
{
    RatioEditor editor(RatioEditor::Form::Large);
    fill(editor);
    QSignalSpy committed(&editor, &RatioEditor::ratioCommitted);
    QTest::keyClick(&editor, Qt::Key_Right);
    QCOMPARE(editor.current(), 1);
    QTest::keyClick(&editor, Qt::Key_Up); // the handle goes up: more is kept
    QCOMPARE(committed.last(), (QVariantList{1, 290}));
    QTest::keyClick(&editor, Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(committed.last(), (QVariantList{1, 291}));
    QTest::keyClick(&editor, Qt::Key_PageDown);
    QCOMPARE(committed.last(), (QVariantList{1, 341}));
    QTest::keyClick(&editor, Qt::Key_Delete);
    QCOMPARE(committed.last(), (QVariantList{1, 300}));

    RatioEditor rows(RatioEditor::Form::Small);
    fill(rows);
    QSignalSpy moved(&rows, &RatioEditor::ratioChanged);
    QTest::keyClick(&rows, Qt::Key_Down);
    QTest::keyClick(&rows, Qt::Key_Left);
    QCOMPARE(moved.last(), (QVariantList{1, 310}));
}

void TestRatioEditor::typing()
{
    RatioEditor editor(RatioEditor::Form::Large);
    fill(editor);
    editor.show();
    QSignalSpy committed(&editor, &RatioEditor::ratioCommitted);
    QTest::mouseClick(&editor, Qt::LeftButton, {}, {230, 44});
    QVERIFY(fieldOf(editor)->isVisible());
    fieldOf(editor)->setText(QStringLiteral("12.5 %"));
    QTest::keyClick(fieldOf(editor), Qt::Key_Return);
    QCOMPARE(committed.last(), (QVariantList{1, 125}));
    QVERIFY(!fieldOf(editor)->isVisible());
    for (const char *text : {"abc", "nan", "", "inf", "-"}) {
        QTest::keyClick(&editor, Qt::Key_F2);
        fieldOf(editor)->setText(QString::fromLatin1(text));
        QTest::keyClick(fieldOf(editor), Qt::Key_Return);
        QCOMPARE(committed.count(), 1);
    }
    QTest::keyClick(&editor, Qt::Key_F2);
    fieldOf(editor)->setText(QStringLiteral("90"));
    QTest::keyClick(fieldOf(editor), Qt::Key_Escape);
    QCOMPARE(committed.count(), 1);
    QTest::keyClick(&editor, Qt::Key_4); // a digit begins anew
    QCOMPARE(fieldOf(editor)->text(), QStringLiteral("4"));
    QTest::keyClick(fieldOf(editor), Qt::Key_2);
    QTest::keyClick(fieldOf(editor), Qt::Key_Return);
    QCOMPARE(committed.last(), (QVariantList{1, 420}));
}

void TestRatioEditor::locking()
{
    RatioEditor editor(RatioEditor::Form::Large);
    fill(editor);
    QSignalSpy changed(&editor, &RatioEditor::ratioChanged);
    QSignalSpy locks(&editor, &RatioEditor::lockChanged);
    QTest::mouseClick(&editor, Qt::LeftButton, {}, {30, 90}); // locked
    QTest::keyClick(&editor, Qt::Key_Up);
    QTest::keyClick(&editor, Qt::Key_F2);
    QVERIFY(!fieldOf(editor)->isVisible());
    QCOMPARE(changed.count(), 0);
    QTest::mouseClick(&editor, Qt::LeftButton, {}, {80, 94}); // the lock below the count
    QCOMPARE(locks.last(), (QVariantList{0, false}));
    QTest::keyClick(&editor, Qt::Key_Up);
    QCOMPARE(changed.count(), 1);
    QTest::keyClick(&editor, Qt::Key_L);
    QCOMPARE(locks.last(), (QVariantList{0, true}));
}

void TestRatioEditor::speaks()
{
    RatioEditor editor(RatioEditor::Form::Large);
    QCOMPARE(spokenBy(editor), QStringLiteral("No prunable scale"));
    fill(editor);
    QCOMPARE(spokenBy(editor), QStringLiteral("scale 18, 6×11, 20 % pruned, 211 of 264 tokens kept, locked"));
    QTest::keyClick(&editor, Qt::Key_Right);
    QTest::keyClick(&editor, Qt::Key_Right);
    QCOMPARE(spokenBy(editor),
             QStringLiteral("scale 20, 9×16, 50 % pruned, 288 of 576 tokens kept, was 40 %"));
    QCOMPARE(editor.table().rows[3][2], QStringLiteral("85 %"));
}

void TestRatioEditor::normSlider()
{
    for (const double p : {1.0, 1.5, 2.0, 7.0, kInfinity})
        QCOMPARE(NormSlider::degreeAt(NormSlider::positionOf(p)), p);
    QCOMPARE(NormSlider::positionOf(2.0), 0.5);
    NormSlider slider(NormSlider::Form::Large);
    slider.resize(232, 48); // the track from 8 to 160
    QSignalSpy changed(&slider, &NormSlider::pChanged);
    QSignalSpy committed(&slider, &NormSlider::pCommitted);
    QTest::mouseClick(&slider, Qt::LeftButton, {}, {8, 14});
    QCOMPARE(changed.last(), QVariantList{1.0});
    QTest::mouseClick(&slider, Qt::LeftButton, {}, {86, 14}); // nearly the middle
    QCOMPARE(committed.last(), QVariantList{2.0});
    QTest::mouseClick(&slider, Qt::LeftButton, {}, {165, 14});
    QCOMPARE(committed.last(), QVariantList{kInfinity});
    QCOMPARE(spokenBy(slider), QStringLiteral("p infinite, the maximum"));
    QTest::keyClick(&slider, Qt::Key_PageDown);
    QCOMPARE(slider.p(), 2.0);
    QTest::keyClick(&slider, Qt::Key_Right);
    QCOMPARE(slider.p(), 2.08);
    QTest::keyClick(&slider, Qt::Key_PageUp);
    QCOMPARE(slider.p(), kInfinity);
    QTest::keyClick(&slider, Qt::Key_Left);
    QCOMPARE(slider.p(), 50.0);
    QTest::keyClick(&slider, Qt::Key_Right);
    QCOMPARE(slider.p(), kInfinity);
    slider.setP(4.0);
    QTest::keyClick(&slider, Qt::Key_Return);
    fieldOf(slider)->setText(QStringLiteral("0.5"));
    QTest::keyClick(fieldOf(slider), Qt::Key_Return);
    QCOMPARE(slider.p(), 4.0); // below 1
    slider.setP(std::nan(""));
    QCOMPARE(slider.p(), 4.0);
    slider.setRunP(2.0);
    QCOMPARE(spokenBy(slider), QStringLiteral("p 4, was 2"));
    QVERIFY(pixelsOf(pictureOf(slider), dark().accent) > 200);
}

void TestRatioEditor::frameShares()
{
    FrameShares shares;
    shares.setShares({{20, 40}, {39, 39}, {45, std::nullopt}, {47, 60}}, 252);
    shares.resize(316, shares.sizeHint().height());
    const QImage picture = pictureOf(shares);
    // Bars from 36 to 272, 236 wide for 60 tokens.
    QCOMPARE(picture.pixelColor(36 + 70, 12), dark().kept);
    QCOMPARE(picture.pixelColor(36 + 90, 12), dark().well);
    QVERIFY(pixelsOf(picture, dark().text2, {36 + 155, 2, 6, 20}) > 10);
    QCOMPARE(spokenBy(shares), QStringLiteral("τ 0: 20, τ 1: 39, τ 2: 45, τ 3: 47"));
}

void TestRatioEditor::survivesNonsense()
{
    for (const auto form : {RatioEditor::Form::Large, RatioEditor::Form::Small}) {
        RatioEditor editor(form);
        pictureOf(editor);
        QTest::keyClick(&editor, Qt::Key_Up);
        QTest::keyClick(&editor, Qt::Key_F2);
        QTest::mouseClick(&editor, Qt::LeftButton, {}, {30, 30});
        editor.setScales({{-7, {}, -3, 5000, -9, false}, {0, {}, 0, -5, 99999, true}});
        QCOMPARE(editor.scales()[0].permille, 1000);
        QCOMPARE(editor.scales()[1].permille, 0);
        editor.resize(20, 20);
        pictureOf(editor);
        QTest::mousePress(&editor, Qt::LeftButton, {}, {12, 12});
        editor.setScales({}); // while something is dragged
        QTest::mouseRelease(&editor, Qt::LeftButton, {}, {12, 12});
        pictureOf(editor);
    }
    FrameShares shares;
    shares.setShares({{-5, -9}, {std::numeric_limits<std::int64_t>::max() / 4, 0}}, 0);
    pictureOf(shares);
}

void TestRatioEditor::showcase()
{
    for (const auto &[kind, name] : kThemes) {
        RatioEditor large(RatioEditor::Form::Large);
        RatioEditor small(RatioEditor::Form::Small);
        NormSlider norm(NormSlider::Form::Large);
        FrameShares shares;
        for (PaintedView *view : std::initializer_list<PaintedView *>{&large, &small, &norm, &shares})
            view->setTheme(themeOf(kind));
        fill(large);
        fill(small);
        large.setRunName(QStringLiteral("run 6"));
        norm.resize(232, 48);
        shares.setShares({{20, 66}, {39, 76}, {45, 80}, {47, 80}}, 252);
        shares.resize(326, shares.sizeHint().height());
        const QString theme = QString::fromLatin1(name);
        QVERIFY(!pictureOf(large, QStringLiteral("ratios-") + theme).isNull());
        QVERIFY(!pictureOf(small, QStringLiteral("ratios-small-") + theme).isNull());
        QVERIFY(!pictureOf(norm, QStringLiteral("norm-") + theme).isNull());
        QVERIFY(!pictureOf(shares, QStringLiteral("shares-") + theme).isNull());
    }
}

QTEST_MAIN(TestRatioEditor)
#include "tst_ratio_editor.moc"
