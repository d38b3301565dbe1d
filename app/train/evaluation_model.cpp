// SPDX-License-Identifier: Apache-2.0
#include "app/train/evaluation_model.h"

#include <cmath>
#include <map>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include "app/train/preview_fit.h"
#include "core/domain/validate.h"
#include "core/model/checkpoint/weight_source.h"
#include "core/model/guidance.h"
#include "core/model/model_folder.h"
#include "core/model/quantizer.h"
#include "core/pipeline/generator.h"
#include "core/pipeline/loaded_model.h"
#include "core/pipeline/preview.h"
#include "core/pipeline/trace.h"
#include "gpu/machine.h"

namespace faststar::train
{

namespace
{

class SilentObserver final : public RunObserver
{
};

// Bits of every step that bring the codes nearest to `latent`, in the order of the steps.
std::vector<at::Tensor> bitsOf(const at::Tensor &latent, const Schedule &schedule)
{
    std::vector<at::Tensor> steps;
    at::Tensor features;
    for (const auto &scale : schedule.scales) {
        const auto &clip = schedule.clips[std::size_t(scale.clip)];
        const auto target = latent.narrow(1, clip.firstFrame, clip.latentFrames);
        if (scale.indexInClip == 0)
            features = at::zeros_like(target);
        for (int repetition = 0; repetition < scale.repetitions; ++repetition) {
            steps.push_back(model::bitsFromResidual(target, features, scale.shape, scale.bits));
            features = features + model::upsampleCodes(model::codesFromBits(steps.back(), scale.shape),
                                                       schedule.lastShape(scale.clip));
        }
    }
    return steps;
}

Status checkFrames(const std::vector<Image> &frames, const Schedule &schedule)
{
    if (int(frames.size()) != 1 + 4 * (schedule.latentFrames() - 1) ||
        frames.front().width != schedule.pixelWidth() || frames.front().height != schedule.pixelHeight())
        return failure(ErrorCode::InvalidRequest, "frames do not have the schedule's number and size");
    return {};
}

} // namespace

struct EvaluationModel::Impl {
    pipeline::LoadedModel model;

    [[nodiscard]] std::vector<Image> decode(const at::Tensor &latent) const
    {
        std::vector<Image> frames;
        model.vae->decode(latent,
                          [&](const at::Tensor &pixels) {
                              for (auto &image : pipeline::imagesOf(pixels))
                                  frames.push_back(std::move(image));
                          },
                          {});
        return frames;
    }
};

double psnrOf(const std::vector<Image> &a, const std::vector<Image> &b)
{
    double squares = 0.0;
    double count = 0.0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        for (std::size_t j = 0; j < std::min(a[i].rgb.size(), b[i].rgb.size()); ++j) {
            const double difference = double(a[i].rgb[j]) - double(b[i].rgb[j]);
            squares += difference * difference;
        }
        count += double(a[i].rgb.size());
    }
    return squares <= 0.0 ? 99.0 : 10.0 * std::log10(255.0 * 255.0 * count / squares);
}

