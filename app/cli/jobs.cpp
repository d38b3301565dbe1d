// SPDX-License-Identifier: Apache-2.0
#include "app/cli/jobs.h"

#include <algorithm>
#include <istream>
#include <limits>
#include <map>

#include "app/cli/job_checks.h"
#include "app/cli/process_file.h"
#include "app/cli/request_builder.h"
#include "app/cli/text.h"
#include "app/jobs/journal_job.h"
#include "core/domain/schedule.h"
#include "core/domain/slug.h"
#include "core/domain/validate.h"
#include "core/store/journal.h"

namespace faststar::cli
{

namespace
{

constexpr int kMostCount = 10000;
constexpr std::size_t kMostPromptBytes = 1 << 20;

tl::unexpected<Error> usage(std::string detail)
{
    return failure(ErrorCode::InvalidRequest, std::move(detail));
}

Result<std::string> readPrompt(Environment &environment, bool noInput)
{
    if (noInput && environment.inIsTerminal)
        return usage("prompt: -p - would wait for typed input, which --no-input forbids");
    std::string prompt;
    for (char c = 0; prompt.size() <= kMostPromptBytes && environment.in->get(c);)
        prompt += c;
    while (!prompt.empty() && (prompt.back() == '\n' || prompt.back() == '\r'))
        prompt.pop_back();
    return prompt;
}

using Condition = std::shared_ptr<const std::vector<Image>>;

class JobPlanner
{
public:
    JobPlanner(const GenerateOptions &options, const CommonOptions &common, const ModelConfig &model,
               Environment &environment, std::vector<std::string> &notes)
        : m_options(options), m_common(common), m_model(model), m_environment(environment), m_notes(notes)
    {
    }

    Result<std::vector<Job>> plan();

private:
    Status addClips(const RequestOptions &options);
    Status addResumed();
    Result<Condition> conditionOf(GenerationRequest &request);
    Status addJob(const RequestOptions &options, GenerationRequest request, const Condition &condition);

