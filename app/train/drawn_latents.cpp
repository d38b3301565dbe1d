// SPDX-License-Identifier: Apache-2.0
#include "app/train/drawn_latents.h"

#include <memory>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>

#include "app/train/caption.h"
#include "app/train/draw_batch.h"
#include "app/train/drawn_clips.h"
#include "app/train/scene_options.h"
#include "app/train/training_state.h"
#include "app/train/vae_stage.h"
#include "core/domain/prompt_text.h"
#include "core/domain/schedule.h"
#include "core/model/tokenizer.h"
#include "core/model/vae_batch.h"

namespace faststar::train
{
namespace
{

constexpr std::uint32_t kWordingPurpose = 0x776f; // of Draws: the wordings after the scene's own

struct Maker {
    std::uint64_t seed = 0;
    SceneOptions scenes;
    GenerationDefaults generation;
    int fps = 16;
    int textMaxTokens = 512;
    int captions = 1;
    int height = 0;
    int width = 0;
    at::Device device = at::kCPU;
    ParameterSet weights; // what the autoencoder reads
    std::unique_ptr<model::VaeBatch> autoencoder;
    std::unique_ptr<model::Tokenizer> tokenizer;

    [[nodiscard]] std::vector<int> idsOf(const std::string &caption, int frames) const
    {
        const std::string text = expandPromptTemplate(generation.promptPrefix, frames, fps) + caption +
                                 expandPromptTemplate(generation.promptSuffix, frames, fps);
        std::vector<int> ids = tokenizer->encode(text);
        if (int(ids.size()) >= textMaxTokens)
            ids.resize(std::size_t(textMaxTokens - 1));
        ids.push_back(model::Tokenizer::kEndToken);
        return ids;
    }

    [[nodiscard]] EncodedClips make(std::uint64_t first, int count, int frames) const
    {
        const c10::NoGradGuard noGradients;
        std::vector<Scene> drawn;
        EncodedClips clips;
        for (int i = 0; i < count; ++i) {
            const std::uint64_t number = first + std::uint64_t(i);
            drawn.push_back(makeScene(seed, number, double(width) / height, frames, scenes));
            Draws draws(seed, number, kWordingPurpose);
            std::vector<std::vector<int>> wordings{idsOf(drawn.back().caption, frames)};
            while (int(wordings.size()) < captions)
                wordings.push_back(idsOf(describe(drawn.back(), scenes, draws), frames));
            clips.captions.push_back(std::move(wordings));
        }
        const at::Tensor latents = autoencoder->encode(drawBatch(drawn, height, width, frames, device));
        clips.latents =
            latents.to(at::kFloat).flatten(2, 3).transpose(2, 3).contiguous(); // [n, t, 64, H * W]
        return clips;
    }
};

} // namespace

Result<ClipMaker> drawnLatents(const TrainConfig &config, const DrawnLatentsOptions &options,
                               at::Device device)
{
    const auto stage = readVaeStageConfig(config);
    if (!stage)
        return tl::unexpected(stage.error());
    const auto scenes = readSceneOptions(config.data);
    if (!scenes)
        return tl::unexpected(scenes.error());
    auto tokenizer = model::Tokenizer::load(options.tokenizer, options.vocabulary);
    if (!tokenizer)
        return tl::unexpected(tokenizer.error());
    const auto &aspect = config.model.generation.aspect;
    const auto schedule = buildSchedule(config.model.schedule, config.model.quantizer,
                                        double(aspect.height) / double(aspect.width), std::vector<int>{1});
    if (!schedule)
        return tl::unexpected(schedule.error());

    auto maker = std::make_shared<Maker>();
    maker->seed = config.seed;
    maker->scenes = *scenes;
    maker->generation = config.model.generation;
    maker->fps = config.model.schedule.fps;
    maker->textMaxTokens = config.model.transformer.textMaxTokens;
    maker->captions = options.captions;
    maker->height = schedule->pixelHeight();
    maker->width = schedule->pixelWidth();
    maker->device = device;
    maker->weights = newVaeParameters(config.model.vae, at::detail::createCPUGenerator(0), device);
    if (const auto loaded = options.autoencoderOfModel ? loadPart(options.autoencoder, "", maker->weights)
                                                       : loadAverages(options.autoencoder, maker->weights);
        !loaded)
        return tl::unexpected(loaded.error());
    const auto tensors = [&](const std::string &name,
                             const std::vector<std::int64_t> &shape) -> Result<at::Tensor> {
        const at::Tensor found = maker->weights.find(name);
        if (!found.defined() || found.sizes() != at::IntArrayRef(shape))
            return failure(ErrorCode::ModelMismatch, "tensor '" + name + "' is missing or misshapen");
        return found.detach();
    };
    auto autoencoder = model::VaeBatch::read(tensors, config.model.vae, stage->options);
    if (!autoencoder)
        return tl::unexpected(autoencoder.error());
    maker->autoencoder = std::make_unique<model::VaeBatch>(*std::move(autoencoder));
    maker->tokenizer = *std::move(tokenizer);
    return ClipMaker(
        [maker](std::uint64_t first, int count, int frames) { return maker->make(first, count, frames); });
}

} // namespace faststar::train
