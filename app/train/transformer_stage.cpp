// SPDX-License-Identifier: Apache-2.0
#include "app/train/transformer_stage.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "app/train/training_device.h"
#include "core/model/t5_stack.h"
#include "core/model/transformer_network.h"
#include "core/model/weight_list.h"

namespace faststar::train
{
namespace
{

constexpr std::uint32_t kBatchPurpose = 0x7472; // of Draws: what a step's batch holds
constexpr std::uint32_t kValidationPurpose = 0x7476;
constexpr std::uint32_t kInitialPurpose = 0x102;                // of StepRandom
constexpr std::uint64_t kFormatStride = std::uint64_t{1} << 36; // clip numbers of one format
constexpr std::uint64_t kUnseen = std::uint64_t{1} << 40;       // clips that are never trained on
constexpr double kInitialSpread = 0.02;
// A mean square change of a latent from which on a token counts as moving in full.
constexpr double kFullMotion = 0.1;

const std::string kTransformer = "transformer.";
const std::string kTextEncoder = "text_encoder.";

bool endsWith(const std::string &name, std::string_view end)
{
    return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
}

} // namespace

struct TransformerStage::Format {
    Format(const ClipFormat &settings, Schedule steps, at::Device device, const ClipMaker &maker,
           std::uint64_t first, std::shared_ptr<ClipPool> shared)
        : config(settings), schedule(std::move(steps)), labels(schedule, device, settings.clipScales),
          pool(shared ? std::move(shared)
                      : std::make_shared<ClipPool>(maker, first, settings.frames, settings.groups,
                                                   settings.groupSize)),
          unseen(maker, first + kUnseen, settings.frames, 4, settings.groupSize)
    {
    }

    // Scales of a clip that take part.
    [[nodiscard]] int scalesOf(std::size_t clip) const
    {
        return clip > 0 && config.clipScales > 0 ? config.clipScales : schedule.scalesPerClip;
    }

