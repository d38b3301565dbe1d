// SPDX-License-Identifier: Apache-2.0
//
// A transformer stage small enough for tests, on made-up latents.
#pragma once

#include <filesystem>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include "app/train/transformer_stage.h"

namespace faststar::test
{

using namespace faststar::train;

inline constexpr int kVocabulary = 12;

// Clips whose colour, so to say, is told by the caption: a constant latent a word.
inline EncodedClips someClips(std::uint64_t first, int count, int frames)
{
    EncodedClips clips;
    clips.latents = at::empty({count, 1 + (frames - 1) / 4, 64, 252});
    for (int i = 0; i < count; ++i) {
        const auto number = int((first + std::uint64_t(i)) % 1000);
        auto generator = at::detail::createCPUGenerator(std::uint64_t(2 + number % 4));
        clips.latents.select(0, i).copy_(at::randn({1, 64, 1}, generator, at::TensorOptions(at::kFloat))
                                             .expand({clips.latents.size(1), 64, 252}) *
                                         0.5);
        std::vector<int> shorter{2 + number % 4, 1};
        std::vector<int> longer{7, 2 + number % 4, 1};
        clips.captions.push_back({shorter, longer});
    }
    return clips;
}

inline ModelConfig tinyModel()
{
    ModelConfig model;
    model.transformer.width = 32;
    model.transformer.depth = 2;
    model.transformer.blockChunks = 1;
    model.transformer.heads = 4;
    model.transformer.kvHeads = 2;
    model.transformer.mlpWidth = 48;
    model.transformer.textChannels = 16;
    model.transformer.textMaxTokens = 32;
    model.quantizer.detailScaleMinTokens = 60;
    model.quantizer.semanticScales = 7;
    model.schedule.size = "0.06M";
    model.schedule.imageRepetition.assign(11, 2);
    model.schedule.videoRepetition.assign(11, 2);
    model.schedule.videoRepetition.back() = 1;
    model.schedule.framesPerClip = 1;
    return model;
}

inline TransformerStageConfig tinySettings(int steps)
{
    const auto json = nlohmann::json::parse(R"({
        "optimizer": {"steps": 1, "learning_rate": 4e-3, "warmup_steps": 5, "average": 0.9},
        "report": {"log_steps": 1, "validations": 1, "checkpoints": 0},
        "text_encoder": {"width": 16, "head_dim": 8, "mlp_width": 24, "depth": 1, "heads": 2},
        "formats": [{"frames": 5, "rows": 2, "groups": 3, "group_size": 4, "renew_steps": 3, "share": 0.8},
                    {"frames": 9, "rows": 1, "groups": 2, "group_size": 2, "renew_steps": 0, "share": 0.2}],
        "drop_text": 0.5, "motion_weight": 0.5, "validation_batches": 1})");
    auto config = readTransformerStage(json);
    if (!config)
        throw std::runtime_error(config.error().detail);
    config->optimizer.steps = steps;
    return *config;
}

inline std::unique_ptr<TransformerStage> tinyStage(int steps)
{
    auto stage =
        TransformerStage::create(tinyModel(), tinySettings(steps), kVocabulary, someClips, 5, at::kCPU);
    if (!stage)
        throw std::runtime_error(stage.error().detail);
    return *std::move(stage);
}

inline StageResult trained(TransformerStage &stage, const std::filesystem::path &folder, bool resume = false,
                           std::int64_t steps = 0)
{
    StageOptions options;
    options.out = folder;
    options.resume = resume;
    options.steps = steps;
    options.quiet = true;
    TrainConfig config;
    config.seed = 5;
    auto result = runStage(stage, config, options);
    if (!result)
        throw std::runtime_error(result.error().detail);
    return *result;
}

inline double mean(const std::vector<double> &values, std::size_t first, std::size_t count)
{
    return std::accumulate(values.begin() + long(first), values.begin() + long(first + count), 0.0) /
           double(count);
}

struct WrongSettings {
    const char *name;
    const char *json;
    const char *named; // in the message
};

inline std::vector<WrongSettings> wrongSettings()
{
    return {
        {"unknown", R"({"optimizer": {"steps": 5}, "rows": 3})", "rows"},
        {"frames", R"({"optimizer": {"steps": 5}, "formats": [{"frames": 6}]})", "frames"},
        {"type", R"({"optimizer": {"steps": 5}, "block_type": "int8"})", "block_type"},
        {"in a part", R"({"optimizer": {"steps": 5}, "text_encoder": {"widht": 3}})", "widht"},
        {"no formats", R"({"optimizer": {"steps": 5}, "formats": []})", "formats is empty"},
        {"no length", "{}", "steps"},
    };
}

} // namespace faststar::test
