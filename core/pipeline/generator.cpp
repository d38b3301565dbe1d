// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/generator.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

#include "core/model/quantizer.h"
#include "core/model/rope.h"
#include "core/model/stop.h"
#include "core/pipeline/guarded.h"
#include "core/pipeline/preview.h"
#include "core/pipeline/stopwatch.h"
#include "core/pruning/partial_update.h"
#include "gpu/torch_device.h"

namespace faststar::pipeline
{

using model::throwIfStopped;

// Everything one step collects on its way.
struct Generator::Step {
    explicit Step(const Scale &which) : scale(which) {}

    const Scale &scale;
    StepIndex index;
    GridShape last;             // of the clip's feature map
    bool storesContext = false; // a later clip attends to this step
    bool forced = false;
    at::Tensor kept; // int64 [k] of the tokens that have bits; undefined = every token
    at::Tensor bits; // [k, d] or [N, d]
    std::int64_t run = 0;
    std::shared_ptr<StepRecord> record = std::make_shared<StepRecord>();
    std::shared_ptr<ScoreMaps> scores;
    StageTimes times;
    Stopwatch watch;
};

Generator::Generator(GeneratorInput input, RunObserver &observer, RunControl &control)
    : m_input(std::move(input)), m_observer(observer), m_control(control),
      m_reducer(m_input.reducer ? m_input.reducer : pruning::makeReducer(m_input.request)),
      m_forcedScales(m_input.givenBits ? 0 : forcedScales(m_input.request, m_input.schedule))
{
}

Generator::~Generator() = default;

bool Generator::run()
{
    const at::InferenceMode inference;
    const at::DeviceGuard guard(device());
    try {
        const at::Tensor hidden = m_input.model.transformer->encodeText(m_input.text.branches, m_textCache,
                                                                        m_control.interruptToken());
        if (m_input.trace != nullptr)
            m_input.trace->add("text/hidden", hidden);
        std::size_t step = 0;
        for (const Scale &scale : m_input.schedule.scales) {
            if (scale.indexInClip == 0)
                beginClip(scale.clip);
            for (int repetition = 0; repetition < scale.repetitions; ++repetition, ++step) {
                if (!boundary())
                    return false;
                runStep(scale, repetition,
                        step < m_input.history.size() ? m_input.history[step].get() : nullptr);
            }
            m_history.endScale();
        }
        if (m_lastStep && m_control.takeDecodeRequest() && decodeNow)
            decodeNow(*m_lastStep);
    } catch (const model::StopRequested &) {
        return false; // the feature map is that of the last whole step
    }
    return true;
}

// Milliseconds since the last lap, of work that is done.
double Generator::lap(Step &step) const
{
    gpu::synchronize(device());
    return step.watch.lapMs();
}

void Generator::beginClip(int clip)
{
    const GridShape last = m_input.schedule.lastShape(clip);
    const int channels = m_input.model.config.transformer.latentChannels;
    m_history.beginClip(at::zeros({channels, last.t, last.h, last.w}, floats()));
    m_finished.push_back(m_history.current());
    m_context = std::move(m_nextContext);
    m_nextContext = {};
    m_fullPass = {};
}

// Pauses and answers decode requests. False: the run is to end.
bool Generator::boundary()
{
    bool announced = false;
    while (!m_control.isStopping()) {
        if (m_lastStep && m_control.takeDecodeRequest() && decodeNow)
            decodeNow(*m_lastStep);
        if (!m_control.isPaused())
            break;
        if (!announced)
            m_observer.paused(true);
        announced = true;
        m_control.waitWhilePaused();
        if (!m_lastStep) // nothing to decode yet: the request must not turn the wait into a spin
            static_cast<void>(m_control.takeDecodeRequest());
    }
    if (announced)
        m_observer.paused(false);
    return !m_control.isStopping();
}

void Generator::runStep(const Scale &scale, int repetition, const StepRecord *past)
{
    const Stopwatch whole;
    Step step(scale);
    step.index = {scale.clip, scale.index, scale.indexInClip, repetition, scale.firstStep + repetition};
    step.last = m_input.schedule.lastShape(scale.clip);
    step.storesContext = repetition == scale.repetitions - 1 && m_input.schedule.isContext(scale.index);
    step.forced = scale.index < m_forcedScales;
    step.record->index = step.index;

    if (past != nullptr) {
        restore(step, *past);
    } else if (step.forced) {
        computeContextOnly(step);
        const Clip &clip = m_input.schedule.clips[std::size_t(scale.clip)];
        step.bits = model::bitsFromResidual(
            m_input.conditionLatent.to(device()).narrow(1, clip.firstFrame, clip.latentFrames),
            m_history.current(), scale.shape, scale.bits);
    } else {
        const bool pruned = stepRatioPermille(m_input.request, m_input.schedule, scale, repetition) > 0;
        const bool ownStep = m_input.request.pruning.spatialRef == SpatialRef::OwnStep;
        if (pruned && !ownStep)
            reduce(step, {});
        computeBits(step);
        if (pruned && ownStep)
            reduce(step, updated(step, *step.record));
    }
    finish(step);
    (scale.clip == 0 ? m_imageClipSeconds : m_videoClipSeconds) += whole.seconds();
}

// Chooses tokens where the plan prunes this step. `after` is the map after the step's full update, which
// only spatial_ref = own_step (an oracle, with compute = full) may look at, and has to wait for.
void Generator::reduce(Step &step, const at::Tensor &after)
{
    const auto &options = m_input.request.pruning;
    const int ratio = stepRatioPermille(m_input.request, m_input.schedule, step.scale, step.index.repetition);
    auto reduction =
        m_reducer->reduce({m_input.schedule, step.scale, step.index.repetition, m_history, after}, ratio);
    if (reduction) {
        step.scores = std::make_shared<ScoreMaps>(std::move(reduction->scores));
        StepRecord &record = *step.record;
        record.reduced = true;
        record.fill = options.fill;
        record.tokens = std::move(reduction->selection.tokens);
        record.mask = options.maskUp == MaskUp::Original
                          ? std::move(reduction->selection.mask)
                          : nearestResize(model::tokenMask(record.tokens, step.scale.shape), step.last);
        if (options.compute == Compute::Pruned)
            step.kept = at::tensor(record.tokens, at::kInt).to(at::kLong).to(device());
    }
    step.times.pruning += lap(step);
}

at::Tensor Generator::forward(Step &step, const at::Tensor &kept, bool store)
{
    const auto &config = m_input.model.config.transformer;
    at::Tensor tokens = model::tokensFromFeatures(m_history.current(), step.scale.shape);
    at::Tensor rope = model::visualRope(step.scale, step.index.step, step.last, config.textMaxTokens,
                                        config.headDim(), device());
    if (kept.defined()) {
        tokens = tokens.index_select(0, kept);
        rope = rope.index_select(1, kept);
    }
    return m_input.model.transformer->forward(tokens, rope, m_context, m_textCache,
                                              store ? &m_nextContext : nullptr, m_control.interruptToken());
}

void Generator::computeBits(Step &step)
{
    const auto &request = m_input.request;
    const bool nothingKept = step.kept.defined() && step.kept.numel() == 0;
    const bool recompute =
        step.storesContext && step.kept.defined() && request.pruning.contextKv == ContextKv::Recompute;
    if (recompute)
        forward(step, {}, true);
    if (nothingKept) {
        step.bits = at::zeros({0, step.scale.bits}, floats().dtype(at::kByte));
        step.times.blocks += lap(step);
        return;
    }
    const at::Tensor hidden = forward(step, step.kept, step.storesContext && !recompute);
    step.run = hidden.size(1);
    step.times.blocks += lap(step);

    const double tau = step.scale.clip == 0 ? request.tauImage : request.tauVideo;
    const at::Tensor logits = m_input.model.transformer->head(hidden, step.scale.semantic) * (1.0 / tau);
    const bool frozen = step.kept.defined() && request.pruning.apgStats == ApgStats::Frozen;
    auto &fullPass = m_fullPass[step.scale.semantic ? 1 : 0];
    // Once for each head: damaged weights show at once, and a device is not made to wait at every step.
    if (!fullPass && !step.kept.defined() && !at::isfinite(logits).all().item<bool>())
        throw BrokenWeights("the transformer computes values that are not finite numbers at step " +
                            std::to_string(step.index.step) +
                            ": its weights are damaged, or too large for this profile");
    const GuidanceStats *scalars = frozen && fullPass ? &*fullPass : nullptr;
    const at::Tensor guided =
        model::guide(logits, {request.guidance, request.guidanceScale, request.apgNormThreshold}, scalars,
                     &step.record->guidance);
    if (!step.kept.defined())
        fullPass = step.record->guidance;
    if (m_input.trace != nullptr)
        m_input.trace->add(stepKey(step.index) + "/logits", guided);

    if (m_input.givenBits) {
        step.bits = m_input.givenBits(step.index).to(device());
        if (step.kept.defined())
            step.bits = step.bits.index_select(0, step.kept);
    } else if (request.greedy) {
        step.bits = model::greedyBits(guided);
    } else {
        step.bits = model::sampleBits(guided, std::uint64_t(request.seed), step.scale.index,
                                      step.index.repetition, step.kept);
    }
    step.times.head += lap(step);
}

// A step whose codes are known runs only where a later clip attends to it.
void Generator::computeContextOnly(Step &step)
{
    if (!step.storesContext)
        return;
    const bool keptOnly = step.kept.defined() && m_input.request.pruning.contextKv == ContextKv::KeptOnly;
    step.run = forward(step, keptOnly ? step.kept : at::Tensor(), true).size(1);
    step.times.blocks += lap(step);
}

void Generator::restore(Step &step, const StepRecord &past)
{
    *step.record = past;
    step.bits = model::unpackBits(past.bits).to(device());
    if (past.reduced && past.bits.tokens == std::int64_t(past.tokens.size()))
        step.kept = at::tensor(past.tokens, at::kInt).to(at::kLong).to(device());
    else
        m_fullPass[step.scale.semantic ? 1 : 0] = past.guidance;
    step.forced = true;
    computeContextOnly(step);
}

// F + M (.) Up(r), or F + Up(r) for a full step.
at::Tensor Generator::updated(const Step &step, const StepRecord &record) const
{
    if (!record.reduced) {
        const at::Tensor codes = model::codesFromBits(step.bits, step.scale.shape);
        return m_history.current() + model::upsampleCodes(codes, step.last);
    }
    if (step.kept.defined() && record.tokens.empty())
        return m_history.current();
    at::Tensor codes = model::codesFromBits(step.bits, step.scale.shape, step.kept);
    at::Tensor share;
    if (step.kept.defined() && record.fill == Fill::NearestKept)
        codes = pruning::fillNearestKept(codes, record.tokens);
    if (step.kept.defined() && record.fill == Fill::Renorm)
        share = model::upsampleCodes(
            pruning::maskTensor(model::tokenMask(record.tokens, step.scale.shape)).to(device()), step.last,
            1);
    return pruning::maskedUpdate(m_history.current(), model::upsampleCodes(codes, step.last), record.mask,
                                 share);
}

void Generator::finish(Step &step)
{
    // Only now, when nothing can interrupt the step any more, does the state change.
    m_history.endStep(updated(step, *step.record));
    m_finished.back() = m_history.current();
    step.record->bits = model::packBits(step.bits);
    m_lastStep = step.index;
    step.times.quantizer += lap(step);

    m_tokensRun += step.run;
    if (step.scores)
        m_nanCount += step.scores->nanCount;

    auto event = std::make_shared<StepEvent>();
    event->index = step.index;
    event->shape = step.scale.shape;
    event->tokens = step.scale.shape.tokens();
    event->kept = step.run;
    event->pruned = step.record->reduced;
    event->forced = step.forced;
    event->scores = step.scores;
    event->record = step.record;
    event->featureNorm = std::sqrt(m_history.current().square().mean().item<double>());
    if (m_input.previewEvery > 0 && step.index.step % m_input.previewEvery == 0)
        event->preview = preview();
    step.times.preview += lap(step);
    event->times = step.times;
    if (m_input.trace != nullptr) {
        m_input.trace->add(stepKey(step.index) + "/feature_map", m_history.current());
        if (step.scores)
            m_input.trace->addReduction(step.index, *step.scores, *step.record);
    }
    m_observer.stepFinished(event);
}

std::shared_ptr<const std::vector<Image>> Generator::preview() const
{
    const auto &projection = m_input.model.config.preview;
    return projection ? std::make_shared<const std::vector<Image>>(projectPreview(latent(), *projection))
                      : nullptr;
}

at::Tensor Generator::latent() const
{
    std::vector<at::Tensor> clips = m_finished;
    for (std::size_t clip = clips.size(); clip < m_input.schedule.clips.size(); ++clip) {
        const int frames = m_input.schedule.clips[clip].latentFrames;
        if (clips.empty()) {
            const GridShape last = m_input.schedule.lastShape(0);
            clips.push_back(
                at::zeros({m_input.model.config.transformer.latentChannels, 1, last.h, last.w}, floats()));
            continue;
        }
        const at::Tensor &before = clips.back();
        clips.push_back(before.narrow(1, before.size(1) - 1, 1).expand({-1, frames, -1, -1}));
    }
    return at::cat(clips, 1);
}

} // namespace faststar::pipeline