    ClipFormat config;
    Schedule schedule;
    ClipLabels labels;
    std::shared_ptr<ClipPool> pool;
    ClipPool unseen;
    at::Tensor weights;
    std::map<std::int64_t, PackedPlan> plans; // by tokens of the text
};

TransformerStage::TransformerStage(ModelConfig model, TransformerStageConfig config, std::uint64_t seed,
                                   at::Device device)
    : m_model(std::move(model)), m_config(std::move(config)), m_device(device)
{
    addParameters(seed);
}

Result<std::unique_ptr<TransformerStage>> TransformerStage::create(const ModelConfig &model,
                                                                   const TransformerStageConfig &config,
                                                                   int vocabulary, const ClipMaker &clips,
                                                                   std::uint64_t seed, at::Device device)
{
    TransformerStageConfig whole = config;
    whole.textEncoder.vocabulary = vocabulary;
    if (whole.textEncoder.width != model.transformer.textChannels)
        return failure(ErrorCode::ModelMismatch, "the text encoder's width " +
                                                     std::to_string(whole.textEncoder.width) +
                                                     " is not the transformer's text_channels");
    if (model.transformer.headDim() % 8 != 0)
        return failure(ErrorCode::ModelMismatch, "the transformer's head width is not a multiple of 8");
    auto stage = std::unique_ptr<TransformerStage>(new TransformerStage(model, whole, seed, device));
    const auto defaults = model.generation.aspect;
    for (std::size_t i = 0; i < config.formats.size(); ++i) {
        const ClipFormat &format = config.formats[i];
        const auto frames = latentFramesOf(format.frames);
        if (!frames)
            return tl::unexpected(frames.error());
        auto schedule =
            buildSchedule(model.schedule, model.quantizer, double(defaults.height) / defaults.width,
                          clipPlan(*frames, model.schedule.framesPerClip));
        if (!schedule)
            return tl::unexpected(schedule.error());
        if (format.clipScales > schedule->scalesPerClip ||
            (format.clipScales > 0 && schedule->clips.size() > 2))
            return failure(ErrorCode::InvalidRequest,
                           "transformer.formats: clip_scales of " + std::to_string(format.frames) +
                               " frames: there are " + std::to_string(schedule->scalesPerClip) +
                               " scales, and two clips at most may be cut");
        std::shared_ptr<ClipPool> shared;
        for (std::size_t j = 0; j < i && !shared; ++j) {
            if (config.formats[j].frames == format.frames)
                shared = stage->m_formats[j]->pool;
        }
        auto made = std::make_unique<Format>(format, *std::move(schedule), device, clips, kFormatStride * i,
                                             std::move(shared));
        const PackedPlan plan(made->schedule, model.transformer, 1, 1, device, true, format.clipScales);
        made->weights = tokenWeights(made->schedule, plan.order(), config.scalePower, device);
        stage->m_formats.push_back(std::move(made));
    }
    return stage;
}

TransformerStage::~TransformerStage() = default;

void TransformerStage::addParameters(std::uint64_t seed)
{
    // On the CPU whatever the device, so that a seed gives the same weights everywhere.
    StepRandom random(at::kCPU);
    std::uint64_t number = 0;
    // What is added to the stream of every block starts smaller the more blocks there are.
    const double added = kInitialSpread / std::sqrt(2.0 * m_model.transformer.depth);
    const auto add = [&](const std::string &prefix, const model::ExpectedTensor &expected) {
        random.restart(seed, kInitialPurpose, number++);
        const bool matrix = expected.shape.size() > 1;
        const bool sum =
            endsWith(expected.name, "o_proj.weight") || endsWith(expected.name, "down_proj.weight");
        at::Tensor value = at::zeros(expected.shape);
        if (matrix)
            value = at::randn(expected.shape, random.generator(), at::TensorOptions(at::kFloat)) *
                    (sum ? added : kInitialSpread);
        else if (!endsWith(expected.name, ".bias"))
            value.fill_(1.0);
        const bool decay = matrix && expected.name != "cfg_uncond" && expected.name != "shared.weight" &&
                           !endsWith(expected.name, "relative_attention_bias.weight");
        const bool hidden = prefix == kTransformer && matrix &&
                            (expected.name.find(".attn.") != std::string::npos ||
                             expected.name.find(".mlp.") != std::string::npos);
        m_parameters.add(prefix + expected.name, value, decay, m_device, hidden);
    };
    for (const auto &expected : model::transformerTensors(m_model))
        add(kTransformer, expected);
    for (const auto &expected : model::textEncoderTensors(m_config.textEncoder))
        add(kTextEncoder, expected);
}

TransformerStage::Format &TransformerStage::formatOf(Draws &draws)
{
    double whole = 0.0;
    for (const auto &format : m_formats)
        whole += format->config.share;
    double rest = draws.uniform() * whole;
    for (const auto &format : m_formats) {
        if (rest < format->config.share)
            return *format;
        rest -= format->config.share;
    }
    return *m_formats.back();
}

TransformerStage::Batch TransformerStage::batchOf(Format &format, const ClipPool &pool, Draws &draws,
                                                  bool training) const
{
    const ClipBatch picked = pool.pick(draws, format.config.rows);
    const auto tokens = std::int64_t(picked.text.front().size());
    // All that a step needs from here in one copy that nobody waits for.
    at::Tensor host = at::empty({format.config.rows, tokens + 2}, at::kLong);
    auto *values = host.mutable_data_ptr<std::int64_t>();
    for (std::size_t row = 0; row < picked.clips.size(); ++row) {
        *values++ = picked.clips[row];
        *values++ = training && draws.chance(m_config.dropText) ? 0 : 1;
        for (const int id : picked.text[row])
            *values++ = id;
    }
    const at::Tensor sent = host.to(m_device, at::kLong, /*non_blocking=*/true);
    Batch batch;
    batch.latents = pool.latents().index_select(0, sent.select(1, 0));
    batch.withText = sent.select(1, 1).ne(0).unsqueeze(-1).unsqueeze(-1);
    batch.ids = sent.narrow(1, 2, tokens);
    for (const Scale &scale : format.schedule.scales) {
        const int last = scale.repetitions - 1;
        const bool read = format.schedule.isContext(scale.index);
        const bool atLast = !training || last == 0 || (read && draws.chance(m_config.lastRepetition));
        batch.repetitions.push_back(atLast ? last : draws.below(read ? last : last + 1));
    }
    batch.flips = training ? m_config.mostFlips : 0.0;
    return batch;
}

TransformerStage::Losses TransformerStage::lossesOf(Format &format, const Batch &batch,
                                                    const at::Generator &generator, bool accuracies)
{
    const std::int64_t tokens = batch.ids.size(1);
    const auto plan = format.plans
                          .try_emplace(tokens, format.schedule, m_model.transformer, format.config.rows,
                                       int(tokens), m_device, m_config.oneKernel, format.config.clipScales)
                          .first;
    std::vector<at::Tensor> inputs;
    std::vector<at::Tensor> motion;
    std::array<std::vector<at::Tensor>, 2> bits; // semantic, detail
    {
        const c10::NoGradGuard noGradients;
        const auto labels = format.labels.of(batch.latents, batch.repetitions, batch.flips, generator);
        std::vector<at::Tensor> changes;
        if (m_config.motionWeight > 0.0)
            changes = format.labels.motionOf(batch.latents);
        for (const int index : plan->second.order()) {
            const auto scale = std::size_t(index);
            inputs.push_back(labels[scale].input);
            bits[format.schedule.scales[scale].semantic ? 0 : 1].push_back(labels[scale].bits);
            if (m_config.motionWeight > 0.0)
                motion.push_back(changes[scale]);
        }
    }

    const auto parameter = [this](const std::string &name) { return m_parameters.find(kTransformer + name); };
    const auto text = model::T5Stack::fromParameters(
        m_config.textEncoder, [this](const std::string &name, const std::vector<std::int64_t> &) {
            return m_parameters.find(kTextEncoder + name);
        });
    const at::Tensor features =
        at::where(batch.withText, text.forward(batch.ids, {}), parameter("cfg_uncond").narrow(0, 0, tokens));
    const bool half = m_config.blockType == "bfloat16";
    const model::TransformerNetwork network(m_model.transformer, parameter,
                                            half ? at::kBFloat16 : at::kFloat);
    const at::Tensor x = at::cat({network.projectText(features), network.embedTokens(at::cat(inputs, 1))}, 1);
    const auto streams =
        network.run(x, plan->second.rope(batch.repetitions), plan->second.layout())
            .split_with_sizes({tokens, plan->second.semanticTokens(), plan->second.detailTokens()}, 1);

    Losses losses;
    std::vector<at::Tensor> each; // [rows, tokens]
    std::vector<at::Tensor> right;
    for (const bool semantic : {true, false}) {
        const std::size_t part = semantic ? 0 : 1;
        if (bits[part].empty())
            continue;
        const at::Tensor wanted = at::cat(bits[part], 1);
        const at::Tensor logits = network.bitLogits(network.finish(streams[1 + part]), semantic);
        each.push_back(
            at::binary_cross_entropy_with_logits(logits, wanted, {}, {}, at::Reduction::None).mean(-1));
        if (accuracies)
            right.push_back(logits.detach().gt(0).eq(wanted.gt(0)).to(at::kFloat).mean(-1).mean(0));
    }
    at::Tensor weights = format.weights;
    if (m_config.motionWeight > 0.0)
        weights =
            weights * (1.0 + m_config.motionWeight * at::cat(motion, 1).div(kFullMotion).clamp_max(1.0));
    losses.loss = (at::cat(each, 1) * weights).sum() / double(format.config.rows);
    if (accuracies) {
        std::vector<std::int64_t> counts;
        counts.reserve(plan->second.order().size());
        for (const int index : plan->second.order())
            counts.push_back(format.schedule.scales[std::size_t(index)].shape.tokens());
        std::map<int, at::Tensor> byScale;
        const auto parts = at::cat(right).split_with_sizes(counts);
        for (std::size_t i = 0; i < parts.size(); ++i)
            byScale[plan->second.order()[i]] = parts[i].mean();
        std::vector<at::Tensor> inOrder;
        inOrder.reserve(byScale.size());
        for (const auto &[index, share] : byScale)
            inOrder.push_back(share);
        losses.accuracies = at::stack(inOrder);
    }
    return losses;
}

void TransformerStage::measure(const Format &format, const at::Tensor &accuracies, Measures &measures) const
{
    measures.emplace_back("accuracy", accuracies.mean());
    std::int64_t first = 0;
    for (std::size_t clip = 0; clip < format.schedule.clips.size(); ++clip) {
        const std::int64_t scales = format.scalesOf(clip);
        measures.emplace_back("accuracy_clip_" + std::to_string(clip), accuracies.narrow(0, first, scales));
        first += scales;
    }
}

at::Tensor TransformerStage::loss(const StepContext &context)
{
    Draws draws(context.seed, std::uint64_t(context.step), kBatchPurpose);
    Format &format = formatOf(draws);
    {
        const c10::NoGradGuard noGradients;
        const auto owner = std::find_if(m_formats.begin(), m_formats.end(),
                                        [&](const auto &other) { return other->pool == format.pool; });
        const int steps = (*owner)->config.renewSteps;
        if (!format.pool->renew(steps > 0 ? context.step / steps : 0, context.stop))
            return {};
    }
    const Batch batch = batchOf(format, *format.pool, draws, true);
    const Losses losses = lossesOf(format, batch, context.generator, context.reported);
    if (context.reported)
        measure(format, losses.accuracies, *context.measures);
    return losses.loss;
}

Status TransformerStage::validate(const StepContext &context, const std::filesystem::path & /*folder*/,
                                  const std::string & /*label*/)
{
    const c10::NoGradGuard noGradients;
    for (const auto &format : m_formats) {
        if (format->config.clipScales > 0)
            continue; // whole clips tell as much
        if (!format->unseen.renew(0, context.stop))
            return {};
        at::Tensor loss = at::zeros({}, at::TensorOptions(at::kFloat).device(m_device));
        at::Tensor accuracies;
        for (int i = 0; i < m_config.validationBatches; ++i) {
            Draws draws(context.seed, std::uint64_t(i), kValidationPurpose);
            const Batch batch = batchOf(*format, format->unseen, draws, false);
            const Losses losses = lossesOf(*format, batch, context.generator, true);
            loss += losses.loss / m_config.validationBatches;
            accuracies = (accuracies.defined() ? accuracies : at::zeros_like(losses.accuracies)) +
                         losses.accuracies / m_config.validationBatches;
        }
        const std::string frames = std::to_string(format->config.frames) + "_";
        Measures measures{{"loss", loss}};
        measure(*format, accuracies, measures);
        for (const auto &[name, value] : measures)
            context.measures->emplace_back(frames + name, value);
    }
    return {};
}

Status TransformerStage::sample(const std::filesystem::path &folder, const std::string &label)
{
    return m_sampler && m_config.samples > 0 ? m_sampler(folder, m_config.samples, label) : Status{};
}

} // namespace faststar::train
