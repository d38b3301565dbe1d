// SPDX-License-Identifier: Apache-2.0
//
// How long the GUI thread lets an event wait. A thread of its own asks a thousand times a second; while an
// answer is outstanding, the questions that could not be asked count as waiting too, so that one long stop is
// not one bad value among many good ones.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <utility>

#include <QObject>

namespace faststar::studio
{

struct LatencyFigures {
    double p50 = 0.0; // milliseconds, all of them
    double p99 = 0.0;
    double p999 = 0.0;
    double max = 0.0;
    std::uint64_t samples = 0;
};

// Waiting times by how often they came.
class LatencyCounts
{
public:
    // An answer came after so many milliseconds; with the questions that had to be left out meanwhile.
    void answered(double ms);
    [[nodiscard]] LatencyFigures figures() const;
    // Milliseconds; since it was asked last.
    [[nodiscard]] double takeLongest() { return std::exchange(m_recent, 0.0); }

private:
    void count(double ms);

    static constexpr int kBinsPerMs = 20;
    static constexpr int kMostMs = 1000;

    std::array<std::uint32_t, std::size_t{kBinsPerMs} * kMostMs>
        m_bins{}; // the last one holds all longer ones
    std::uint64_t m_samples = 0;
    double m_longest = 0.0;
    double m_recent = 0.0;
};

// Created, read and destroyed on the thread that it watches. Without start() there is no thread and no cost.
class GuiWatchdog : public QObject
{
    Q_OBJECT

public:
    explicit GuiWatchdog(QObject *parent = nullptr) : QObject(parent) {}
    ~GuiWatchdog() override { stop(); }

    void start();
    void stop();
    // Forgets what was measured.
    void reset() { m_counts = {}; }
    [[nodiscard]] bool isRunning() const { return m_thread.joinable(); }
    [[nodiscard]] LatencyFigures figures() const { return m_counts.figures(); }
    [[nodiscard]] double takeLongest() { return m_counts.takeLongest(); }

private:
    using Clock = std::chrono::steady_clock;
    void ask(const std::stop_token &stop);
    Q_INVOKABLE void answer();

    LatencyCounts m_counts;
    std::atomic<bool> m_waits = false;     // a question is on its way
    std::atomic<Clock::rep> m_askedAt = 0; // since the clock's epoch
    std::jthread m_thread;
};

} // namespace faststar::studio
