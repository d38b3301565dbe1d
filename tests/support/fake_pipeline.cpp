// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_pipeline.h"

#include <algorithm>
#include <sstream>

#include "core/domain/reduction_plan.h"
#include "core/domain/selection.h"
#include "core/domain/validate.h"
#include "tests/support/fake_maps.h"

namespace faststar::test
{

namespace
{

constexpr double kMsPerToken = 0.25;

int wordsOf(const std::string &text)
{
    std::istringstream stream(text);
    int words = 0;
    for (std::string word; stream >> word;)
        ++words;
    return words;
}

// One run from its first step to its frames.
class FakeRun
{
public:
    FakeRun(const ModelConfig &model, const RunInput &input, Schedule schedule, RunObserver &observer,
            RunControl &control)
        : m_input(input), m_request(input.request), m_schedule(std::move(schedule)), m_observer(observer),
          m_control(control), m_steps(planSteps(m_request, model, m_schedule))
    {
    }

    void announce();
    // Pause and decode requests take effect here. False: the run is to end.
    bool passBoundary();
    void generate(int step);
    RunResult finish(Outcome outcome);

    [[nodiscard]] int steps() const { return int(m_steps.size()); }
    [[nodiscard]] Result<int> takeHistory();

private:
    [[nodiscard]] StepIndex indexOf(int step) const;
    [[nodiscard]] std::shared_ptr<const std::vector<Image>> decode() const;
    void answerDecodeRequest();

