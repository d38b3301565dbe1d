// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/engine.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include <ATen/ATen.h>

#include "core/domain/reduction_plan.h"
#include "core/model/checkpoint/weight_hash.h"
#include "core/model/model_folder.h"
#include "core/model/stop.h"
#include "core/pipeline/generator.h"
#include "core/pipeline/guarded.h"
#include "core/pipeline/history_check.h"
#include "core/pipeline/loaded_model.h"
#include "core/pipeline/memory_forecast.h"
#include "core/pipeline/placement.h"
#include "core/pipeline/preview.h"
#include "core/pipeline/preview_cache.h"
#include "core/pipeline/preview_fit.h"
#include "core/pipeline/stopwatch.h"
#include "gpu/machine.h"

namespace faststar::pipeline
{

namespace
{

class Engine final : public Pipeline
{
public:
    Result<ModelFacts> load(const LoadSettings &settings, RunObserver &observer,
                            std::stop_token stop) override
    {
        return guarded<ModelFacts>([&]() -> Result<ModelFacts> {
            try {
                return loadModel(settings, observer, stop);
            } catch (const model::StopRequested &) {
                return failure(ErrorCode::Internal, "stopped while loading");
            }
        });
    }

    Result<RunResult> run(const RunInput &input, RunObserver &observer, RunControl &control) override
    {
        if (!m_model)
            return failure(ErrorCode::InvalidRequest, "no model is loaded");
        return guarded<RunResult>([&]() -> Result<RunResult> {
            try {
                return runModel(input, observer, control);
            } catch (const model::StopRequested &) {
                RunResult cancelled;
                cancelled.outcome = Outcome::Cancelled;
                return cancelled;
            }
        });
    }

private:
    Result<ModelFacts> loadModel(const LoadSettings &settings, RunObserver &observer,
                                 const std::stop_token &stop);
    Result<RunResult> runModel(const RunInput &input, RunObserver &observer, RunControl &control);
    Status checkRunMemory(const GenerationRequest &request, const Schedule &schedule) const;
    Status checkInput(const RunInput &input, const Schedule &schedule) const;
    RunPlan planOf(const RunInput &input, const Schedule &schedule, const TextFeatures &text) const;
    std::vector<Image> decode(const at::Tensor &latent, const std::stop_token &stop,
                              const std::function<void(double)> &progress) const;
    [[nodiscard]] std::int64_t weightBytes() const;
    void learnPreview(const at::Tensor &latent, const std::vector<Image> &frames);

