// SPDX-License-Identifier: Apache-2.0
#include "app/cli/commands.h"

#include <algorithm>
#include <numeric>

#include <nlohmann/json.hpp>

#include "app/cli/clip_writer.h"
#include "app/cli/exit_codes.h"
#include "app/cli/forecast.h"
#include "app/cli/jobs.h"
#include "app/cli/messages.h"
#include "app/cli/model_location.h"
#include "app/cli/run_watcher.h"
#include "app/cli/summary.h"
#include "app/cli/text.h"
#include "app/jobs/journal_job.h"
#include "core/domain/option_names.h"
#include "core/files/output_file.h"
#include "core/store/journal.h"

namespace faststar::cli
{

namespace
{

constexpr int kJournalsKept = 20;

// The one line that says what is being made, with the values that were used.
std::string describe(const GenerationRequest &request)
{
    std::string method(optionName(request.method));
    if (request.method != Method::None)
        method = fillIn(text("faststar", "%1, ratios %2, p %3"),
                        {method, formatRatios(request.ratiosPermille), formatNumber(request.p)});
    return fillIn(text("faststar", "seed %1, %2, method %3"),
                  {std::to_string(request.seed), formatFrames(request.frames), method});
}

class Generator
{
public:
    Generator(Pipeline &pipeline, const ModelFacts &facts, Environment &environment, const Reporter &reporter)
        : m_pipeline(pipeline), m_facts(facts), m_environment(environment), m_reporter(reporter)
    {
    }

    // Exit code of one clip; `prefix` is "2/5 " among several.
    int make(const Job &job, const std::string &prefix);

private:
    [[nodiscard]] std::optional<store::JournalWriter> openJournal(const Job &job) const;
    void tellJournal(const std::filesystem::path &journal) const;
    void tellTaken(const RunPlan &plan) const;
    int tell(const Job &job, const RunResult &result, const WrittenFiles &files, const Status &written);