    const GenerateOptions &m_options;
    const CommonOptions &m_common;
    const ModelConfig &m_model;
    Environment &m_environment;
    std::vector<std::string> &m_notes;
    std::map<std::string, Condition> m_conditions; // read once for all clips that share one
    std::vector<Job> m_jobs;
    int m_fps = 16;
    int m_previewEvery = 0;
};

Result<std::vector<Job>> JobPlanner::plan()
{
    if (m_options.branchFromScale && m_options.resume.empty())
        return usage("branch_from_scale: that needs --resume JOURNAL");
    const auto fps = flagNumber("fps", m_options.outputs.fps, m_model.schedule.fps, 1, 1000);
    const auto interval = flagNumber("preview_interval", m_options.outputs.previewInterval, 1, 1, 1000000);
    if (!fps || !interval)
        return tl::unexpected(fps ? interval.error() : fps.error());
    m_fps = *fps;
    const bool preview = m_options.outputs.preview || !m_options.outputs.previewPath.empty();
    m_previewEvery = preview ? *interval : 0;

    auto first = m_options.request;
    if (first.prompt == "-") {
        auto prompt = readPrompt(m_environment, m_common.noInput);
        if (!prompt)
            return tl::unexpected(prompt.error());
        first.prompt = std::move(*prompt);
    }
    std::vector<RequestOptions> requests{first};
    if (!m_options.resume.empty()) {
        if (!m_options.processFile.empty())
            return usage("resume: either --resume or --process, not both");
        requests.clear();
        if (auto added = addResumed(); !added)
            return tl::unexpected(added.error());
    } else if (!m_options.processFile.empty()) {
        auto read = readProcessFile(m_options.processFile, first);
        if (!read)
            return tl::unexpected(read.error());
        requests = std::move(*read);
    }
    for (const auto &request : requests) {
        if (auto added = addClips(request); !added) {
            auto error = added.error();
            if (!request.origin.empty())
                error.detail = request.origin + ": " + error.detail;
            return tl::unexpected(std::move(error));
        }
    }

    const auto &outputs = m_options.outputs;
    const bool extras = !outputs.masks.empty() || !outputs.scores.empty() || !outputs.overlay.empty() ||
                        !outputs.saveFrames.empty() || !outputs.trace.empty();
    if (m_jobs.size() > 1 && extras)
        return usage("several clips cannot share one --masks, --scores, --overlay, --save-frames or --trace");
    std::vector<OutputPlan> plans;
    std::vector<std::string> inputs;
    plans.reserve(m_jobs.size());
    for (auto &job : m_jobs) {
        if (!plans.empty())
            job.outputs.preview.clear(); // the same file for all; it is checked once
        plans.push_back(job.outputs);
        if (!job.request.conditionPath.empty())
            inputs.push_back(job.request.conditionPath);
    }
    if (!m_options.processFile.empty())
        inputs.push_back(m_options.processFile);
    if (!m_options.resume.empty())
        inputs.push_back(m_options.resume);
    if (auto checked = checkOutputs(plans, inputs); !checked)
        return tl::unexpected(checked.error());
    for (auto &job : m_jobs)
        job.outputs.preview = m_jobs.front().outputs.preview;
    return std::move(m_jobs);
}

Status JobPlanner::addClips(const RequestOptions &options)
{
    if (!options.prompt && options.image.empty() && options.video.empty())
        return usage(options.origin.empty()
                         ? "prompt: say what to show with -p TEXT, or -p - to read it from standard input"
                         : "prompt: it has none, and neither an image nor a video to start from");
    const auto count = flagNumber("count", options.count, 1, 1, kMostCount);
    if (!count)
        return tl::unexpected(count.error());
    if (*count > 1 && !options.output.empty())
        return usage("output: " + std::to_string(*count) + " clips cannot have one name; use --output-dir");
    auto built = buildRequest(options, m_model);
    if (!built)
        return tl::unexpected(built.error());
    for (const auto &note : built->notes) {
        if (std::find(m_notes.begin(), m_notes.end(), note) == m_notes.end())
            m_notes.push_back(note);
    }
    auto &request = built->request;
    if (built->randomSeed)
        request.seed = m_environment.random();
    const std::int64_t firstSeed = request.seed;
    if (firstSeed > std::numeric_limits<std::int64_t>::max() - (*count - 1))
        return usage("seed: " + std::to_string(firstSeed) + " leaves no room for --count");
    auto condition = conditionOf(request);
    if (!condition)
        return tl::unexpected(condition.error());
    if (auto valid = checkRequest(request, m_model); !valid)
        return valid;
    for (int i = 0; i < *count; ++i) {
        request.seed = firstSeed + i;
        if (auto added = addJob(options, request, *condition); !added)
            return added;
    }
    return {};
}

// The run of a journal, whole or up to the scale where it branches.
Status JobPlanner::addResumed()
{
    auto journal = store::readJournal(m_options.resume);
    if (!journal)
        return tl::unexpected(journal.error());
    if (journal->torn)
        m_notes.push_back(
            text("faststar", "The journal's last step was not complete; it is computed again."));
    const bool branch = m_options.branchFromScale.has_value();
    auto built = rebuildRequest(m_options.request, journal->request, branch);
    if (!built)
        return tl::unexpected(built.error());
    m_notes.insert(m_notes.end(), built->notes.begin(), built->notes.end());
    auto request = built->request;
    const auto condition = conditionOf(request);
    if (!condition)
        return tl::unexpected(condition.error());
    if (request.conditionLatentFrames != journal->request.conditionLatentFrames)
        return failure(ErrorCode::CorruptFile,
                       request.conditionPath + " is not what the journal started from");
    if (auto valid = checkRequest(request, m_model); !valid)
        return valid;
    if (branch) {
        const auto schedule = scheduleOf(request, m_model);
        if (!schedule)
            return tl::unexpected(schedule.error());
        const auto scale = flagNumber("branch_from_scale", m_options.branchFromScale, 0, 0,
                                      int(schedule->scales.size()) - 1);
        if (!scale)
            return tl::unexpected(scale.error());
        journal->steps = jobs::stepsBefore(std::move(journal->steps), *scale);
    }
    if (auto added = addJob(m_options.request, std::move(request), *condition); !added)
        return added;
    m_jobs.back().history = std::move(journal->steps);
    m_jobs.back().modelHash = std::move(journal->modelHash);
    return {};
}

// Reads what the clip starts from, and sets how long that is.
Result<Condition> JobPlanner::conditionOf(GenerationRequest &request)
{
    if (request.condition == ConditionKind::None)
        return Condition();
    // The shape and the length must make sense before anything is read.
    auto plain = request;
    plain.condition = ConditionKind::None;
    if (auto valid = checkRequest(plain, m_model); !valid)
        return tl::unexpected(valid.error());
    const auto schedule = scheduleOf(plain, m_model);
    if (!schedule)
        return tl::unexpected(schedule.error());
    const int width = schedule->pixelWidth(), height = schedule->pixelHeight();

    auto key = request.conditionPath;
    for (const int number : {width, height, request.frames, int(request.condition)}) {
        key += '|';
        key += std::to_string(number);
    }
    auto &known = m_conditions[key];
    if (!known) {
        auto pictures = readCondition(request, m_model, width, height, *m_environment.media);
        if (!pictures)
            return tl::unexpected(pictures.error());
        known = std::make_shared<std::vector<Image>>(std::move(*pictures));
    }
    request.conditionLatentFrames = 1 + int(known->size() - 1) / 4;
    return known;
}

Status JobPlanner::addJob(const RequestOptions &options, GenerationRequest request,
                          const Condition &condition)
{
    Job job;
    auto stem = slugOf(request.prompt);
    stem += '-';
    stem += std::to_string(request.seed);
    job.outputs = planOutputs(m_options.outputs, options.output, stem, m_environment.media->hasVideo());
    job.request = std::move(request);
    job.condition = condition;
    job.fps = m_fps;
    job.previewEvery = m_previewEvery;
    job.metadata = !m_options.outputs.noMetadata;
    job.journal = !m_options.outputs.noJournal;
    if (auto checked = checkClipName(job, *m_environment.media); !checked)
        return checked;
    if (auto checked = checkPruned(job, m_model); !checked)
        return checked;
    m_jobs.push_back(std::move(job));
    return {};
}

} // namespace

Result<std::vector<Job>> planJobs(const GenerateOptions &options, const CommonOptions &common,
                                  const ModelConfig &model, Environment &environment,
                                  std::vector<std::string> &notes)
{
    return JobPlanner(options, common, model, environment, notes).plan();
}

} // namespace faststar::cli