    std::optional<LoadedModel> m_model;
    std::vector<model::PartSize> m_parts;
    std::string m_hash;
    gpu::Placement m_placement;
    std::string m_profile;
};

Result<ModelFacts> Engine::loadModel(const LoadSettings &settings, RunObserver &observer,
                                     const std::stop_token &stop)
{
    observer.stageStarted(Stage::Load);
    const Stopwatch watch;
    m_model.reset(); // the old weights make room before the new ones come
    gpu::setThreads(settings.threads);
    const auto named = placementOf(settings.device, settings.profile);
    if (!named)
        return tl::unexpected(named.error());
    const gpu::Placement placement = named->placement;
    gpu::Placement rest = placement; // of the parts that have no eight-bit form
    rest.eightBit = false;

    auto folder = model::openModelFolder(settings.modelPath);
    if (!folder)
        return tl::unexpected(folder.error());
    auto parts = model::inspectParts(*folder, folder->notes);
    if (!parts)
        return tl::unexpected(parts.error());
    for (const auto &note : folder->notes)
        observer.warned(note);

    const ModelConfig &config = folder->config;
    GenerationRequest usual;
    usual.size = config.schedule.size;
    usual.aspect = config.generation.aspect;
    usual.frames = config.generation.frames;
    const auto schedule = scheduleOf(usual, config);
    if (!schedule)
        return failure(ErrorCode::CorruptFile, folder->root.string() + ": " + schedule.error().detail);
    const bool guided = config.generation.guidanceScale != 1.0;
    const Status fits = placement.device.is_cpu()
                            ? checkHostMemory(runBytesCpu(config, *parts, *schedule, guided))
                            : checkDeviceMemory(placement, named->profile, config, *parts, *schedule, guided);
    if (!fits)
        return tl::unexpected(fits.error());

    LoadedModel loaded;
    loaded.config = config;
    const auto transformer = model::WeightSource::open(folder->transformer);
    if (!transformer)
        return tl::unexpected(transformer.error());
    auto net = model::Transformer::load(*transformer, config.transformer, config.quantizer, placement);
    if (!net)
        return tl::unexpected(net.error());
    loaded.transformer = std::move(*net);
    model::throwIfStopped(stop);
    const auto vaeWeights = model::WeightSource::open(folder->vae, folder->vaeDictionaries);
    if (!vaeWeights)
        return tl::unexpected(vaeWeights.error());
    auto vae = model::VideoVae::load(*vaeWeights, config.vae, rest);
    if (!vae)
        return tl::unexpected(vae.error());
    loaded.vae = std::move(*vae);
    model::throwIfStopped(stop);
    if (!folder->textEncoder.empty()) {
        auto encoder = model::TextEncoder::load(folder->textEncoder, rest);
        if (!encoder)
            return tl::unexpected(encoder.error());
        loaded.textEncoder = std::move(*encoder);
    }
    auto hash = model::weightHash(*folder);
    if (!hash)
        return tl::unexpected(hash.error());

    ModelFacts facts;
    facts.config = config;
    facts.path = folder->root.string();
    facts.device = named->device;
    facts.profile = named->profile;
    facts.hash = *hash;
    facts.loadSeconds = watch.seconds();
    m_parts = std::move(*parts);
    m_hash = facts.hash;
    if (!loaded.config.preview)
        loaded.config.preview = cachedPreview(previewCacheFolder(), m_hash);
    m_placement = placement;
    m_profile = named->profile;
    facts.weightBytes = weightBytes();
    m_model = std::move(loaded);
    return facts;
}

// As held in memory: on the CPU every parameter as float32.
std::int64_t Engine::weightBytes() const
{
    if (m_placement.device.is_cuda())
        return gpu::deviceMemory(m_placement.device).used;
    return std::accumulate(m_parts.begin(), m_parts.end(), std::int64_t(0),
                           [](std::int64_t sum, const model::PartSize &part) {
                               return sum + part.parameters * std::int64_t(sizeof(float));
                           });
}

Status Engine::checkInput(const RunInput &input, const Schedule &schedule) const
{
    if (!m_model->textEncoder)
        return failure(ErrorCode::ModelMismatch, "the model folder has no text encoder");
    if (input.request.condition != ConditionKind::None) {
        const int given = input.request.condition == ConditionKind::Image
                              ? 1
                              : 1 + 4 * (input.request.conditionLatentFrames - 1);
        if (!input.condition || int(input.condition->size()) != given)
            return failure(ErrorCode::InvalidRequest,
                           "condition: " + std::to_string(given) + " frames are needed, " +
                               std::to_string(input.condition ? input.condition->size() : 0) + " were given");
        for (const Image &image : *input.condition) {
            if (image.width != schedule.pixelWidth() || image.height != schedule.pixelHeight() ||
                image.rgb.size() != std::size_t(image.width) * std::size_t(image.height) * 3)
                return failure(ErrorCode::InvalidRequest, "condition: a frame is not " +
                                                              std::to_string(schedule.pixelWidth()) + "x" +
                                                              std::to_string(schedule.pixelHeight()));
        }
    }
    return checkHistory(input.history, schedule);
}

RunPlan Engine::planOf(const RunInput &input, const Schedule &schedule, const TextFeatures &text) const
{
    const ModelConfig &config = m_model->config;
    const auto steps = planSteps(input.request, config, schedule, text.promptTokens);
    double total = 0.0;
    for (const auto &step : steps)
        total += step.flops;
    total = std::max(total, 1.0);
    RunPlan plan;
    for (const auto &step : steps) {
        plan.stepCost.push_back(step.flops / total);
        plan.keptTokens.push_back(step.run);
    }
    const GridShape last = schedule.lastShape(0);
    plan.decodeCost = decodeFlops(config.vae, schedule.latentFrames(), last.h, last.w) / total;
    if (input.condition)
        plan.encodeCost =
            encodeFlops(config.vae, 1 + (int(input.condition->size()) - 1) / 4, last.h, last.w) / total;
    plan.schedule = schedule;
    plan.resumedSteps = int(input.history.size());
    plan.promptTokens = text.promptTokens;
    plan.promptCut = text.promptCut;
    return plan;
}

std::vector<Image> Engine::decode(const at::Tensor &latent, const std::stop_token &stop,
                                  const std::function<void(double)> &progress) const
{
    const auto total = double(1 + 4 * (latent.size(1) - 1));
    std::vector<Image> frames;
    m_model->vae->decode(
        latent,
        [&](const at::Tensor &pixels) {
            for (auto &image : imagesOf(pixels))
                frames.push_back(std::move(image));
            progress(double(frames.size()) / total);
        },
        stop);
    return frames;
}

// A model without a projection gets one from its first true decode.
void Engine::learnPreview(const at::Tensor &latent, const std::vector<Image> &frames)
{
    if (m_model->config.preview)
        return;
    m_model->config.preview = fitPreview(latent.cpu(), frames);
    cachePreview(previewCacheFolder(), m_hash, *m_model->config.preview);
}

Status Engine::checkRunMemory(const GenerationRequest &request, const Schedule &schedule) const
{
    const bool guided = request.guidanceScale != 1.0;
    if (m_placement.device.is_cpu())
        return checkHostMemory(runBytesCpu(m_model->config, m_parts, schedule, guided) - weightBytes());
    const std::int64_t needed = runBytesDevice(m_profile, m_model->config, m_parts, schedule, guided);
    return checkFree(needed - weightBytes(), gpu::deviceMemory(m_placement.device).free);
}

Result<RunResult> Engine::runModel(const RunInput &input, RunObserver &observer, RunControl &control)
{
    const GenerationRequest &request = input.request;
    const auto schedule = scheduleOf(request, m_model->config);
    if (!schedule)
        return tl::unexpected(schedule.error());
    if (const Status good = checkInput(input, *schedule); !good)
        return tl::unexpected(good.error());
    if (const Status fits = checkRunMemory(request, *schedule); !fits)
        return tl::unexpected(fits.error());
    gpu::resetPeak(m_placement.device);

    RunResult result;
    Stopwatch watch;
    observer.stageStarted(Stage::Text);
    GeneratorInput work{*m_model,
                        request,
                        *schedule,
                        encodePrompt(*m_model, request, control.interruptToken()),
                        {},
                        {},
                        input.history,
                        nullptr,
                        input.previewEvery};
    result.summary.textSeconds = watch.lapMs() / 1000.0;
    const RunPlan plan = planOf(input, *schedule, work.text);
    observer.planned(plan);
    if (work.text.promptCut || work.text.negativeCut)
        observer.warned(std::string(work.text.promptCut ? "the prompt" : "the negative prompt") +
                        " is longer than " + std::to_string(m_model->config.transformer.textMaxTokens - 1) +
                        " tokens and was cut");
    if (request.condition == ConditionKind::Video &&
        request.conditionLatentFrames - 1 < m_model->config.schedule.framesPerClip)
        observer.warned("continuing from " + std::to_string(1 + 4 * (request.conditionLatentFrames - 1)) +
                        " frames is outside the released training (" +
                        std::to_string(1 + 4 * m_model->config.schedule.framesPerClip) + " frames)");

    const bool conditionNeeded = int(input.history.size()) < schedule->steps();
    if (input.condition && conditionNeeded) {
        observer.stageStarted(Stage::Encode);
        work.conditionLatent = m_model->vae->encode(
            pixelsOf(*input.condition), [&](double done) { observer.stageProgressed(Stage::Encode, done); },
            control.interruptToken());
        result.summary.encodeSeconds = watch.lapMs() / 1000.0;
    }

    Trace trace;
    if (!input.tracePath.empty())
        work.trace = &trace;
    observer.stageStarted(Stage::Generate);
    Generator generator(std::move(work), observer, control);
    generator.decodeNow = [&](const StepIndex &at) {
        const at::Tensor latent = generator.latent();
        auto frames =
            std::make_shared<std::vector<Image>>(decode(latent, control.interruptToken(), [](double) {}));
        learnPreview(latent, *frames);
        observer.decoded(at, frames);
    };
    const bool whole = generator.run();
    if (control.isCancelled())
        throw model::StopRequested{};
    result.outcome = whole ? Outcome::Finished : Outcome::Kept;
    if (!whole)
        result.keptAt = generator.lastStep();

    const at::Tensor latent = generator.latent();
    if (!input.tracePath.empty()) {
        trace.add("latent", latent);
        if (const Status written = model::writeSafetensors(input.tracePath, trace.tensors()); !written)
            return tl::unexpected(written.error());
    }
    observer.stageStarted(Stage::Decode);
    watch.lapMs();
    auto frames = std::make_shared<std::vector<Image>>(decode(
        latent, control.cancelToken(), [&](double done) { observer.stageProgressed(Stage::Decode, done); }));
    result.summary.decodeSeconds = watch.lapMs() / 1000.0;
    learnPreview(latent, *frames);
    if (request.smoothFirstFrame && frames->size() > 1)
        frames->front() = (*frames)[1];
    result.frames = std::move(frames);

    RunSummary &summary = result.summary;
    summary.imageClipSeconds = generator.imageClipSeconds();
    summary.videoClipSeconds = generator.videoClipSeconds();
    summary.tokensRun = generator.tokensRun();
    summary.tokensAll = std::accumulate(
        schedule->scales.begin(), schedule->scales.end(), std::int64_t(0),
        [](std::int64_t sum, const Scale &scale) { return sum + scale.shape.tokens() * scale.repetitions; });
    summary.nanCount = generator.nanCount();
    summary.peakBytes =
        m_placement.device.is_cuda() ? gpu::deviceMemory(m_placement.device).peak : gpu::peakResidentBytes();
    return result;
}

} // namespace

std::unique_ptr<Pipeline> makeEngine()
{
    return std::make_unique<Engine>();
}

} // namespace faststar::pipeline
