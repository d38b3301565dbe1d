// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "widgets/theme.h"

class QLabel;
class QToolButton;

namespace faststar::widgets
{

class FramePlayer;
class FrameSlider;
class IconButton;

// Frame back, play, frame on, loop, frame numbers, slider, seconds, speed and full screen for one
// player. With the focus in it (or handed key by key, see handleKey): Space plays, J K L, arrows, Home,
// End, F.
class TransportBar : public QWidget
{
    Q_OBJECT

public:
    // The player outlives the bar.
    explicit TransportBar(FramePlayer &player, QWidget *parent = nullptr);

    void setTheme(const Theme &theme);
    // For other views of the same clip, the canvas for one; false: not one of its keys.
    bool handleKey(int key, Qt::KeyboardModifiers modifiers);

    // "1×", "−2×"
    [[nodiscard]] static QString speedLabel(double speed);

Q_SIGNALS:
    void fullScreenRequested();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void buildSpeeds();
    void showClip();
    void showFrame();
    void showPlaying(bool playing);
    void showSpeed(double speed);

    FramePlayer &m_player;
    Theme m_theme;
    IconButton *m_back;
    IconButton *m_play;
    IconButton *m_on;
    IconButton *m_loop;
    QLabel *m_number;
    FrameSlider *m_slider;
    QLabel *m_seconds;
    QToolButton *m_speed;
    IconButton *m_full;
};

} // namespace faststar::widgets
