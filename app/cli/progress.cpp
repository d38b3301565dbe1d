// SPDX-License-Identifier: Apache-2.0
#include "app/cli/progress.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "app/cli/text.h"
#include "core/domain/option_names.h"
#include "core/domain/reduction_plan.h"

namespace faststar::cli
{

namespace
{

constexpr double kRedrawSeconds = 0.1;
constexpr double kEventShare = 0.01;
constexpr double kLineShare = 0.1;   // between plain lines in a log
constexpr double kKnownShare = 0.03; // before this, the speed says nothing
constexpr int kBarCells = 24;
// H.264 at our settings, against multiply-adds of the decoder.
constexpr double kWriteFlopsPerPixel = 2000.0;

std::string fixed(double value, int digits)
{
    const double scale = std::pow(10.0, digits);
    return formatNumber(std::round(value * scale) / scale);
}

} // namespace

std::string formatSeconds(double seconds)
{
    if (seconds < 60.0)
        return fillIn(text("faststar", "%1 s"), {fixed(seconds, 1)});
    const auto whole = std::lround(seconds);
    const auto rest = std::to_string(whole % 60);
    auto out = std::to_string(whole / 60);
    out += rest.size() < 2 ? ":0" : ":";
    return out + rest;
}

StageWork workOf(const GenerationRequest &request, const ModelConfig &model, const Schedule &schedule)
{
    StageWork work;
    for (const auto &step : planSteps(request, model, schedule))
        work.generate += step.flops;
    const int height = schedule.pixelHeight() / 16, width = schedule.pixelWidth() / 16;
    work.decode = decodeFlops(model.vae, schedule.latentFrames(), height, width);
    if (request.condition != ConditionKind::None)
        work.conditions = encodeFlops(model.vae, std::max(request.conditionLatentFrames, 1), height, width);
    work.write = kWriteFlopsPerPixel * schedule.pixelWidth() * schedule.pixelHeight() * request.frames;
    return work;
}

Progress::Progress(const Reporter &reporter, std::function<double()> clock, std::string prefix)
    : m_reporter(reporter), m_clock(std::move(clock)), m_prefix(std::move(prefix))
{
}

void Progress::start(const StageWork &work, double generated)
{
    m_work = work;
    if (!(m_work.generate > 0.0))
        m_work.generate = 1.0;
    m_done = {};
    m_done.generate = std::clamp(generated, 0.0, 1.0);
    m_takenOver = done();
    m_started = m_clock();
    m_lastShown = m_lastTold = -1.0;
    m_running = true;
    show(true);
}

void Progress::stage(const std::string &name)
{
    m_stage = name;
    if (m_running)
        show(false);
    else
        m_reporter.console().status(m_prefix + name);
}

void Progress::set(double &member, double done)
{
    member = std::max(member, std::clamp(done, 0.0, 1.0));
    if (m_running)
        show(false);
}

double Progress::done() const
{
    const double all = m_work.conditions + m_work.generate + m_work.decode + m_work.write;
    if (!(all > 0.0))
        return 0.0;
    return (m_work.conditions * m_done.conditions + m_work.generate * m_done.generate +
            m_work.decode * m_done.decode + m_work.write * m_done.write) /
           all;
}

double Progress::secondsLeft() const
{
    const double share = done();
    const double computed = share - m_takenOver;
    if (!m_running || computed < kKnownShare)
        return -1.0;
    return (m_clock() - m_started) * (1.0 - share) / computed;
}

void Progress::finish()
{
    m_running = false;
    m_reporter.console().clearStatus();
}

void Progress::show(bool force)
{
    const double share = done();
    const double now = m_clock();
    const double left = secondsLeft();
    const auto percent = std::to_string(int(share * 100.0 + 1e-9));
    const auto leftText =
        left < 0.0 ? std::string() : fillIn(text("faststar", ", %1 left"), {formatSeconds(left)});
    auto &console = m_reporter.console();
    if (console.settings().animate && (force || now - m_lastShown >= kRedrawSeconds)) {
        std::string bar(std::size_t(std::lround(share * kBarCells)), '#');
        bar.resize(kBarCells, '.');
        console.status(m_prefix + "[" + bar + "] " + percent + " % " + m_stage + leftText);
        m_lastShown = now;
    }
    const double step = m_reporter.json() ? kEventShare : kLineShare;
    if (!force && share < 1.0 && share - m_lastTold < step)
        return;
    if (share == m_lastTold)
        return;
    m_lastTold = share;
    nlohmann::json fields{{"done", std::round(share * 10000.0) / 10000.0}, {"stage", m_stage}};
    if (left >= 0.0)
        fields["seconds_left"] = std::round(left * 10.0) / 10.0;
    m_reporter.event("progress", fields);
    if (!m_reporter.json() && !console.settings().animate && share > 0.0)
        console.say(m_prefix + percent + " % " + m_stage + leftText);
}

} // namespace faststar::cli
