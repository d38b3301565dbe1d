// SPDX-License-Identifier: Apache-2.0
//
// Trains the video autoencoder on drawn clips. "vae" of train.json:
//   optimizer, report  as every stage
//   precision          "bf16" or "float32": of the activations
//   convolution        "volume" or "stacked_frames" (VaeConvPath)
//   losses             weights: "absolute", "square", "edges" (differences to neighbours in x, y, t),
//                      "codes" (latents to their codes); "motion": absolute and edge errors weigh 1 + motion
//                      where a pixel changed by more than "motion_threshold"
//   flips              "share" of the batches whose bits are partly wrong, at "most" so many of a step
//   phases             list of {"until": progress at which the phase ends, "batches": list of
//                      {"weight", "clips", "frames", "height", "width"}}: windows of the picture in pixels,
//                      multiples of 16, most of them around a shape
//   validation         "clips" of "frames" frames (in "batch"es), and one of "long_frames" (0 = none), whole
//                      pictures never seen in training
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/train/code_pyramid.h"
#include "app/train/draws.h"
#include "app/train/scene_options.h"
#include "app/train/stage.h"
#include "core/model/vae_batch.h"

namespace faststar::train
{

struct VaeBatchShape {
    double weight = 1.0;
    int clips = 1;
    int frames = 17;
    int height = 192;
    int width = 336;
};

struct VaePhase {
    double until = 1.0;
    std::vector<VaeBatchShape> batches;
};

struct VaeLossWeights {
    double absolute = 1.0;
    double square = 1.0;
    double edges = 0.5;
    double codes = 0.5;
    double motion = 4.0;
    double motionThreshold = 0.05;
};

struct VaeStageConfig {
    OptimizerConfig optimizer;
    ReportConfig report;
    model::VaeBatchOptions options;
    VaeLossWeights losses;
    double flipShare = 0.5;
    double flipMost = 0.1;
    // Of its clips, instead of the data's own where not negative: an autoencoder should know more than the
    // captions say (SceneOptions).
    double jitter = -1.0;
    double scatter = -1.0;
    std::vector<VaePhase> phases;
    int validationClips = 8;
    int validationBatch = 4;
    int validationFrames = 17;
    int validationLongFrames = 33;
};

[[nodiscard]] Result<VaeStageConfig> readVaeStageConfig(const TrainConfig &config);

// The weights of a new autoencoder, drawn from `generator` (of the CPU); names of the release.
[[nodiscard]] ParameterSet newVaeParameters(const VaeConfig &config, const at::Generator &generator,
                                            at::Device device);

// The parts of the loss, scalars; codes excepted.
struct VaeErrors {
    at::Tensor absolute;
    at::Tensor square;
    at::Tensor edges;
};
// truth and made [B, frames, 3, H, W].
[[nodiscard]] VaeErrors vaeErrors(const at::Tensor &truth, const at::Tensor &made,
                                  const VaeLossWeights &weights);

// dB of each clip [B, frames, 3, H, W], clamped to [-1, 1]: [B].
[[nodiscard]] at::Tensor clipPsnr(const at::Tensor &truth, const at::Tensor &made);

class VaeStage final : public Stage
{
public:
    [[nodiscard]] static Result<std::unique_ptr<VaeStage>> make(const TrainConfig &config,
                                                                const at::Device &device);

    [[nodiscard]] std::string name() const override { return "vae"; }
    [[nodiscard]] std::uint32_t purpose() const override { return 1; }
    [[nodiscard]] const OptimizerConfig &optimizer() const override { return m_config.optimizer; }
    [[nodiscard]] const ReportConfig &report() const override { return m_config.report; }
    [[nodiscard]] ParameterSet &parameters() override { return m_parameters; }
    at::Tensor loss(const StepContext &context) override;
    Status validate(const StepContext &context, const std::filesystem::path &folder,
                    const std::string &label) override;

    // The network with the present weights. Gradients reach the parameters.
    [[nodiscard]] model::VaeBatch network() const;
    // The feature map of the codes of latents [B, t, h, w, 64]: the first frame is the image clip, the others
    // are one clip.
    [[nodiscard]] at::Tensor quantize(const at::Tensor &latents, const BitFlips &flips);

private:
    struct Pyramids {
        CodePyramid image;
        CodePyramid clip;
    };

    VaeStage(TrainConfig config, VaeStageConfig stage, SceneOptions scenes, Schedule schedule,
             const at::Device &device);
    [[nodiscard]] const VaeBatchShape &chooseBatch(double progress, Draws &draws) const;
    [[nodiscard]] at::Tensor drawTraining(const VaeBatchShape &shape, const StepContext &context,
                                          Draws &draws) const;
    [[nodiscard]] at::Tensor drawValidation(int first, int clips, int frames) const;
    const Pyramids &pyramids(int height, int width);

    TrainConfig m_train;
    VaeStageConfig m_config;
    SceneOptions m_scenes;
    Schedule m_schedule; // of 17 frames
    at::Device m_device;
    ParameterSet m_parameters;
    std::map<std::pair<int, int>, Pyramids> m_pyramids; // by latent size
};

} // namespace faststar::train