    Pipeline &m_pipeline;
    const ModelFacts &m_facts;
    Environment &m_environment;
    const Reporter &m_reporter;
};

int Generator::make(const Job &job, const std::string &prefix)
{
    if (const Status same = jobs::checkWeights(job.modelHash, m_facts.hash); !same)
        return m_reporter.fail(same.error());
    m_reporter.console().say(prefix + describe(job.request));
    const auto &outputs = job.outputs;
    RunInput input{job.request, job.condition, job.history, job.previewEvery, {}};
    std::optional<files::OutputFile> trace;
    if (!outputs.trace.empty()) {
        auto file = files::OutputFile::create(outputs.trace, outputs.overwrite ? files::Existing::Replace
                                                                               : files::Existing::Refuse);
        if (!file)
            return m_reporter.fail(file.error());
        trace = std::move(*file);
        input.tracePath = trace->temporaryPath().string();
    }

    auto journal = openJournal(job);
    RunControl control;
    const StopRequests::Attachment attachment(*m_environment.stops, control);
    Progress progress(m_reporter, m_environment.seconds, prefix);
    const bool keepSteps = !outputs.masks.empty() || !outputs.scores.empty() || !outputs.overlay.empty();
    RunWatcher watcher(m_reporter, progress, job.request, m_facts.config,
                       {keepSteps, outputs.preview, journal ? &*journal : nullptr, int(job.history.size())});
    const auto result = m_pipeline.run(input, watcher, control);
    std::filesystem::path journalPath;
    if (journal && watcher.stepsRecorded() > 0)
        journalPath = journal->path();
    else if (journal) // nothing to continue that is not in the journal it came from
        journal->discard();
    journal.reset();
    if (!result) {
        progress.finish();
        tellJournal(journalPath);
        return m_reporter.fail(result.error());
    }
    const bool cancelled =
        result->outcome == Outcome::Cancelled || !result->frames || result->frames->empty();
    WrittenFiles files;
    Status written;
    if (!cancelled) {
        progress.generate(1.0);
        progress.decode(1.0);
        progress.stage(text("faststar", "writing"));
        written = writeResults(job, metadataOf(job, m_facts, *result), *result, watcher, progress,
                               m_environment, files);
    }
    progress.finish();
    if (written && trace && !files.clip.empty()) {
        written = trace->commit();
        if (written)
            files.extras["trace"] = outputs.trace.string();
    }
    if (!job.history.empty() && !cancelled)
        tellTaken(watcher.plan());
    if (result->outcome != Outcome::Finished)
        tellJournal(journalPath);
    else if (!journalPath.empty())
        m_reporter.console().detail(fillIn(text("faststar", "Journal: %1"), {journalPath.string()}));
    return tell(job, *result, files, written);
}

// A new journal with the steps that were taken over. Without one the clip is made all the same.
std::optional<store::JournalWriter> Generator::openJournal(const Job &job) const
{
    if (!job.journal)
        return std::nullopt;
    const auto folder = store::journalFolder(m_environment.variable("XDG_STATE_HOME").value_or(""),
                                             m_environment.variable("HOME").value_or(""));
    if (!folder)
        return std::nullopt;
    auto journal = jobs::startJournal(store::newJournalPath(*folder), job.request, m_facts.hash, job.history);
    if (!journal) {
        m_reporter.console().detail(sentenceOf(journal.error()));
        return std::nullopt;
    }
    store::pruneJournals(*folder, kJournalsKept);
    return std::move(*journal);
}

void Generator::tellJournal(const std::filesystem::path &journal) const
{
    if (!journal.empty())
        m_reporter.console().say(
            fillIn(text("faststar", "To continue: faststar generate --resume %1"), {journal.string()}));
}

// What did not have to be computed again, which the summary does not count.
void Generator::tellTaken(const RunPlan &plan) const
{
    const auto steps = std::min(std::size_t(std::max(plan.resumedSteps, 0)), plan.keptTokens.size());
    const auto end = plan.keptTokens.begin() + std::ptrdiff_t(steps);
    const auto tokens = std::accumulate(plan.keptTokens.begin(), end, std::int64_t(0));
    m_reporter.console().say(
        fillIn(text("faststar", "%1 steps with %2 tokens were taken over from the journal."),
               {std::to_string(steps), std::to_string(tokens)}));
}

int Generator::tell(const Job &job, const RunResult &result, const WrittenFiles &files, const Status &written)
{
    auto &console = m_reporter.console();
    const int stopCode = m_environment.stops->exitCode();
    if (files.clip.empty()) {
        if (!written)
            return m_reporter.fail(written.error());
        console.say(text("faststar", "Stopped; nothing was written."));
        m_reporter.event("result", {{"outcome", "cancelled"}, {"seed", job.request.seed}});
        return stopCode != 0 ? stopCode : int(kExitFailed);
    }
    if (m_reporter.json())
        m_reporter.event("result", resultFields(job, result, files));
    else
        console.data(files.clip.string());
    if (result.outcome == Outcome::Kept)
        console.say(text("faststar", "Stopped early; the clip shows what was there."));
    if (files.nothingPruned)
        m_reporter.warn(
            text("faststar", "No pruned step was reached, so there are no scores, masks or overlay."));
    if (result.summary.nanCount > 0)
        m_reporter.warn(fillIn(text("faststar", "%1 scores were not a number; their places were kept."),
                               {std::to_string(result.summary.nanCount)}));
    console.say(summaryLine(result.summary, files.encodeSeconds));
    if (!written)
        return m_reporter.fail(written.error());
    return stopCode;
}

// Tells once what a request to stop means while a run is on.
void tellStops(StopRequests &stops, Console &console)
{
    stops.onRequest([&console](StopLevel level) {
        if (level == StopLevel::Keep)
            console.say(text("faststar", "Stopping, and keeping what is there; Ctrl+C again ends at once."));
        else
            console.say(text("faststar", "Ending at once."));
    });
}

int generateAll(const std::vector<Job> &jobs, const LoadSettings &settings, Environment &environment,
                const Reporter &reporter)
{
    Progress loading(reporter, environment.seconds, {});
    RunWatcher watcher(reporter, loading, jobs.front().request, {}, {});
    const auto pipeline = environment.makePipeline();
    auto &stops = *environment.stops;
    const auto facts = pipeline->load(settings, watcher, stops.anyToken());
    loading.finish();
    if (stops.level() != StopLevel::None) {
        reporter.console().say(text("faststar", "Stopped; nothing was written."));
        return stops.exitCode();
    }
    if (!facts)
        return reporter.fail(facts.error());
    reporter.console().detail(
        fillIn(text("faststar", "Model %1 (%2) on %3, loaded in %4."),
               {facts->config.name, facts->hash, facts->device, formatSeconds(facts->loadSeconds)}));

    Generator generator(*pipeline, *facts, environment, reporter);
    int exitCode = kExitDone;
    int failed = 0;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        const auto prefix = jobs.size() == 1
                                ? std::string()
                                : std::to_string(i + 1) + "/" + std::to_string(jobs.size()) + " ";
        const int code = generator.make(jobs[i], prefix);
        if (stops.level() != StopLevel::None)
            return stops.exitCode();
        if (code != kExitDone) {
            ++failed;
            exitCode = code;
        }
    }
    // One of several that failed: the others are there.
    return failed > 0 && jobs.size() > 1 ? int(kExitFailed) : exitCode;
}

} // namespace

int runGenerate(const CommandLine &line, Environment &environment, const Reporter &reporter)
{
    const auto model = findModel(line.common.model, environment);
    if (!model)
        return reporter.fail(model.error());
    const auto config = environment.describeModel(*model);
    if (!config)
        return reporter.fail(config.error());
    if (!config->textEncoder)
        return reporter.fail(
            {ErrorCode::ModelMismatch, "the model folder " + model->string() + " has no text encoder"});
    const auto settings = loadSettings(line.common, *model);
    if (!settings)
        return reporter.fail(settings.error());
    std::vector<std::string> notes;
    const auto jobs = planJobs(line.generate, line.common, *config, environment, notes);
    if (!jobs)
        return reporter.fail(jobs.error());
    for (const auto &note : notes)
        reporter.warn(note);
    if (line.generate.dryRun)
        return tellForecast(*jobs, *settings, *config, environment, reporter);

    tellStops(*environment.stops, reporter.console());
    const int code = generateAll(*jobs, *settings, environment, reporter);
    environment.stops->onRequest({});
    if (reporter.console().dataLost()) {
        reporter.console().error(text("faststar", "Standard output was closed before everything was said."));
        return code == kExitDone ? int(kExitFailed) : code;
    }
    return code;
}

} // namespace faststar::cli
