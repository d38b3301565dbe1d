// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/wiring/player.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace faststar::studio
{

namespace
{

constexpr std::array<double, 8> kSpeeds{-4.0, -2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 4.0};

std::size_t nearestSpeed(double speed)
{
    std::size_t best = 0;
    for (std::size_t i = 1; i < kSpeeds.size(); ++i) {
        if (std::abs(kSpeeds[i] - speed) < std::abs(kSpeeds[best] - speed))
            best = i;
    }
    return best;
}

} // namespace

Player::Player(QObject *parent) : QObject(parent)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Player::tick);
}

void Player::setClip(int frames, int fps)
{
    frames = std::max(frames, 1);
    fps = std::max(fps, 1);
    if (frames == m_frames && fps == m_fps)
        return;
    m_frames = frames;
    m_fps = fps;
    Q_EMIT clipChanged(m_frames, m_fps);
    go(m_frame);
    if (m_frames == 1)
        play(false);
    else
        restart();
}

void Player::setFrame(int frame)
{
    go(frame);
    restart();
}

void Player::step(int by)
{
    play(false);
    const int wanted = m_frame + by;
    go(m_looping ? (wanted % m_frames + m_frames) % m_frames : wanted);
}

void Player::play(bool playing)
{
    if (playing && m_frames < 2)
        return;
    if (playing == m_timer.isActive())
        return;
    if (playing) {
        const bool isAtEnd = m_speed > 0 ? m_frame >= m_frames - 1 : m_frame <= 0;
        if (!m_looping && isAtEnd)
            go(m_speed > 0 ? 0 : m_frames - 1);
        m_timer.start();
        restart();
    } else {
        m_timer.stop();
    }
    Q_EMIT playingChanged(playing);
}

void Player::toggle()
{
    play(!isPlaying());
}

void Player::setSpeed(double speed)
{
    if (speed == 0.0 || !std::isfinite(speed) || speed == m_speed)
        return;
    m_speed = speed;
    restart();
    Q_EMIT speedChanged(speed);
}

void Player::slower()
{
    if (!isPlaying())
        setSpeed(-1.0);
    else
        setSpeed(kSpeeds[nearestSpeed(m_speed) == 0 ? 0 : nearestSpeed(m_speed) - 1]);
    play(true);
}

void Player::faster()
{
    if (!isPlaying())
        setSpeed(1.0);
    else
        setSpeed(kSpeeds[std::min(nearestSpeed(m_speed) + 1, kSpeeds.size() - 1)]);
    play(true);
}

void Player::setLooping(bool looping)
{
    if (looping == m_looping)
        return;
    m_looping = looping;
    restart();
    Q_EMIT loopingChanged(looping);
}

void Player::tick()
{
    const double passed = double(m_elapsed.nsecsElapsed()) / 1e9 * m_fps * m_speed;
    const auto moved = qint64(std::floor(passed + (m_speed < 0 ? 0.999999 : 0.0)));
    const qint64 wanted = m_startFrame + moved;
    if (m_looping) {
        go(int((wanted % m_frames + m_frames) % m_frames));
        return;
    }
    go(int(std::clamp<qint64>(wanted, 0, m_frames - 1)));
    if (wanted < 0 || wanted > m_frames - 1)
        play(false);
}

void Player::restart()
{
    m_startFrame = m_frame;
    m_elapsed.restart();
    if (m_timer.isActive())
        m_timer.start(std::clamp(int(1000.0 / (m_fps * std::abs(m_speed))) / 2, 4, 60));
}

void Player::go(int frame)
{
    frame = std::clamp(frame, 0, m_frames - 1);
    if (frame == m_frame)
        return;
    m_frame = frame;
    Q_EMIT frameChanged(frame);
}

} // namespace faststar::studio
