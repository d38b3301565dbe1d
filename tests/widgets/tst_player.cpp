// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <QSignalSpy>
#include <QToolButton>

#include <cmath>
#include <limits>

#include "tests/widgets/view_fixture.h"
#include "widgets/controls/icon_button.h"
#include "widgets/look/style.h"
#include "widgets/player/frame_player.h"
#include "widgets/player/frame_slider.h"
#include "widgets/player/transport_bar.h"

using namespace faststar::widgets;
using namespace faststar::test;

namespace
{

const Theme &dark()
{
    return themeOf(ThemeKind::Dark);
}

} // namespace

class TestPlayer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void timeDecidesTheFrame();
    void loopsOrStops();
    void shuttles();
    void steps();
    void survivesNonsense();
    void sliderByMouseAndKeys();
    void barDrivesThePlayer();
    void barKeys();
    void showcase();
};

// At 16 frames a second, in whole frames however the ticks fall.
void TestPlayer::timeDecidesTheFrame()
{
    FramePlayer player;
    player.setClip(17, 16.0);
    player.advance(1.0); // not playing
    QCOMPARE(player.frame(), 0);
    player.play();
    for (int i = 0; i < 6; ++i)
        player.advance(0.03125);
    QCOMPARE(player.frame(), 3);
    player.advance(0.25); // a hiccup: frames are skipped
    QCOMPARE(player.frame(), 7);
    player.setSpeed(0.5);
    player.advance(0.125);
    QCOMPARE(player.frame(), 8);
    player.pause();
    player.advance(0.5);
    QCOMPARE(player.frame(), 8);
}

void TestPlayer::loopsOrStops()
{
    FramePlayer player;
    player.setClip(17, 16.0);
    QSignalSpy playing(&player, &FramePlayer::playingChanged);
    player.seek(15);
    player.play();
    player.advance(0.1875);
    QCOMPARE(player.frame(), 1);
    player.setLoops(false);
    player.advance(1.0);
    player.advance(1.0);
    QCOMPARE(player.frame(), 16);
    QVERIFY(!player.isPlaying());
    QCOMPARE(playing.count(), 2);
    player.play(); // from the end, anew
    QCOMPARE(player.frame(), 0);
    player.setLoops(true);
    player.setSpeed(-1.0);
    player.advance(0.125);
    QCOMPARE(player.frame(), 15);
}

void TestPlayer::shuttles()
{
    FramePlayer player;
    player.setClip(17, 16.0);
    player.faster();
    QVERIFY(player.isPlaying());
    QCOMPARE(player.speed(), 1.0);
    player.faster();
    QCOMPARE(player.speed(), 2.0);
    for (int i = 0; i < 9; ++i)
        player.faster();
    QCOMPARE(player.speed(), 8.0);
    player.slower();
    QCOMPARE(player.speed(), -1.0);
    player.slower();
    QCOMPARE(player.speed(), -2.0);
    player.pause();
    player.toggle(); // forwards again
    QCOMPARE(player.speed(), 1.0);
}

void TestPlayer::steps()
{
    FramePlayer player;
    player.setClip(17, 16.0);
    QSignalSpy frames(&player, &FramePlayer::frameChanged);
    player.play();
    player.stepBy(1);
    QVERIFY(!player.isPlaying());
    QCOMPARE(player.frame(), 1);
    player.stepBy(-5);
    QCOMPARE(player.frame(), 0);
    player.stepBy(std::numeric_limits<int>::max());
    QCOMPARE(player.frame(), 16);
    QCOMPARE(frames.count(), 3);
    player.setClip(5, 16.0); // the same frame where there is one
    QCOMPARE(player.frame(), 4);
}

void TestPlayer::survivesNonsense()
{
    FramePlayer player;
    player.play();
    QVERIFY(!player.isPlaying());
    player.toggle();
    player.stepBy(3);
    player.seek(9);
    player.last();
    QCOMPARE(player.frame(), 0);
    player.setClip(-4, std::nan(""));
    QCOMPARE(player.count(), 0);
    player.setClip(17, 0.0);
    QCOMPARE(player.framesPerSecond(), 16.0);
    player.setSpeed(0.0);
    player.setSpeed(std::nan(""));
    QCOMPARE(player.speed(), 1.0);
    player.play();
    player.advance(std::nan(""));
    player.advance(-3.0);
    player.advance(1e18);
    QVERIFY(player.frame() >= 0 && player.frame() < 17);
    player.setClip(1, 16.0); // nothing to play
    QVERIFY(!player.isPlaying());
}

