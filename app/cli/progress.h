// SPDX-License-Identifier: Apache-2.0
//
// How far a clip is, by the cost of what was done and not by the number of steps: the last steps of
// the pyramid are most of the work.
#pragma once

#include <functional>
#include <string>

#include "app/cli/reporter.h"
#include "core/domain/pipeline.h"

namespace faststar::cli
{

// Work of the stages in any one unit.
struct StageWork {
    double conditions = 0.0; // pixels of a condition to latents
    double generate = 0.0;
    double decode = 0.0;
    double write = 0.0; // the frames into their file
};

// Work of a request by the arithmetic of core/domain; nothing known = generation only.
[[nodiscard]] StageWork workOf(const GenerationRequest &request, const ModelConfig &model,
                               const Schedule &schedule);

class Progress
{
public:
    // `prefix` ("2/5 ") comes before every line; `clock` in seconds.
    Progress(const Reporter &reporter, std::function<double()> clock, std::string prefix);

    // At the first known work of a clip. `generated` of its generation was taken over from a journal
    // and says nothing about the speed.
    void start(const StageWork &work, double generated = 0.0);
    void stage(const std::string &name);
    // Share of a kind of work that is done, [0, 1]; never goes back.
    void conditions(double done) { set(m_done.conditions, done); }
    void generate(double done) { set(m_done.generate, done); }
    void decode(double done) { set(m_done.decode, done); }
    void write(double done) { set(m_done.write, done); }
    void finish(); // removes the line

    [[nodiscard]] double done() const; // [0, 1]
    // By the speed so far; negative while nothing can be said.
    [[nodiscard]] double secondsLeft() const;

private:
    void set(double &member, double done);
    void show(bool force);

    const Reporter &m_reporter;
    std::function<double()> m_clock;
    std::string m_prefix;
    StageWork m_work;
    StageWork m_done;
    std::string m_stage;
    double m_started = 0.0;
    double m_takenOver = 0.0; // share that was there at the start
    double m_lastShown = -1.0;
    double m_lastTold = -1.0; // share at the last line or event
    bool m_running = false;
};

// "1:05" or "3.2 s".
[[nodiscard]] std::string formatSeconds(double seconds);

} // namespace faststar::cli
