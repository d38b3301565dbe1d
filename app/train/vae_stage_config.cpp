// SPDX-License-Identifier: Apache-2.0
#include "app/train/vae_stage.h"

namespace faststar::train
{

namespace
{

constexpr int kMostClips = 512;
constexpr int kMostFrames = 161;
constexpr int kMostPixels = 2048;
constexpr int kPixelsPerCell = 16;
constexpr int kFramesPerCell = 4;

VaeBatchShape readBatch(ConfigSection section, Status &status)
{
    VaeBatchShape batch;
    section.read("weight", batch.weight, 1e-6, 1e6);
    section.read("clips", batch.clips, 1, kMostClips);
    section.read("frames", batch.frames, 1, kMostFrames);
    section.read("height", batch.height, kPixelsPerCell, kMostPixels);
    section.read("width", batch.width, kPixelsPerCell, kMostPixels);
    if (batch.frames % kFramesPerCell != 1)
        section.fail("frames is not 1 + 4k");
    if (batch.height % kPixelsPerCell != 0 || batch.width % kPixelsPerCell != 0)
        section.fail("height and width are not multiples of 16");
    if (status)
        status = section.finish();
    return batch;
}

VaePhase readPhase(ConfigSection section, Status &status)
{
    VaePhase phase;
    section.read("until", phase.until, 0.0, 1.0);
    for (auto &batch : section.list("batches"))
        phase.batches.push_back(readBatch(batch, status));
    if (phase.batches.empty())
        section.fail("batches is empty");
    if (status)
        status = section.finish();
    return phase;
}

void readLosses(ConfigSection &section, VaeLossWeights &losses)
{
    section.read("absolute", losses.absolute, 0.0, 100.0);
    section.read("square", losses.square, 0.0, 100.0);
    section.read("edges", losses.edges, 0.0, 100.0);
    section.read("codes", losses.codes, 0.0, 100.0);
    section.read("motion", losses.motion, 0.0, 100.0);
    section.read("motion_threshold", losses.motionThreshold, 0.0, 2.0);
}

} // namespace

Result<VaeStageConfig> readVaeStageConfig(const TrainConfig &config)
{
    VaeStageConfig stage;
    Status status;
    const auto finish = [&](const ConfigSection &section) {
        if (status)
            status = section.finish();
    };
    ConfigSection top(config.vae, "vae");
    auto optimizer = top.section("optimizer");
    readOptimizerConfig(optimizer, stage.optimizer);
    finish(optimizer);
    auto report = top.section("report");
    readReportConfig(report, stage.report);
    finish(report);
    top.read("jitter", stage.jitter, 0.0, 1.0);
    top.read("scatter", stage.scatter, 0.0, 1.0);
    std::string precision = "float32";
    top.read("precision", precision, {"bf16", "float32"});
    stage.options.compute = precision == "bf16" ? at::kBFloat16 : at::kFloat;
    std::string convolution = "volume";
    top.read("convolution", convolution, {"volume", "stacked_frames"});
    stage.options.path =
        convolution == "volume" ? model::VaeConvPath::Volume : model::VaeConvPath::StackedFrames;
    auto losses = top.section("losses");
    readLosses(losses, stage.losses);
    finish(losses);
    auto flips = top.section("flips");
    flips.read("share", stage.flipShare, 0.0, 1.0);
    flips.read("most", stage.flipMost, 0.0, 0.5);
    finish(flips);
    auto validation = top.section("validation");
    validation.read("clips", stage.validationClips, 1, 4096);
    validation.read("batch", stage.validationBatch, 1, kMostClips);
    validation.read("frames", stage.validationFrames, 1, kMostFrames);
    validation.read("long_frames", stage.validationLongFrames, 0, kMostFrames);
    if (stage.validationFrames % kFramesPerCell != 1 ||
        (stage.validationLongFrames != 0 && stage.validationLongFrames % kFramesPerCell != 1))
        validation.fail("frames is not 1 + 4k");
    finish(validation);
    for (auto &phase : top.list("phases"))
        stage.phases.push_back(readPhase(phase, status));
    if (stage.phases.empty())
        top.fail("phases is empty");
    finish(top);
    if (!status)
        return tl::unexpected(status.error());
    return stage;
}

} // namespace faststar::train