void TestPlayer::sliderByMouseAndKeys()
{
    FrameSlider slider;
    QCOMPARE(spokenBy(slider), QStringLiteral("No clip"));
    pictureOf(slider);
    slider.resize(176, 28); // 10 pixels a frame
    slider.setClip(17, 16.0);
    QSignalSpy requested(&slider, &FrameSlider::frameRequested);
    QTest::mouseClick(&slider, Qt::LeftButton, {}, {8 + 42, 14});
    QCOMPARE(requested.last(), QVariantList{4});
    QTest::keyClick(&slider, Qt::Key_Right);
    QCOMPARE(requested.last(), QVariantList{5});
    QTest::keyClick(&slider, Qt::Key_End);
    QCOMPARE(requested.last(), QVariantList{16});
    const auto count = requested.count();
    QTest::keyClick(&slider, Qt::Key_Right);
    QCOMPARE(requested.count(), count);
    slider.setFrame(12);
    QCOMPARE(spokenBy(slider), QStringLiteral("frame 13 of 17, 0.75 s"));
    QCOMPARE(requested.count(), count); // only what the user does
    const QImage picture = pictureOf(slider);
    QCOMPARE(picture.pixelColor(60, 14), dark().accent);
    QCOMPARE(picture.pixelColor(8 + 120, 14), dark().text);
    QCOMPARE(picture.pixelColor(160, 14), dark().track);
    QVERIFY(pixelsOf(picture, dark().track, {0, 20, 176, 4}) >= 17);
}

void TestPlayer::barDrivesThePlayer()
{
    FramePlayer player;
    TransportBar bar(player);
    auto buttons = bar.findChildren<IconButton *>();
    QCOMPARE(buttons.size(), 5);
    QVERIFY(!buttons[1]->isEnabled()); // no clip yet
    player.setClip(17, 16.0);
    player.seek(12);
    QTest::mouseClick(buttons[0], Qt::LeftButton);
    QCOMPARE(player.frame(), 11);
    QTest::mouseClick(buttons[2], Qt::LeftButton);
    QCOMPARE(player.frame(), 12);
    QTest::mouseClick(buttons[1], Qt::LeftButton);
    QVERIFY(player.isPlaying());
    QCOMPARE(buttons[1]->accessibleName(), QStringLiteral("Pause (Space)"));
    QTest::mouseClick(buttons[3], Qt::LeftButton);
    QVERIFY(!player.loops());
    QSignalSpy full(&bar, &TransportBar::fullScreenRequested);
    QTest::mouseClick(buttons[4], Qt::LeftButton);
    QCOMPARE(full.count(), 1);
    auto *slider = bar.findChild<FrameSlider *>();
    QCOMPARE(slider->frame(), player.frame());
    QTest::keyClick(slider, Qt::Key_Home);
    QCOMPARE(player.frame(), 0);
    QVERIFY(!player.isPlaying());
    QCOMPARE(TransportBar::speedLabel(0.5), QStringLiteral("0.5×"));
    QCOMPARE(TransportBar::speedLabel(-2.0), QStringLiteral("−2×"));
}

void TestPlayer::barKeys()
{
    FramePlayer player;
    TransportBar bar(player);
    player.setClip(17, 16.0);
    QTest::keyClick(&bar, Qt::Key_L);
    QVERIFY(player.isPlaying());
    QTest::keyClick(&bar, Qt::Key_J);
    QCOMPARE(player.speed(), -1.0);
    QTest::keyClick(&bar, Qt::Key_K);
    QVERIFY(!player.isPlaying());
    QTest::keyClick(&bar, Qt::Key_End);
    QCOMPARE(player.frame(), 16);
    QTest::keyClick(&bar, Qt::Key_Left);
    QCOMPARE(player.frame(), 15);
    QTest::keyClick(&bar, Qt::Key_Space);
    QVERIFY(player.isPlaying());
    QVERIFY(!bar.handleKey(Qt::Key_L, Qt::ControlModifier));
    QVERIFY(!bar.handleKey(Qt::Key_X, {}));
}

void TestPlayer::showcase()
{
    for (const auto &[kind, name] : kThemes) {
        FramePlayer player;
        TransportBar bar(player);
        bar.setTheme(themeOf(kind));
        bar.setPalette(paletteOf(themeOf(kind)));
        bar.setStyleSheet(styleSheetOf(themeOf(kind)));
        bar.resize(680, 40);
        player.setClip(17, 16.0);
        player.seek(12);
        const QString theme = QString::fromLatin1(name);
        QVERIFY(!pictureOf(bar, QStringLiteral("transport-") + theme).isNull());
    }
}

QTEST_MAIN(TestPlayer)
#include "tst_player.moc"