    const RunInput &m_input;
    const GenerationRequest &m_request;
    Schedule m_schedule;
    RunObserver &m_observer;
    RunControl &m_control;
    std::vector<PlannedStep> m_steps;
    int m_done = 0; // whole steps
    RunSummary m_summary;
};

StepIndex FakeRun::indexOf(int step) const
{
    const PlannedStep &planned = m_steps[std::size_t(step)];
    const Scale &scale = m_schedule.scales[std::size_t(planned.scale)];
    return {scale.clip, scale.index, scale.indexInClip, planned.repetition, step};
}

Result<int> FakeRun::takeHistory()
{
    if (m_input.history.size() > m_steps.size())
        return failure(ErrorCode::InvalidRequest, "history: more steps than the schedule has");
    for (const auto &record : m_input.history) {
        if (record == nullptr || !(record->index == indexOf(m_done)))
            return failure(ErrorCode::InvalidRequest,
                           "history: step " + std::to_string(m_done) + " is another's");
        ++m_done;
    }
    return m_done;
}

void FakeRun::announce()
{
    RunPlan plan;
    plan.schedule = m_schedule;
    double all = 0.0;
    for (const PlannedStep &step : m_steps)
        all += step.flops;
    for (const PlannedStep &step : m_steps) {
        plan.stepCost.push_back(all > 0.0 ? step.flops / all : 0.0);
        plan.keptTokens.push_back(step.run);
        m_summary.tokensAll += step.tokens;
    }
    plan.resumedSteps = m_done;
    plan.promptTokens =
        1 + wordsOf(m_request.promptPrefix + " " + m_request.prompt + " " + m_request.promptSuffix);
    m_observer.planned(plan);
}

std::shared_ptr<const std::vector<Image>> FakeRun::decode() const
{
    return fakeFrames(m_request.seed, m_schedule.pixelWidth(), m_schedule.pixelHeight(), m_request.frames,
                      double(m_done) / double(steps()));
}

void FakeRun::answerDecodeRequest()
{
    if (m_control.takeDecodeRequest())
        m_observer.decoded(indexOf(std::max(m_done - 1, 0)), decode());
}

bool FakeRun::passBoundary()
{
    answerDecodeRequest();
    if (!m_control.isStopping() && m_control.isPaused()) {
        m_observer.paused(true);
        while (!m_control.isStopping() && m_control.isPaused()) {
            m_control.waitWhilePaused();
            answerDecodeRequest();
        }
        m_observer.paused(false);
    }
    return !m_control.isStopping();
}

void FakeRun::generate(int step)
{
    const PlannedStep &planned = m_steps[std::size_t(step)];
    const Scale &scale = m_schedule.scales[std::size_t(planned.scale)];

    auto record = std::make_shared<StepRecord>();
    auto event = std::make_shared<StepEvent>();
    event->index = record->index = indexOf(step);
    event->shape = scale.shape;
    event->tokens = planned.tokens;
    event->forced = planned.forced;
    event->kept = planned.run;
    if (planned.ratioPermille > 0) {
        const GridShape last = m_schedule.lastShape(scale.clip);
        event->scores = fakeScores(m_request.seed, event->index, {scale.shape.t, last.h, last.w},
                                   scale.firstFrame, m_schedule.latentFrames(), m_request.p);
        const PruningOptions &pruning = m_request.pruning;
        Selection selection = selectTokens(event->scores->score, scale.shape,
                                           {planned.ratioPermille, pruning.topkRound, pruning.topkScope,
                                            pruning.maskMode, pruning.frameFloor});
        event->pruned = record->reduced = true;
        record->tokens = std::move(selection.tokens);
        record->mask = std::move(selection.mask);
        if (pruning.compute == Compute::Pruned)
            event->kept = std::int64_t(record->tokens.size());
        m_summary.nanCount += event->scores->nanCount;
    }
    record->bits = fakeBits(m_request.seed, event->index, scale.bits,
                            record->reduced ? std::int64_t(record->tokens.size()) : planned.tokens);
    event->times.blocks = kMsPerToken * double(event->kept);
    event->times.head = event->times.quantizer = 0.1 * event->times.blocks;
    event->times.pruning = event->pruned ? 0.5 : 0.0;
    event->featureNorm = 1.0 - 0.5 * double(step + 1) / double(steps());
    if (m_input.previewEvery > 0 && step % m_input.previewEvery == 0) {
        const GridShape last = m_schedule.lastShape(0);
        event->preview = fakeFrames(m_request.seed, last.w, last.h, m_schedule.latentFrames(),
                                    double(step + 1) / double(steps()));
    }
    (scale.clip == 0 ? m_summary.imageClipSeconds : m_summary.videoClipSeconds) +=
        event->times.total() / 1000.0;
    m_summary.tokensRun += event->kept;
    event->record = std::move(record);
    ++m_done;
    m_observer.stepFinished(event);
}

RunResult FakeRun::finish(Outcome outcome)
{
    RunResult result;
    result.outcome = outcome;
    if (outcome != Outcome::Cancelled) {
        result.frames = decode();
        m_summary.decodeSeconds = 0.001 * double(m_request.frames);
        m_observer.stageProgressed(Stage::Decode, 1.0);
    }
    if (outcome == Outcome::Kept && m_done > 0)
        result.keptAt = indexOf(m_done - 1);
    result.summary = m_summary;
    return result;
}

} // namespace

ModelConfig fakeModel()
{
    ModelConfig model;
    model.name = "fake";
    model.transformer = {256, 8, 4, 8, 4, 1024, 1e-6, 128, 512, 64};
    model.quantizer = {16, 64, 60, 7};
    model.vae.blockOutChannels = {16, 32, 64, 64, 64};
    model.vae.layersPerBlock = 1;
    model.schedule.size = "0.06M";
    model.schedule.imageRepetition.assign(11, 2);
    model.schedule.videoRepetition.assign(11, 2);
    model.schedule.videoRepetition.back() = 1;
    return model;
}

Result<ModelFacts> FakePipeline::load(const LoadSettings &settings, RunObserver &observer,
                                      std::stop_token stop)
{
    m_loaded = false;
    observer.stageStarted(Stage::Load);
    if (const auto error = std::exchange(m_loadFailure, std::nullopt))
        return tl::unexpected<Error>(*error);
    if (stop.stop_requested())
        return failure(ErrorCode::Internal, "stopped while loading");
    observer.stageProgressed(Stage::Load, 1.0);
    m_loaded = true;
    return ModelFacts{m_model, settings.modelPath, "cpu", "cpu-f32", "fa4e", 1 << 20, 0.01};
}

Result<RunResult> FakePipeline::run(const RunInput &input, RunObserver &observer, RunControl &control)
{
    if (!m_loaded)
        return failure(ErrorCode::Internal, "run without a loaded model");
    if (!input.tracePath.empty())
        return failure(ErrorCode::Unsupported, "a fake pipeline has no tensors to trace");
    if (const auto status = checkRequest(input.request, m_model); !status)
        return tl::unexpected<Error>(status.error());
    auto schedule = scheduleOf(input.request, m_model);
    if (!schedule)
        return tl::unexpected<Error>(schedule.error());

    FakeRun run(m_model, input, std::move(*schedule), observer, control);
    const auto taken = run.takeHistory();
    if (!taken)
        return tl::unexpected<Error>(taken.error());
    observer.stageStarted(Stage::Text);
    run.announce();
    if (input.request.condition != ConditionKind::None)
        observer.stageStarted(Stage::Encode);

    observer.stageStarted(Stage::Generate);
    Outcome outcome = Outcome::Finished;
    for (int step = *taken; step < run.steps(); ++step) {
        if (!run.passBoundary()) {
            outcome = Outcome::Kept;
            break;
        }
        if (auto struck = m_stepFailures.extract(step))
            return tl::unexpected<Error>(struck.mapped());
        run.generate(step);
    }
    if (control.isCancelled())
        return run.finish(Outcome::Cancelled);
    observer.stageStarted(Stage::Decode);
    if (const auto error = std::exchange(m_decodeFailure, std::nullopt))
        return tl::unexpected<Error>(*error);
    return run.finish(outcome);
}

} // namespace faststar::test
