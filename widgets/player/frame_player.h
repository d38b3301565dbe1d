// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace faststar::widgets
{

// Which frame of a clip is on the screen. The time that really passed decides, so that speed is right
// however busy the screen is; frames are then skipped, never mixed. Frames count from 0.
class FramePlayer : public QObject
{
    Q_OBJECT

public:
    explicit FramePlayer(QObject *parent = nullptr);

    // A clip of another length; stays at the same frame where there is one, and goes on playing.
    void setClip(int count, double framesPerSecond);
    [[nodiscard]] int count() const { return m_count; }
    [[nodiscard]] double framesPerSecond() const { return m_rate; }

    [[nodiscard]] int frame() const { return m_frame; }
    [[nodiscard]] bool isPlaying() const { return m_timer.isActive(); }
    [[nodiscard]] bool loops() const { return m_loops; }
    // Negative: backwards.
    [[nodiscard]] double speed() const { return m_speed; }

public Q_SLOTS:
    void play();
    void pause(); // K
    void toggle();
    // L and J: the first begins at normal speed in that direction, further ones double it up to 8.
    void faster();
    void slower();
    void stepBy(int frames); // pauses; stops at the ends
    void seek(int frame);
    void first() { seek(0); }
    void last() { seek(m_count - 1); }
    void setLoops(bool loops);
    void setSpeed(double speed); // other than 0
    // What the clock calls; by itself for a given time.
    void advance(double seconds);

Q_SIGNALS:
    void clipChanged();
    void frameChanged(int frame);
    void playingChanged(bool playing);
    void loopsChanged(bool loops);
    void speedChanged(double speed);

private:
    void show(int frame);
    void shift(int direction);

    int m_count = 0;
    double m_rate = 16.0;
    int m_frame = 0;
    double m_rest = 0.0; // frames that have passed since m_frame came, [0, 1)
    bool m_loops = true;
    double m_speed = 1.0;
    QTimer m_timer;
    QElapsedTimer m_clock;
};

} // namespace faststar::widgets
