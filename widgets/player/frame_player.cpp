// SPDX-License-Identifier: Apache-2.0
#include "widgets/player/frame_player.h"

#include <algorithm>
#include <cmath>

namespace faststar::widgets
{

namespace
{

constexpr double kMostSpeed = 8.0;
constexpr int kMostRepaints = 30; // a second

} // namespace

FramePlayer::FramePlayer(QObject *parent) : QObject(parent)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] { advance(double(m_clock.restart()) / 1000.0); });
}

void FramePlayer::setClip(int count, double framesPerSecond)
{
    const int frames = std::max(0, count);
    const double rate = std::isfinite(framesPerSecond) && framesPerSecond > 0.0 ? framesPerSecond : m_rate;
    if (frames == m_count && rate == m_rate)
        return;
    m_count = frames;
    m_rate = rate;
    m_rest = 0.0;
    if (m_count < 2)
        pause();
    Q_EMIT clipChanged();
    show(std::clamp(m_frame, 0, std::max(0, m_count - 1)));
}

void FramePlayer::play()
{
    if (isPlaying() || m_count < 2)
        return;
    // From the end, playing begins anew.
    if (!m_loops && m_speed > 0.0 && m_frame == m_count - 1)
        show(0);
    else if (!m_loops && m_speed < 0.0 && m_frame == 0)
        show(m_count - 1);
    m_rest = 0.0;
    m_clock.start();
    m_timer.start(1000 / kMostRepaints / 2); // twice as often as is seen: no frame is late by more
    Q_EMIT playingChanged(true);
}

void FramePlayer::pause()
{
    if (!isPlaying())
        return;
    m_timer.stop();
    Q_EMIT playingChanged(false);
}

void FramePlayer::toggle()
{
    if (isPlaying()) {
        pause();
        return;
    }
    if (m_speed < 0.0) // playing, without more said, is forwards
        setSpeed(1.0);
    play();
}

void FramePlayer::faster()
{
    shift(1);
}

void FramePlayer::slower()
{
    shift(-1);
}

void FramePlayer::shift(int direction)
{
    const bool isOther = !isPlaying() || (m_speed > 0.0) != (direction > 0);
    setSpeed(isOther ? double(direction) : std::clamp(m_speed * 2.0, -kMostSpeed, kMostSpeed));
    play();
}

void FramePlayer::stepBy(int frames)
{
    pause();
    if (m_count > 0)
        show(int(std::clamp<qint64>(qint64(m_frame) + frames, 0, m_count - 1)));
}

void FramePlayer::seek(int frame)
{
    m_rest = 0.0;
    if (m_count > 0)
        show(std::clamp(frame, 0, m_count - 1));
}

void FramePlayer::setLoops(bool loops)
{
    if (loops == m_loops)
        return;
    m_loops = loops;
    Q_EMIT loopsChanged(loops);
}

void FramePlayer::setSpeed(double speed)
{
    if (!std::isfinite(speed) || speed == 0.0 || speed == m_speed)
        return;
    m_speed = std::clamp(speed, -kMostSpeed, kMostSpeed);
    m_rest = 0.0;
    Q_EMIT speedChanged(m_speed);
}

void FramePlayer::advance(double seconds)
{
    if (!isPlaying() || !(seconds > 0.0))
        return;
    // A machine that slept does not owe hours of frames.
    m_rest += std::min(seconds, 1.0) * m_rate * std::abs(m_speed);
    const auto passed = qint64(std::floor(m_rest));
    if (passed == 0)
        return;
    m_rest -= double(passed);
    const qint64 wanted = qint64(m_frame) + (m_speed > 0.0 ? passed : -passed);
    if (m_loops) {
        show(int(((wanted % m_count) + m_count) % m_count));
        return;
    }
    const int last = m_count - 1;
    show(int(std::clamp<qint64>(wanted, 0, last)));
    // A slot of frameChanged may have made the clip another one.
    if ((m_speed > 0.0 && wanted >= last) || (m_speed < 0.0 && wanted <= 0))
        pause();
}

void FramePlayer::show(int frame)
{
    if (frame == m_frame)
        return;
    m_frame = frame;
    Q_EMIT frameChanged(frame);
}

} // namespace faststar::widgets
