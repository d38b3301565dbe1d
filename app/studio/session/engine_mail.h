// SPDX-License-Identifier: Apache-2.0
//
// What the worker thread tells the GUI thread. Values wait here under a mutex: of each kind the newest,
// of steps and warnings all. Only a bare wake-up travels through the event queue, and none while one is
// still on its way, so that the reader decides how often it wants to look.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/studio/session/run_record.h"
#include "core/domain/pipeline.h"

namespace faststar::studio
{

using LoadId = std::uint64_t;

struct StageProgress {
    Stage stage = Stage::Load;
    double done = 0.0; // [0, 1]

    bool operator==(const StageProgress &) const = default;
};

// News of opening one model.
struct LoadMail {
    LoadId load = 0;
    std::optional<StageProgress> stage;
    std::vector<std::string> warnings;
    std::optional<Result<ModelFacts>> end;
};

struct DecodedFrames {
    StepIndex at;
    Frames frames;
};

// News of one run, to be applied in the order of the members.
struct RunMail {
    RunId run = 0;
    std::shared_ptr<const RunPlan> plan;
    std::optional<StageProgress> stage;
    std::vector<StepPtr> steps;
    std::optional<DecodedFrames> decoded;
    std::optional<bool> paused;
    std::vector<std::string> warnings;
    std::optional<Error> journalError; // told once: the run goes on without a journal
    std::optional<Result<RunResult>> end;
};

struct EngineMail {
    std::vector<LoadMail> loads; // in order of arrival
    std::vector<RunMail> runs;
};

class EngineMailbox
{
public:
    // `wake` is called by whoever puts something in, outside the lock.
    explicit EngineMailbox(std::function<void()> wake) : m_wake(std::move(wake)) {}

    // Any thread. `edit` receives the mail of that run or load, under the lock.
    template <typename Edit> void toRun(RunId run, const Edit &edit)
    {
        put([&] { edit(slot(m_mail.runs, &RunMail::run, run)); });
    }
    template <typename Edit> void toLoad(LoadId load, const Edit &edit)
    {
        put([&] { edit(slot(m_mail.loads, &LoadMail::load, load)); });
    }

    // Everything since the last call. The next thing put in wakes again.
    [[nodiscard]] EngineMail take()
    {
        const std::scoped_lock lock(m_mutex);
        m_announced = false;
        return std::exchange(m_mail, {});
    }

    // Pieces of news that wait now.
    [[nodiscard]] std::size_t waiting()
    {
        const std::scoped_lock lock(m_mutex);
        return piecesOf(m_mail);
    }
    [[nodiscard]] static std::size_t piecesOf(const EngineMail &mail)
    {
        std::size_t pieces = mail.loads.size();
        for (const RunMail &run : mail.runs)
            pieces += std::max<std::size_t>(run.steps.size() + run.warnings.size(), 1);
        return pieces;
    }

private:
    template <typename Put> void put(const Put &edit)
    {
        bool first = false;
        {
            const std::scoped_lock lock(m_mutex);
            edit();
            first = !std::exchange(m_announced, true);
        }
        if (first)
            m_wake();
    }
    template <typename Mail, typename Id> static Mail &slot(std::vector<Mail> &mails, Id Mail::*member, Id id)
    {
        for (Mail &mail : mails) {
            if (mail.*member == id)
                return mail;
        }
        mails.emplace_back();
        mails.back().*member = id;
        return mails.back();
    }

    std::function<void()> m_wake;
    std::mutex m_mutex;
    EngineMail m_mail;
    bool m_announced = false;
};

} // namespace faststar::studio
