// SPDX-License-Identifier: Apache-2.0
#include "app/cli/stop_requests.h"

#include <utility>

#include "app/cli/exit_codes.h"

namespace faststar::cli
{

void StopRequests::interrupt()
{
    raise(level() == StopLevel::None ? StopLevel::Keep : StopLevel::Now);
}

void StopRequests::terminate()
{
    raise(StopLevel::Terminated);
}

void StopRequests::raise(StopLevel level)
{
    std::function<void(StopLevel)> listener;
    {
        const std::scoped_lock lock(m_mutex);
        if (level <= m_level)
            return;
        m_level = level;
        pass();
        listener = m_listener;
    }
    m_any.request_stop();
    if (level >= StopLevel::Now)
        m_now.request_stop();
    if (listener)
        listener(level);
}

void StopRequests::pass()
{
    if (m_control == nullptr || m_level == StopLevel::None)
        return;
    if (m_level == StopLevel::Keep)
        m_control->stopAndKeep();
    else
        m_control->cancel();
}

StopLevel StopRequests::level() const
{
    const std::scoped_lock lock(m_mutex);
    return m_level;
}

int StopRequests::exitCode() const
{
    switch (level()) {
    case StopLevel::None:
        return 0;
    case StopLevel::Keep:
    case StopLevel::Now:
        return kExitInterrupted;
    case StopLevel::Terminated:
        return kExitTerminated;
    }
    return 0;
}

void StopRequests::onRequest(std::function<void(StopLevel)> listener)
{
    const std::scoped_lock lock(m_mutex);
    m_listener = std::move(listener);
}

StopRequests::Attachment::Attachment(StopRequests &requests, RunControl &control) : m_requests(requests)
{
    const std::scoped_lock lock(m_requests.m_mutex);
    m_requests.m_control = &control;
    m_requests.pass();
}

StopRequests::Attachment::~Attachment()
{
    const std::scoped_lock lock(m_requests.m_mutex);
    m_requests.m_control = nullptr;
}

} // namespace faststar::cli
