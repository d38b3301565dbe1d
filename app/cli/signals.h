// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <thread>

#include "app/cli/stop_requests.h"

namespace faststar::cli
{

// Hears SIGINT, SIGTERM and SIGHUP on a thread of its own, so that no code runs inside a signal
// handler, and ignores SIGPIPE (a closed pipe is an error of the write). Made before any other
// thread, which then inherit that these signals are not theirs.
class SignalThread
{
public:
    explicit SignalThread(StopRequests &requests);
    ~SignalThread();
    SignalThread(const SignalThread &) = delete;
    SignalThread &operator=(const SignalThread &) = delete;

private:
    void listen(StopRequests &requests);

    sigset_t m_signals{};
    int m_signalFile = -1;
    int m_endFile = -1; // written to by the destructor
    std::thread m_thread;
};

} // namespace faststar::cli
