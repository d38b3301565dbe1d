// SPDX-License-Identifier: Apache-2.0
#include "app/train/transformer_stage.h"

namespace faststar::train
{
namespace
{

void readFormat(ConfigSection &section, ClipFormat &format)
{
    section.read("frames", format.frames, 1, 4001);
    section.read("rows", format.rows, 1, 4096);
    section.read("groups", format.groups, 1, 1'000'000);
    section.read("group_size", format.groupSize, 1, 4096);
    section.read("renew_steps", format.renewSteps, 0, 1'000'000);
    section.read("share", format.share, 0.0, 1e6);
    section.read("clip_scales", format.clipScales, 0, 1000);
    if ((format.frames - 1) % 4 != 0)
        section.fail("frames is not 1 + 4k");
}

void readTextEncoder(ConfigSection &section, TextEncoderConfig &config)
{
    section.read("width", config.width, 1, 1 << 16);
    section.read("head_dim", config.headDim, 1, 1 << 12);
    section.read("mlp_width", config.mlpWidth, 1, 1 << 18);
    section.read("depth", config.depth, 1, 1 << 10);
    section.read("heads", config.heads, 1, 1 << 10);
}

} // namespace

Result<TransformerStageConfig> readTransformerStage(const nlohmann::json &object)
{
    TransformerStageConfig config;
    config.textEncoder.width = 128;
    config.textEncoder.headDim = 32;
    config.textEncoder.mlpWidth = 256;
    config.textEncoder.depth = 2;
    config.textEncoder.heads = 4;
    config.optimizer.learningRate = 1.2e-3;
    config.optimizer.warmupSteps = 200;
    config.optimizer.finalShare = 0.02;
    config.optimizer.weightDecay = 0.03;
    config.optimizer.average = 0.9985;

    ConfigSection section(object, "transformer");
    std::vector<ConfigSection> parts;
    parts.push_back(section.section("optimizer"));
    readOptimizerConfig(parts.back(), config.optimizer);
    parts.push_back(section.section("report"));
    readReportConfig(parts.back(), config.report);
    parts.push_back(section.section("text_encoder"));
    readTextEncoder(parts.back(), config.textEncoder);
    auto formats = section.list("formats");
    if (formats.empty() && object.is_object() && object.contains("formats"))
        section.fail("formats is empty; leave it out for the default");
    if (!formats.empty())
        config.formats.assign(formats.size(), ClipFormat{});
    for (std::size_t i = 0; i < formats.size(); ++i) {
        readFormat(formats[i], config.formats[i]);
        parts.push_back(formats[i]);
    }
    section.read("block_type", config.blockType, {"float32", "bfloat16"});
    section.read("one_kernel", config.oneKernel);
    section.read("captions", config.captions, 1, 1000);
    section.read("drop_text", config.dropText, 0.0, 1.0);
    section.read("most_flips", config.mostFlips, 0.0, 1.0);
    section.read("last_repetition", config.lastRepetition, 0.0, 1.0);
    section.read("scale_power", config.scalePower, 0.0, 2.0);
    section.read("motion_weight", config.motionWeight, 0.0, 100.0);
    section.read("validation_batches", config.validationBatches, 1, 10'000);
    section.read("samples", config.samples, 0, 100);
    parts.push_back(section);
    for (const ConfigSection &part : parts) {
        if (const auto status = part.finish(); !status)
            return tl::unexpected(status.error());
    }
    return config;
}

} // namespace faststar::train
