// SPDX-License-Identifier: Apache-2.0
#include "app/cli/signals.h"

#include <array>
#include <cerrno>
#include <cstdint>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace faststar::cli
{

SignalThread::SignalThread(StopRequests &requests)
{
    (void)std::signal(SIGPIPE, SIG_IGN);
    sigemptyset(&m_signals);
    sigaddset(&m_signals, SIGTERM);
    sigaddset(&m_signals, SIGINT); // also where a script has put us into the background: it is our stop
    // nohup means that the end of the terminal is not ours.
    struct sigaction before {
    };
    if (sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaddset(&m_signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &m_signals, nullptr);
    // An ignored signal is thrown away before signalfd sees it.
    (void)std::signal(SIGINT, SIG_DFL);
    (void)std::signal(SIGTERM, SIG_DFL);
    m_signalFile = signalfd(-1, &m_signals, SFD_CLOEXEC);
    m_endFile = eventfd(0, EFD_CLOEXEC);
    if (m_signalFile < 0 || m_endFile < 0) { // no descriptors left: the default handling is safe, too
        pthread_sigmask(SIG_UNBLOCK, &m_signals, nullptr);
        return;
    }
    m_thread = std::thread([this, &requests] { listen(requests); });
}

SignalThread::~SignalThread()
{
    if (m_thread.joinable()) {
        const std::uint64_t one = 1;
        while (write(m_endFile, &one, sizeof one) < 0 && errno == EINTR) {
        }
        m_thread.join();
    }
    if (m_signalFile >= 0)
        close(m_signalFile);
    if (m_endFile >= 0)
        close(m_endFile);
    pthread_sigmask(SIG_UNBLOCK, &m_signals, nullptr);
}

void SignalThread::listen(StopRequests &requests)
{
    std::array<pollfd, 2> files{{{m_signalFile, POLLIN, 0}, {m_endFile, POLLIN, 0}}};
    for (;;) {
        if (poll(files.data(), files.size(), -1) < 0 && errno != EINTR)
            return;
        if ((files[1].revents & POLLIN) != 0)
            return;
        signalfd_siginfo info{};
        if ((files[0].revents & POLLIN) == 0 || read(m_signalFile, &info, sizeof info) != sizeof info)
            continue;
        if (info.ssi_signo == SIGINT)
            requests.interrupt();
        else
            requests.terminate();
    }
}

} // namespace faststar::cli
