// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace faststar::studio
{

// Moves through the frames of a clip in time. Every frame that is told is exactly one of the clip's;
// where painting is slow, frames are left out rather than the clip slowed down.
class Player : public QObject
{
    Q_OBJECT

public:
    explicit Player(QObject *parent = nullptr);

    // Keeps the frame as far as there is one.
    void setClip(int frames, int fps);
    [[nodiscard]] int frame() const { return m_frame; }
    [[nodiscard]] int frames() const { return m_frames; }
    [[nodiscard]] int fps() const { return m_fps; }
    [[nodiscard]] bool isPlaying() const { return m_timer.isActive(); }
    [[nodiscard]] double speed() const { return m_speed; }
    [[nodiscard]] bool isLooping() const { return m_looping; }

public Q_SLOTS:
    void setFrame(int frame);
    void step(int by); // halts
    void play(bool playing);
    void toggle();
    // Negative = backwards; not 0.
    void setSpeed(double speed);
    // J and L: through -4, -2, -1, -0.5 and 0.5, 1, 2, 4; from standing, J starts backwards and L forwards.
    void slower();
    void faster();
    void setLooping(bool looping);

Q_SIGNALS:
    void frameChanged(int frame);
    void playingChanged(bool playing);
    void speedChanged(double speed);
    void loopingChanged(bool looping);
    void clipChanged(int frames, int fps);

private:
    void tick();
    void restart();
    void go(int frame);

    int m_frame = 0;
    int m_frames = 1;
    int m_fps = 16;
    double m_speed = 1.0;
    bool m_looping = true;
    int m_startFrame = 0;
    QElapsedTimer m_elapsed;
    QTimer m_timer;
};

} // namespace faststar::studio
