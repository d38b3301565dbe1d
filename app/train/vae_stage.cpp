// SPDX-License-Identifier: Apache-2.0
#include "app/train/vae_stage.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <ATen/ops/cat.h>
#include <ATen/ops/mse_loss.h>
#include <ATen/ops/stack.h>
#include <c10/core/GradMode.h>

#include "app/train/contact_sheet.h"
#include "app/train/draw_batch.h"
#include "app/train/drawn_clips.h"
#include "app/train/training_device.h"

namespace faststar::train
{

namespace
{

constexpr int kFrames = 17;                               // of a scene
constexpr std::uint64_t kClipsPerStep = 4096;             // numbers reserved for a step
constexpr std::uint64_t kUnseen = std::uint64_t{1} << 48; // numbers from here on are never trained on
constexpr std::uint32_t kBatchPurpose = 0x200;            // choice of shapes and windows
constexpr std::uint32_t kWeightPurpose = 0x201;
constexpr double kAnywhere = 0.2; // share of the windows that look at no shape
constexpr int kSheetClips = 6;
constexpr int kSheetColumns = 5;

// A window that has a shape in it at some time of the clip, mostly.
Crop chooseWindow(const Scene &scene, const VaeBatchShape &shape, int height, int width, int firstFrame,
                  Draws &draws)
{
    const int mostTop = height - shape.height;
    const int mostLeft = width - shape.width;
    const double x = draws.uniform();
    const double y = draws.uniform();
    Crop crop{int(y * (mostTop + 1)), int(x * (mostLeft + 1)), shape.height, shape.width};
    if (scene.shapes.empty() || draws.chance(kAnywhere))
        return crop;
    const Shape &target = scene.shapes[std::size_t(draws.below(int(scene.shapes.size())))];
    const double u = frameTime(firstFrame + draws.below(shape.frames));
    const Point centre = target.centre(u);
    // The centre falls into the middle half of the window.
    const double top = (centre.y + scene.pan.y * u) * height - shape.height * (0.25 + 0.5 * y);
    const double left = (centre.x + scene.pan.x * u) * height - shape.width * (0.25 + 0.5 * x);
    crop.top = std::clamp(int(std::lround(top)), 0, mostTop);
    crop.left = std::clamp(int(std::lround(left)), 0, mostLeft);
    return crop;
}

} // namespace

VaeStage::VaeStage(TrainConfig config, VaeStageConfig stage, SceneOptions scenes, Schedule schedule,
                   const at::Device &device)
    : m_train(std::move(config)), m_config(std::move(stage)), m_scenes(scenes),
      m_schedule(std::move(schedule)), m_device(device)
{
    StepRandom random(at::kCPU);
    random.restart(m_train.seed, kWeightPurpose, 0);
    m_parameters = newVaeParameters(m_train.model.vae, random.generator(), device);
}

Result<std::unique_ptr<VaeStage>> VaeStage::make(const TrainConfig &config, const at::Device &device)
{
    auto stage = readVaeStageConfig(config);
    if (!stage)
        return tl::unexpected(stage.error());
    auto scenes = readSceneOptions(config.data);
    if (!scenes)
        return tl::unexpected(scenes.error());
    if (stage->jitter >= 0.0)
        scenes->jitter = stage->jitter;
    if (stage->scatter >= 0.0)
        scenes->scatter = stage->scatter;
    const auto &aspect = config.model.generation.aspect;
    constexpr std::array<int, 2> clips{1, (kFrames - 1) / 4};
    auto schedule = buildSchedule(config.model.schedule, config.model.quantizer,
                                  double(aspect.height) / double(aspect.width), clips);
    if (!schedule)
        return tl::unexpected(schedule.error());
    for (const auto &phase : stage->phases) {
        for (const auto &batch : phase.batches) {
            if (batch.height > schedule->pixelHeight() || batch.width > schedule->pixelWidth())
                return failure(ErrorCode::InvalidRequest,
                               "vae.phases: a window of " + std::to_string(batch.width) + " x " +
                                   std::to_string(batch.height) + " does not fit a picture of " +
                                   std::to_string(schedule->pixelWidth()) + " x " +
                                   std::to_string(schedule->pixelHeight()));
        }
    }
    return std::unique_ptr<VaeStage>(
        new VaeStage(config, std::move(*stage), *scenes, std::move(*schedule), device));
}

const VaeBatchShape &VaeStage::chooseBatch(double progress, Draws &draws) const
{
    auto phase = m_config.phases.begin();
    while (progress >= phase->until && std::next(phase) != m_config.phases.end())
        ++phase;
    double sum = 0.0;
    for (const auto &batch : phase->batches)
        sum += batch.weight;
    double rest = draws.uniform() * sum;
    for (const auto &batch : phase->batches) {
        rest -= batch.weight;
        if (rest < 0.0)
            return batch;
    }
    return phase->batches.back();
}

at::Tensor VaeStage::drawTraining(const VaeBatchShape &shape, const StepContext &context, Draws &draws) const
{
    const int height = m_schedule.pixelHeight();
    const int width = m_schedule.pixelWidth();
    const int length = std::max(kFrames, shape.frames);
    const int first = draws.below(length - shape.frames + 1);
    std::vector<Scene> scenes;
    std::vector<Crop> crops;
    for (int i = 0; i < shape.clips; ++i) {
        scenes.push_back(makeScene(context.seed,
                                   std::uint64_t(context.step) * kClipsPerStep + std::uint64_t(i),
                                   double(width) / height, length, m_scenes));
        crops.push_back(chooseWindow(scenes.back(), shape, height, width, first, draws));
    }
    return drawBatch(scenes, height, width, shape.frames, m_device, crops, first);
}

at::Tensor VaeStage::drawValidation(int first, int clips, int frames) const
{
    const int height = m_schedule.pixelHeight();
    const int width = m_schedule.pixelWidth();
    std::vector<Scene> scenes;
    scenes.reserve(std::size_t(clips));
    for (int i = 0; i < clips; ++i)
        scenes.push_back(makeScene(m_train.seed, kUnseen + std::uint64_t(first + i), double(width) / height,
                                   frames, m_scenes));
    return drawBatch(scenes, height, width, frames, m_device);
}

const VaeStage::Pyramids &VaeStage::pyramids(int height, int width)
{
    const auto key = std::make_pair(height, width);
    auto found = m_pyramids.find(key);
    if (found == m_pyramids.end())
        found =
            m_pyramids
                .emplace(key, Pyramids{{height, width, pyramidOf(m_schedule, 0, height, width), m_device},
                                       {height, width, pyramidOf(m_schedule, 1, height, width), m_device}})
                .first;
    return found->second;
}

at::Tensor VaeStage::quantize(const at::Tensor &latents, const BitFlips &flips)
{
    const c10::NoGradGuard noGradients;
    const Pyramids &both = pyramids(int(latents.size(2)), int(latents.size(3)));
    at::Tensor image = both.image.quantize(latents.narrow(1, 0, 1), flips);
    if (latents.size(1) == 1)
        return image;
    return at::cat({image, both.clip.quantize(latents.narrow(1, 1, latents.size(1) - 1), flips)}, 1);
}

model::VaeBatch VaeStage::network() const
{
    const auto tensors = [this](const std::string &name,
                                const std::vector<std::int64_t> &shape) -> Result<at::Tensor> {
        const at::Tensor found = m_parameters.find(name);
        if (!found.defined() || found.sizes() != at::IntArrayRef(shape))
            return failure(ErrorCode::ModelMismatch, "tensor '" + name + "' is missing or misshapen");
        // One number that the projections beside it hold already.
        return name == "scale_learnable_parameters" ? found.detach() : found;
    };
    auto network = model::VaeBatch::read(tensors, m_train.model.vae, m_config.options);
    return std::move(network.value()); // the parameters were made for this very configuration
}

at::Tensor VaeStage::loss(const StepContext &context)
{
    Draws draws(context.seed, std::uint64_t(context.step), kBatchPurpose);
    const VaeBatchShape &shape = chooseBatch(context.progress, draws);
    const bool flipped = draws.chance(m_config.flipShare);
    const at::Tensor truth = drawTraining(shape, context, draws);
    const model::VaeBatch vae = network();
    const at::Tensor latents = vae.encode(truth);
    const at::Tensor codes = quantize(latents, {flipped ? m_config.flipMost : 0.0, 0, context.generator});
    // One step straight through all scales: the decoder sees the codes, the encoder its gradient.
    const at::Tensor made = vae.decode(latents.add(codes.sub(latents.detach())));
    const VaeErrors errors = vaeErrors(truth, made, m_config.losses);
    const at::Tensor toCodes = at::mse_loss(latents, codes);
    const auto &weights = m_config.losses;
    at::Tensor loss = errors.absolute.mul(weights.absolute)
                          .add(errors.square, weights.square)
                          .add(errors.edges, weights.edges)
                          .add(toCodes, weights.codes);
    if (context.reported) {
        *context.measures = {
            {"absolute", errors.absolute.detach()}, {"square", errors.square.detach()},
            {"edges", errors.edges.detach()},       {"codes", toCodes.detach()},
            {"latent_std", latents.detach().std()}, {"psnr", clipPsnr(truth, made.detach()).mean()}};
    }
    return loss;
}

Status VaeStage::validate(const StepContext &context, const std::filesystem::path &folder,
                          const std::string &label)
{
    const c10::NoGradGuard noGradients;
    const model::VaeBatch vae = network();
    std::vector<at::Tensor> fromCodes;
    std::vector<at::Tensor> fromLatents;
    std::vector<at::Tensor> sheet;
    for (int first = 0; first < m_config.validationClips; first += m_config.validationBatch) {
        const int clips = std::min(m_config.validationBatch, m_config.validationClips - first);
        const at::Tensor truth = drawValidation(first, clips, m_config.validationFrames);
        const at::Tensor latents = vae.encode(truth);
        const at::Tensor made = vae.decode(quantize(latents, {}));
        fromCodes.push_back(clipPsnr(truth, made));
        fromLatents.push_back(clipPsnr(truth, vae.decode(latents)));
        for (int i = 0; i < clips && sheet.size() < std::size_t{2} * kSheetClips; ++i) {
            sheet.push_back(truth[i]);
            sheet.push_back(made[i]);
        }
    }
    const at::Tensor codes = at::cat(fromCodes);
    *context.measures = {{"psnr_codes", codes.mean()},
                         {"psnr_codes_least", codes.min()},
                         {"psnr_latents", at::cat(fromLatents).mean()}};
    if (m_config.validationLongFrames > 0) {
        const at::Tensor truth = drawValidation(m_config.validationClips, 1, m_config.validationLongFrames);
        const at::Tensor made = vae.decode(quantize(vae.encode(truth), {}));
        context.measures->emplace_back("psnr_codes_long", clipPsnr(truth, made).mean());
    }
    return writeContactSheet(folder / ("vae-" + label + ".png"), sheet, kSheetColumns);
}

} // namespace faststar::train
