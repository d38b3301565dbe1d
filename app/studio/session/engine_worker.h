// SPDX-License-Identifier: Apache-2.0
//
// The one thread that creates, uses and destroys the pipeline.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <variant>

#include "app/studio/session/engine_mail.h"

namespace faststar::studio
{

using PipelineFactory = std::function<std::unique_ptr<Pipeline>()>;

struct LoadJob {
    LoadId id = 0;
    LoadSettings settings;
    std::stop_token stop;
};

struct RunJob {
    RunId id = 0;
    RunInput input; // its history is filled from `origin` where it is empty
    std::optional<RunOrigin> origin;
    std::string originHash;        // of the weights that the given history was made with; empty = not known
    std::string modelHash;         // of the model that is open
    std::filesystem::path journal; // to write; empty = none
    std::shared_ptr<RunControl> control;
};

// Commands may be given from any one thread; they return at once. Results leave through the mailbox.
class EngineWorker
{
public:
    // `factory` is called on the worker thread. The thread and those that it starts run at a lower
    // priority than the rest of the program.
    EngineWorker(PipelineFactory factory, EngineMailbox &mailbox);
    // Cancels, then waits for the thread.
    ~EngineWorker();
    EngineWorker(const EngineWorker &) = delete;
    EngineWorker &operator=(const EngineWorker &) = delete;

    // Everything that waits is dropped. What is in work goes on until its own control or stop token ends
    // it, which is the caller's to do.
    void openModel(LoadJob job);
    void run(RunJob job);

    // Ends what is in work as soon as it lets itself be ended, and the thread. true: it has ended within
    // `patience`.
    bool shutDown(std::chrono::milliseconds patience);

private:
    using Job = std::variant<LoadJob, RunJob>;

    void work();
    void load(const LoadJob &job);
    void generate(RunJob &job);

    PipelineFactory m_factory;
    EngineMailbox &m_mailbox;
    std::unique_ptr<Pipeline> m_pipeline; // touched by the thread only

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Job> m_jobs;
    std::shared_ptr<RunControl> m_inWork; // of the run in work
    std::stop_source m_quit;              // ends a load in work
    bool m_quitting = false;
    bool m_ended = false;
    std::jthread m_thread; // last: it uses all of the above
};

} // namespace faststar::studio
