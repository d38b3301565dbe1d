// SPDX-License-Identifier: Apache-2.0
#include "app/studio/session/run_cursor.h"

#include <algorithm>
#include <limits>

namespace faststar::studio
{

void RunCursor::setRun(const Schedule &schedule, int stepsDone)
{
    m_schedule = schedule;
    m_stepsDone = std::max(stepsDone, 0);
    setFollowing(true);
    follow();
}

void RunCursor::setStepsDone(int stepsDone)
{
    m_stepsDone = std::max(stepsDone, 0);
    if (m_following)
        follow();
    else
        go(m_place);
}

void RunCursor::setPlace(const RunPlace &place)
{
    setFollowing(false);
    m_wantedFrame = place.frame;
    go(place);
}

void RunCursor::move(int rows, int columns)
{
    setFollowing(false);
    const RunPlace moved = movePlace(m_place, rows, columns, m_schedule, m_stepsDone);
    if (columns != 0)
        m_wantedFrame = moved.frame;
    go(moved);
}

void RunCursor::setFrame(int frame)
{
    m_wantedFrame = frame;
    auto place = m_place;
    place.frame = frame;
    go(place);
}

void RunCursor::setFollowing(bool following)
{
    if (m_following == following)
        return;
    m_following = following;
    Q_EMIT followingChanged(following);
    if (following)
        follow();
}

void RunCursor::follow()
{
    constexpr int kLast = std::numeric_limits<int>::max();
    go({int(m_schedule.clips.size()) - 1, int(m_schedule.scales.size()) - 1, kLast, m_wantedFrame});
}

void RunCursor::go(const RunPlace &place)
{
    const RunPlace good = clampPlace(place, m_schedule, m_stepsDone);
    if (good == m_place)
        return;
    m_place = good;
    Q_EMIT placeChanged(good);
}

} // namespace faststar::studio
