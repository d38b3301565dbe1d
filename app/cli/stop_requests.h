// SPDX-License-Identifier: Apache-2.0
//
// What Ctrl+C and the system ask of a running command, between the thread that hears it and the
// thread that works.
#pragma once

#include <functional>
#include <mutex>
#include <stop_token>

#include "core/domain/pipeline.h"

namespace faststar::cli
{

enum class StopLevel { None, Keep, Now, Terminated };

// Any thread.
class StopRequests
{
public:
    // Once: the run in work stops and is kept. Twice: at once, nothing is kept.
    void interrupt();
    // The system wants us gone: at once.
    void terminate();

    [[nodiscard]] StopLevel level() const;
    // 130 or 143; 0 when nothing was asked.
    [[nodiscard]] int exitCode() const;
    // Stopped by the first request of any kind (loading has nothing worth keeping).
    [[nodiscard]] std::stop_token anyToken() const { return m_any.get_token(); }
    // Stopped by the requests that keep nothing.
    [[nodiscard]] std::stop_token nowToken() const { return m_now.get_token(); }

    // Called after each request with the new level, on the requesting thread.
    void onRequest(std::function<void(StopLevel)> listener);

    // Passes requests to a run, earlier ones included, until detached. The control must outlive that.
    class Attachment
    {
    public:
        Attachment(StopRequests &requests, RunControl &control);
        ~Attachment();
        Attachment(const Attachment &) = delete;
        Attachment &operator=(const Attachment &) = delete;

    private:
        StopRequests &m_requests;
    };

private:
    void raise(StopLevel level);
    void pass(); // m_mutex held

    mutable std::mutex m_mutex;
    StopLevel m_level = StopLevel::None;
    RunControl *m_control = nullptr;
    std::function<void(StopLevel)> m_listener;
    std::stop_source m_any;
    std::stop_source m_now;
};

} // namespace faststar::cli
