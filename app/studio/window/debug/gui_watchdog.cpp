// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/debug/gui_watchdog.h"

#include <algorithm>
#include <cmath>

namespace faststar::studio
{

namespace
{

constexpr std::chrono::milliseconds kEvery{1};

} // namespace

void GuiWatchdog::start()
{
    if (isRunning())
        return;
    m_waits = false;
    m_thread = std::jthread([this](const std::stop_token &stop) { ask(stop); });
}

void GuiWatchdog::stop()
{
    m_thread = {}; // asks it to end, and waits
}

void GuiWatchdog::ask(const std::stop_token &stop)
{
    auto next = Clock::now();
    while (!stop.stop_requested()) {
        next = std::max(next + kEvery, Clock::now());
        std::this_thread::sleep_until(next);
        if (m_waits.exchange(true))
            continue;
        m_askedAt = Clock::now().time_since_epoch().count();
        QMetaObject::invokeMethod(this, "answer", Qt::QueuedConnection);
    }
}

void GuiWatchdog::answer()
{
    const Clock::duration waited = Clock::now().time_since_epoch() - Clock::duration(m_askedAt.load());
    m_waits = false;
    m_counts.answered(std::chrono::duration<double, std::milli>(waited).count());
}

void LatencyCounts::answered(double ms)
{
    m_recent = std::max(m_recent, ms);
    // The question of every further millisecond waited that much less.
    const int questions = std::max(int(std::ceil(std::min(ms, 1e6))), 1);
    for (int later = 0; later < questions; ++later)
        count(ms - later);
}

void LatencyCounts::count(double ms)
{
    const auto bin = std::min(std::size_t(std::max(ms, 0.0) * kBinsPerMs), m_bins.size() - 1);
    ++m_bins[bin];
    ++m_samples;
    m_longest = std::max(m_longest, ms);
}

LatencyFigures LatencyCounts::figures() const
{
    LatencyFigures figures;
    figures.samples = m_samples;
    figures.max = m_longest;
    struct Wanted {
        double share;
        double *value;
    };
    Wanted wanted[] = {{0.5, &figures.p50}, {0.99, &figures.p99}, {0.999, &figures.p999}};
    std::uint64_t sum = 0;
    std::size_t next = 0;
    for (std::size_t bin = 0; bin < m_bins.size() && next < std::size(wanted); ++bin) {
        sum += m_bins[bin];
        while (next < std::size(wanted) && m_samples > 0 &&
               double(sum) >= wanted[next].share * double(m_samples))
            *wanted[next++].value = std::min(double(bin + 1) / kBinsPerMs, m_longest);
    }
    return figures;
}

} // namespace faststar::studio