EvaluationModel::EvaluationModel(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

EvaluationModel::~EvaluationModel() = default;

Result<std::unique_ptr<EvaluationModel>> EvaluationModel::load(const std::filesystem::path &path, int threads)
{
    gpu::setThreads(threads);
    const auto folder = model::openModelFolder(path);
    if (!folder)
        return tl::unexpected(folder.error());
    auto impl = std::make_unique<Impl>();
    impl->model.config = folder->config;
    const auto weights = model::WeightSource::open(folder->transformer);
    if (!weights)
        return tl::unexpected(weights.error());
    auto transformer =
        model::Transformer::load(*weights, folder->config.transformer, folder->config.quantizer);
    if (!transformer)
        return tl::unexpected(transformer.error());
    impl->model.transformer = std::move(*transformer);
    const auto vaeWeights = model::WeightSource::open(folder->vae, folder->vaeDictionaries);
    if (!vaeWeights)
        return tl::unexpected(vaeWeights.error());
    auto vae = model::VideoVae::load(*vaeWeights, folder->config.vae);
    if (!vae)
        return tl::unexpected(vae.error());
    impl->model.vae = std::move(*vae);
    if (folder->textEncoder.empty())
        return failure(ErrorCode::ModelMismatch, path.string() + ": the model folder has no text encoder");
    auto encoder = model::TextEncoder::load(folder->textEncoder);
    if (!encoder)
        return tl::unexpected(encoder.error());
    impl->model.textEncoder = std::move(*encoder);
    return std::unique_ptr<EvaluationModel>(new EvaluationModel(std::move(impl)));
}

const ModelConfig &EvaluationModel::config() const
{
    return m_impl->model.config;
}

GenerationRequest EvaluationModel::request(const std::string &prompt, std::int64_t seed, int frames) const
{
    auto request = defaultRequest(config());
    request.prompt = prompt;
    request.seed = seed;
    if (frames > 0)
        request.frames = frames;
    expandPrompts(request, config());
    return request;
}

Result<GeneratedClip>
EvaluationModel::generate(const GenerationRequest &request,
                          const std::shared_ptr<const pruning::TokenReducer> &reducer) const
{
    const c10::InferenceMode inference;
    const auto schedule = scheduleOf(request, config());
    if (!schedule)
        return tl::unexpected(schedule.error());
    SilentObserver observer;
    RunControl control;
    pipeline::GeneratorInput input{m_impl->model,
                                   request,
                                   *schedule,
                                   pipeline::encodePrompt(m_impl->model, request, control.interruptToken()),
                                   {},
                                   {},
                                   {},
                                   nullptr,
                                   0,
                                   reducer};
    pipeline::Generator generator(std::move(input), observer, control);
    static_cast<void>(generator.run());
    GeneratedClip clip{m_impl->decode(generator.latent()), generator.tokensRun()};
    if (request.smoothFirstFrame && clip.frames.size() > 1)
        clip.frames.front() = clip.frames[1];
    return clip;
}

Result<CodedClip> EvaluationModel::code(const GenerationRequest &request,
                                        const std::vector<Image> &frames) const
{
    const c10::InferenceMode inference;
    const auto schedule = scheduleOf(request, config());
    if (!schedule)
        return tl::unexpected(schedule.error());
    if (const auto good = checkFrames(frames, *schedule); !good)
        return tl::unexpected(good.error());
    const auto latent = m_impl->model.vae->encode(pipeline::pixelsOf(frames), {}, {});
    CodedClip coded;
    coded.psnrWithoutQuantiser = psnrOf(m_impl->decode(latent), frames);
    coded.fromCodes = m_impl->decode(featureMaps(latent, *schedule).back());
    coded.psnrFromCodes = psnrOf(coded.fromCodes, frames);
    return coded;
}

Result<BitCounts> EvaluationModel::predictBits(const GenerationRequest &request,
                                               const std::vector<Image> &frames) const
{
    const c10::InferenceMode inference;
    auto plain = request;
    plain.method = Method::None;
    plain.guidanceScale = 1.0;
    plain.tauImage = plain.tauVideo = 1.0;
    const auto schedule = scheduleOf(plain, config());
    if (!schedule)
        return tl::unexpected(schedule.error());
    if (const auto good = checkFrames(frames, *schedule); !good)
        return tl::unexpected(good.error());
    const auto steps = bitsOf(m_impl->model.vae->encode(pipeline::pixelsOf(frames), {}, {}), *schedule);
    SilentObserver observer;
    RunControl control;
    pipeline::Trace trace;
    pipeline::GeneratorInput input{m_impl->model,
                                   plain,
                                   *schedule,
                                   pipeline::encodePrompt(m_impl->model, plain, control.interruptToken()),
                                   {},
                                   [&](const StepIndex &index) { return steps[std::size_t(index.step)]; },
                                   {},
                                   &trace,
                                   0,
                                   nullptr};
    pipeline::Generator generator(std::move(input), observer, control);
    static_cast<void>(generator.run());

    std::map<std::string, at::Tensor> logits;
    for (const auto &[name, tensor] : trace.tensors()) {
        if (name.ends_with("/logits"))
            logits.emplace(name, tensor);
    }
    BitCounts counts{std::vector<std::int64_t>(schedule->scales.size(), 0),
                     std::vector<std::int64_t>(schedule->scales.size(), 0)};
    std::size_t step = 0;
    for (const auto &scale : schedule->scales) {
        for (int repetition = 0; repetition < scale.repetitions; ++repetition, ++step) {
            const StepIndex index{scale.clip, scale.index, scale.indexInClip, repetition, int(step)};
            const auto predicted = model::greedyBits(logits.at(pipeline::stepKey(index) + "/logits"));
            counts.right[std::size_t(scale.index)] += predicted.eq(steps[step]).sum().item<std::int64_t>();
            counts.all[std::size_t(scale.index)] += predicted.numel();
        }
    }
    return counts;
}

} // namespace faststar::train
