// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/wiring/run_words.h"

#include "app/studio/session/run_clock.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

#include "app/studio/window/parts/error_texts.h"

namespace faststar::studio
{

namespace
{

constexpr int kFewestSteps = 4; // before a rest can be told from them

QString words(const char *source)
{
    return QCoreApplication::translate("RunWords", source);
}

QString number(std::int64_t value)
{
    return QLocale().toString(qlonglong(value));
}

QString stepWords(const RunRecord &run, const StepEvent &event)
{
    const auto &scales = run.plan->schedule.scales;
    const int repetitions = std::size_t(event.index.scale) < scales.size()
                                ? scales[std::size_t(event.index.scale)].repetitions
                                : 1;
    return words(QT_TRANSLATE_NOOP("RunWords",
                                   "Step %1.%2, scale %3×%4, repetition %5 of %6: %7 of %8 tokens kept"))
        .arg(event.index.scale)
        .arg(event.index.repetition)
        .arg(event.shape.h)
        .arg(event.shape.w)
        .arg(event.index.repetition + 1)
        .arg(repetitions)
        .arg(number(event.kept), number(event.tokens));
}

} // namespace

QString runName(const RunRecord &run)
{
    return run.number > 0 ? words(QT_TRANSLATE_NOOP("RunWords", "Run %1")).arg(run.number)
                          : words(QT_TRANSLATE_NOOP("RunWords", "This run"));
}

QString gigabytesText(std::int64_t bytes)
{
    return words(QT_TRANSLATE_NOOP("RunWords", "%1 GB"))
        .arg(QLocale().toString(double(bytes) / 1e9, 'f', bytes < 10'000'000'000 ? 1 : 0));
}

double measuredSeconds(const RunRecord &run)
{
    const RunSummary &sum = run.summary;
    return sum.textSeconds + sum.encodeSeconds + sum.imageClipSeconds + sum.videoClipSeconds +
           sum.decodeSeconds;
}

QString outcomeOf(const RunRecord &run)
{
    if (run.state != RunState::Finished || !run.forecast)
        return {};
    const Forecast &forecast = *run.forecast;
    // Only what was computed: steps taken over from a journal cost nothing.
    if (run.plan && run.plan->resumedSteps > 0)
        return {};
    QString text = words(forecast.estimate ? QT_TRANSLATE_NOOP("RunWords", "%1: estimate %2, measured %3")
                                           : QT_TRANSLATE_NOOP("RunWords", "%1: forecast %2, measured %3"))
                       .arg(runName(run), secondsText(forecast.seconds() - forecast.writeSeconds),
                            secondsText(measuredSeconds(run)));
    if (forecast.memoryBytes > 0 && run.summary.peakBytes > 0)
        text += QLatin1Char('\n') +
                words(QT_TRANSLATE_NOOP("RunWords", "Memory: forecast %1, measured %2"))
                    .arg(gigabytesText(forecast.memoryBytes), gigabytesText(run.summary.peakBytes));
    return text;
}

QString secondsText(double seconds)
{
    if (!(seconds >= 0.0))
        return QStringLiteral("–");
    if (seconds < 100.0)
        return words(QT_TRANSLATE_NOOP("RunWords", "%1 s"))
            .arg(QLocale().toString(seconds, 'f', seconds < 10.0 ? 2 : 1));
    const auto whole = qlonglong(std::llround(seconds));
    return words(QT_TRANSLATE_NOOP("RunWords", "%1 min %2 s")).arg(whole / 60).arg(whole % 60);
}

QString statusOf(const RunRecord &run, SessionState state)
{
    const auto last = run.lastStep();
    switch (run.state) {
    case RunState::Running:
        break;
    case RunState::Finished: {
        const auto &sum = run.summary;
        return words(QT_TRANSLATE_NOOP("RunWords", "%1 finished in %2: %3 of %4 tokens"))
            .arg(runName(run), secondsText(measuredSeconds(run)), number(sum.tokensRun),
                 number(sum.tokensAll));
    }
    case RunState::Kept:
        return words(QT_TRANSLATE_NOOP("RunWords", "%1 was stopped after %2 steps; what existed is kept"))
            .arg(runName(run))
            .arg(run.stepsDone);
    case RunState::Cancelled:
        return words(QT_TRANSLATE_NOOP("RunWords", "%1 was cancelled")).arg(runName(run));
    case RunState::Failed:
        return words(QT_TRANSLATE_NOOP("RunWords", "%1 failed: %2"))
            .arg(runName(run), headlineOf(run.error ? run.error->code : ErrorCode::Internal));
    case RunState::Interrupted:
        return words(QT_TRANSLATE_NOOP("RunWords", "%1 was interrupted after %2 steps and can be continued"))
            .arg(runName(run))
            .arg(run.stepsDone);
    }
    if (state == SessionState::Paused && last)
        return words(QT_TRANSLATE_NOOP("RunWords", "Paused. %1")).arg(stepWords(run, *last));
    if (run.stage == Stage::Decode)
        return words(QT_TRANSLATE_NOOP("RunWords", "Decoding the clip"));
    if (run.stage == Stage::Encode)
        return words(QT_TRANSLATE_NOOP("RunWords", "Encoding the condition"));
    if (!run.plan || !last)
        return words(QT_TRANSLATE_NOOP("RunWords", "Reading the prompt"));
    return stepWords(run, *last);
}

RunProgress progressOf(const RunRecord &run)
{
    RunProgress progress;
    if (isOver(run.state)) {
        progress.done = 1.0;
        progress.secondsLeft = 0.0;
        return progress;
    }
    const RunClock clock = clockOf(run);
    progress.done = clock.done();
    const int computed = run.plan ? run.stepsDone - run.plan->resumedSteps : 0;
    if (computed >= kFewestSteps || (run.forecast && !run.forecast->estimate))
        progress.secondsLeft = clock.secondsLeft();
    return progress;
}

} // namespace faststar::studio
