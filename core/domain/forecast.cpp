// SPDX-License-Identifier: Apache-2.0
#include "core/domain/forecast.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace faststar
{

namespace
{

// Two per multiply-add, a second and thread, that small float32 networks reach on common processors.
constexpr double kFlopsPerThread = 2.5e10;
constexpr int kMostUsefulThreads = 32;
// H.264 at our settings, against multiply-adds of the decoder.
constexpr double kWriteFlopsPerPixel = 2000.0;
constexpr double kFade = 0.6; // what a run counts after the next one

// The mean of what came before and of now, which counts more the fewer there were.
double blended(double before, double now, int runs)
{
    return runs == 0 ? now : kFade * before + (1.0 - kFade) * now;
}

int pixelFrames(const GenerationRequest &request)
{
    return std::max(request.frames, 1);
}

int conditionFrames(const GenerationRequest &request)
{
    return request.condition == ConditionKind::None
               ? 0
               : 1 + 4 * (std::max(request.conditionLatentFrames, 1) - 1);
}

double computeMs(const StageTimes &times)
{
    return times.blocks + times.head + times.quantizer + times.preview;
}

std::int64_t placesOf(const Schedule &schedule, const PlannedStep &step)
{
    return schedule.lastShape(schedule.scales[std::size_t(step.scale)].clip).tokens();
}

double sum(const std::vector<double> &values)
{
    return std::accumulate(values.begin(), values.end(), 0.0);
}

} // namespace

StepCost costOf(const StepEvent &event)
{
    return {event.index, event.tokens, event.kept, event.pruned, event.times};
}

double RunCosts::stepSeconds() const
{
    return std::accumulate(steps.begin(), steps.end(), 0.0,
                           [](double total, const StepCost &step) { return total + step.times.total(); }) /
           1000.0;
}

double RunCosts::seconds() const
{
    return textSeconds + encodeSeconds + stepSeconds() + decodeSeconds + writeSeconds;
}

void LineFit::add(double atX, double atY)
{
    n += 1.0;
    x += atX;
    y += atY;
    xx += atX * atX;
    xy += atX * atY;
}

void LineFit::fade(double factor)
{
    for (double *value : {&n, &x, &y, &xx, &xy})
        *value *= factor;
}

double LineFit::at(double atX) const
{
    if (n <= 0.0)
        return 0.0;
    const double spread = n * xx - x * x;
    if (spread <= 1e-9 * n * xx)
        return x > 0.0 ? std::max(y / x * atX, 0.0) : std::max(y / n, 0.0);
    const double slope = (n * xy - x * y) / spread;
    const double start = (y - slope * x) / n;
    if (slope < 0.0 || start < 0.0) // noise of short steps: through the origin
        return xx > 0.0 ? std::max(xy / xx * atX, 0.0) : 0.0;
    return start + slope * atX;
}

void learn(Measurements &measurements, const RunCosts &costs, std::int64_t peakBytes,
           const GenerationRequest &request, const ModelConfig &model, const Schedule &schedule)
{
    const auto plan = planSteps(request, model, schedule);
    const bool usable = !costs.steps.empty() && std::ranges::all_of(costs.steps, [&](const StepCost &step) {
        return step.index.step >= 0 && step.index.step < int(plan.size());
    });
    if (!usable)
        return;
    measurements.step.fade(kFade);
    double pruningMs = 0.0, places = 0.0;
    for (const StepCost &step : costs.steps) {
        const PlannedStep &planned = plan[std::size_t(step.index.step)];
        measurements.step.add(planned.flops, computeMs(step.times));
        if (step.pruned) {
            pruningMs += step.times.pruning;
            places += double(placesOf(schedule, planned));
        }
    }
    const int runs = measurements.runs;
    const auto take = [runs](double &value, double seconds, double units) {
        if (seconds > 0.0 && units > 0.0)
            value = blended(value, seconds / units, value > 0.0 ? runs : 0);
    };
    take(measurements.pruningMsPerPlace, pruningMs, places);
    take(measurements.textSeconds, costs.textSeconds, 1.0);
    take(measurements.encodeSecondsPerFrame, costs.encodeSeconds, conditionFrames(request));
    take(measurements.decodeSecondsPerFrame, costs.decodeSeconds, pixelFrames(request));
    take(measurements.writeSecondsPerFrame, costs.writeSeconds, pixelFrames(request));
    measurements.peakBytes = std::max(measurements.peakBytes, peakBytes);
    ++measurements.runs;
}

double Forecast::generateSeconds() const
{
    return sum(stepMs) / 1000.0;
}

double Forecast::seconds() const
{
    return textSeconds + encodeSeconds + generateSeconds() + decodeSeconds + writeSeconds;
}

Forecast forecastOf(const GenerationRequest &request, const ModelConfig &model, const Schedule &schedule,
                    const Measurements *measured, int threads, std::int64_t memoryBytes,
                    const std::vector<PlannedStep> *plan)
{
    Forecast forecast;
    forecast.memoryBytes = memoryBytes;
    const auto own = planSteps(request, model, schedule);
    GenerationRequest unpruned = request;
    unpruned.method = Method::None;
    const auto full = planSteps(unpruned, model, schedule);
    forecast.estimate = measured == nullptr || measured->runs == 0 || !measured->step.known();
    const double flopsPerMs = kFlopsPerThread * std::clamp(threads, 1, kMostUsefulThreads) / 1000.0;
    const auto stepMs = [&](double flops) {
        return forecast.estimate ? flops / flopsPerMs : measured->step.at(flops);
    };
    for (std::size_t i = 0; i < own.size(); ++i) {
        const PlannedStep &step = plan != nullptr && plan->size() == own.size() ? (*plan)[i] : own[i];
        // A count known better moves the work in proportion.
        const double flops =
            own[i].run > 0
                ? own[i].flops * double(step.run) / double(own[i].run)
                : (full[i].tokens > 0 ? full[i].flops * double(step.run) / double(full[i].tokens) : 0.0);
        double ms = step.run > 0 ? stepMs(flops) : 0.0;
        if (step.ratioPermille > 0 && !forecast.estimate)
            ms += measured->pruningMsPerPlace * double(placesOf(schedule, step));
        forecast.stepMs.push_back(ms);
        forecast.fullMs.push_back(full[i].run > 0 ? stepMs(full[i].flops) : 0.0);
        forecast.tokensRun += step.run;
        forecast.tokensAll += step.tokens;
    }
    const GridShape last = schedule.lastShape(0);
    const double frames = pixelFrames(request);
    if (forecast.estimate) {
        const double perSecond = flopsPerMs * 1000.0;
        forecast.decodeSeconds = decodeFlops(model.vae, schedule.latentFrames(), last.h, last.w) / perSecond;
        if (request.condition != ConditionKind::None)
            forecast.encodeSeconds =
                encodeFlops(model.vae, std::max(request.conditionLatentFrames, 1), last.h, last.w) /
                perSecond;
        forecast.writeSeconds =
            kWriteFlopsPerPixel * schedule.pixelWidth() * schedule.pixelHeight() * frames / perSecond;
    } else {
        forecast.textSeconds = measured->textSeconds;
        forecast.decodeSeconds = measured->decodeSecondsPerFrame * frames;
        forecast.writeSeconds = measured->writeSecondsPerFrame * frames;
        forecast.encodeSeconds = measured->encodeSecondsPerFrame * conditionFrames(request);
    }
    return forecast;
}

// --- progress -----------------------------------------------------------------------------------

RunClock::RunClock(Forecast forecast, int stepsTaken)
    : m_forecast(std::move(forecast)), m_taken(std::max(stepsTaken, 0)), m_stepsDone(m_taken)
{
    for (int step = 0; step < m_taken && step < int(m_forecast.stepMs.size()); ++step)
        m_forecast.stepMs[std::size_t(step)] = 0.0;
}

void RunClock::textDone(double seconds)
{
    if (seconds > 0.0)
        m_forecast.textSeconds = seconds;
    m_textDone = 1.0;
}

void RunClock::encode(double share)
{
    m_textDone = 1.0;
    m_encodeDone = std::clamp(share, m_encodeDone, 1.0);
}

void RunClock::stepDone(int step, double ms)
{
    m_textDone = m_encodeDone = 1.0;
    if (step < m_stepsDone || step >= int(m_forecast.stepMs.size()))
        return;
    m_expectedMs += m_forecast.stepMs[std::size_t(step)];
    m_measuredMs += ms;
    m_forecast.stepMs[std::size_t(step)] = ms;
    m_stepsDone = step + 1;
}

void RunClock::decode(double share)
{
    m_textDone = m_encodeDone = 1.0;
    m_stepsDone = int(m_forecast.stepMs.size());
    m_decodeDone = std::clamp(share, m_decodeDone, 1.0);
}

void RunClock::write(double share)
{
    decode(1.0);
    m_writeDone = std::clamp(share, m_writeDone, 1.0);
}

// How much slower than expected, once a tenth of the expected time has shown it.
double RunClock::pace() const
{
    const double all = sum(m_forecast.stepMs);
    if (m_expectedMs <= 0.0 || m_measuredMs <= 0.0 || m_measuredMs < 0.02 * all)
        return 1.0;
    return m_measuredMs / m_expectedMs;
}

double RunClock::secondsLeft() const
{
    double ms = 0.0;
    for (std::size_t step = std::size_t(m_stepsDone); step < m_forecast.stepMs.size(); ++step)
        ms += m_forecast.stepMs[step];
    return (1.0 - m_textDone) * m_forecast.textSeconds + (1.0 - m_encodeDone) * m_forecast.encodeSeconds +
           pace() * (ms / 1000.0 + (1.0 - m_decodeDone) * m_forecast.decodeSeconds) +
           (1.0 - m_writeDone) * m_forecast.writeSeconds;
}

double RunClock::done() const
{
    double past = m_textDone * m_forecast.textSeconds + m_encodeDone * m_forecast.encodeSeconds +
                  pace() * m_decodeDone * m_forecast.decodeSeconds + m_writeDone * m_forecast.writeSeconds;
    for (int step = 0; step < m_stepsDone && step < int(m_forecast.stepMs.size()); ++step)
        past += m_forecast.stepMs[std::size_t(step)] / 1000.0;
    const double all = past + secondsLeft();
    return all > 0.0 ? std::clamp(past / all, 0.0, 1.0) : 0.0;
}

std::vector<RunClock::Segment> RunClock::segments(const Schedule &schedule) const
{
    std::vector<Segment> segments{{Stage::Text, -1, false, m_forecast.textSeconds, m_textDone}};
    if (m_forecast.encodeSeconds > 0.0)
        segments.push_back({Stage::Encode, -1, false, m_forecast.encodeSeconds, m_encodeDone});
    std::array<double, 2> all{}, past{};
    std::size_t step = 0;
    for (const Scale &scale : schedule.scales) {
        for (int repetition = 0; repetition < scale.repetitions && step < m_forecast.stepMs.size();
             ++repetition, ++step) {
            const auto part = std::size_t(scale.clip == 0 ? 0 : 1);
            const bool over = int(step) < m_stepsDone;
            const double ms = m_forecast.stepMs[step] * (over ? 1.0 : pace());
            all[part] += ms;
            past[part] += over ? ms : 0.0;
        }
    }
    for (std::size_t part = 0; part < all.size(); ++part) {
        if (part == 0 || schedule.clips.size() > 1)
            segments.push_back({Stage::Generate, int(part), false, all[part] / 1000.0,
                                all[part] > 0.0 ? past[part] / all[part] : double(m_stepsDone > 0)});
    }
    segments.push_back({Stage::Decode, -1, false, pace() * m_forecast.decodeSeconds, m_decodeDone});
    segments.push_back({Stage::Decode, -1, true, m_forecast.writeSeconds, m_writeDone});
    return segments;
}

// --- speed-up -----------------------------------------------------------------------------------

std::optional<Waterfall> waterfallOf(const RunCosts &unpruned, const RunCosts &pruned)
{
    if (unpruned.steps.empty() || unpruned.steps.size() != pruned.steps.size())
        return std::nullopt;
    Waterfall fall;
    double touchable = 0.0;
    for (std::size_t i = 0; i < unpruned.steps.size(); ++i) {
        const StepCost &full = unpruned.steps[i];
        const StepCost &less = pruned.steps[i];
        if (!(full.index == less.index) || full.tokens != less.tokens)
            return std::nullopt;
        fall.blocks += (full.times.blocks - less.times.blocks) / 1000.0;
        fall.head += (full.times.head + full.times.preview - less.times.head - less.times.preview) / 1000.0;
        fall.quantizer += (full.times.quantizer - less.times.quantizer) / 1000.0;
        fall.overhead += (less.times.pruning - full.times.pruning) / 1000.0;
        if (less.pruned)
            touchable += full.times.total() / 1000.0;
    }
    fall.unpruned = unpruned.seconds();
    fall.pruned = pruned.seconds();
    if (!(fall.unpruned > 0.0) || !(fall.pruned > 0.0))
        return std::nullopt;
    fall.rest = (fall.unpruned - unpruned.stepSeconds()) - (fall.pruned - pruned.stepSeconds());
    fall.speedUp = fall.unpruned / fall.pruned;
    fall.untouched = fall.unpruned - touchable;
    fall.ceiling = fall.untouched > 0.0 ? fall.unpruned / fall.untouched : fall.speedUp;
    return fall;
}

} // namespace faststar
