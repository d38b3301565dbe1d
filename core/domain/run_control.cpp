// SPDX-License-Identifier: Apache-2.0
#include "core/domain/pipeline.h"

namespace faststar
{

void RunControl::cancel()
{
    m_cancel.request_stop();
    m_interrupt.request_stop();
    const std::scoped_lock lock(m_mutex); // so that a waiter between its check and its sleep wakes up
    m_wake.notify_all();
}

void RunControl::stopAndKeep()
{
    m_interrupt.request_stop();
    const std::scoped_lock lock(m_mutex);
    m_wake.notify_all();
}

void RunControl::pause()
{
    const std::scoped_lock lock(m_mutex);
    m_paused = true;
}

void RunControl::resume()
{
    const std::scoped_lock lock(m_mutex);
    m_paused = false;
    m_wake.notify_all();
}

void RunControl::requestDecode()
{
    const std::scoped_lock lock(m_mutex);
    m_decodeRequested = true;
    m_wake.notify_all();
}

bool RunControl::isPaused() const
{
    const std::scoped_lock lock(m_mutex);
    return m_paused;
}

bool RunControl::takeDecodeRequest()
{
    const std::scoped_lock lock(m_mutex);
    return std::exchange(m_decodeRequested, false);
}

void RunControl::waitWhilePaused()
{
    std::unique_lock lock(m_mutex);
    m_wake.wait(lock, [this] { return !m_paused || m_decodeRequested || isStopping(); });
}

} // namespace faststar
