// SPDX-License-Identifier: Apache-2.0
//
// Training of transformer and text encoder together, on latents of a finished video autoencoder. Every step
// takes the image clip and the video clips of a batch at once: each scale at one of its repetitions, with the
// context it has in generation (text, the last scale of the clip before), teacher forced by the quantiser.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/train/clip_labels.h"
#include "app/train/clip_pool.h"
#include "app/train/packed_plan.h"
#include "app/train/stage.h"
#include "core/domain/result.h"

namespace faststar::train
{

// One kind of batch. Those with as many frames share the pool of the first of them.
struct ClipFormat {
    int frames = 17; // of pixels: 1 + 4k
    int rows = 16;
    int groups = 192; // of the pool
    int groupSize = 16;
    int renewSteps = 16; // steps between new groups; 0 = never
    double share = 1.0;  // of the steps
    // > 0: only so many scales of the video clip, the coarsest, take part, so that a step has room for more
    // rows. What a prompt decides is decided there. Two clips at most, for the second reads the first.
    int clipScales = 0;

    bool operator==(const ClipFormat &) const = default;
};

// The object "transformer" of train.json; members in snake_case, formats as a list of objects.
struct TransformerStageConfig {
    OptimizerConfig optimizer;
    ReportConfig report;
    std::vector<ClipFormat> formats{ClipFormat{}};
    TextEncoderConfig textEncoder;     // without vocabulary, which the tokenizer gives
    std::string blockType = "float32"; // or "bfloat16": of the products within blocks
    bool oneKernel = true;             // for attention on a GPU, with bfloat16
    int captions = 2;                  // wordings kept of each clip
    double dropText = 0.1;             // share of rows with the unconditional text
    double mostFlips = 0.3;            // see ClipLabels
    double lastRepetition = 0.75;      // how often a scale that others read is taken at its last repetition
    double scalePower = 0.5;           // see tokenWeights
    double motionWeight = 0.0;         // added to the weight 1 of tokens that change in time
    int validationBatches = 4;
    int samples = 4; // prompts on the contact sheet of every checkpoint; 0 = none
};
// InvalidRequest names the setting that is wrong.
[[nodiscard]] Result<TransformerStageConfig> readTransformerStage(const nlohmann::json &section);

class TransformerStage final : public Stage
{
public:
    // `model` gives sizes and schedule; its text encoder's vocabulary is `vocabulary`. Initial weights derive
    // from `seed`. Errors of the schedule; ModelMismatch for sizes that contradict each other.
    static Result<std::unique_ptr<TransformerStage>> create(const ModelConfig &model,
                                                            const TransformerStageConfig &config,
                                                            int vocabulary, const ClipMaker &clips,
                                                            std::uint64_t seed, at::Device device);

    ~TransformerStage() override;
    TransformerStage(const TransformerStage &) = delete;
    TransformerStage &operator=(const TransformerStage &) = delete;

    [[nodiscard]] std::string name() const override { return "transformer"; }
    [[nodiscard]] std::uint32_t purpose() const override { return 2; }
    [[nodiscard]] const OptimizerConfig &optimizer() const override { return m_config.optimizer; }
    [[nodiscard]] const ReportConfig &report() const override { return m_config.report; }
    // Names of the release after "transformer." and "text_encoder.".
    [[nodiscard]] ParameterSet &parameters() override { return m_parameters; }
    at::Tensor loss(const StepContext &context) override;
    Status validate(const StepContext &context, const std::filesystem::path &folder,
                    const std::string &label) override;

    Status sample(const std::filesystem::path &folder, const std::string &label) override;
    // What sample() calls, with OUT, the number of prompts and the label; without one it does nothing.
    using Sampler = std::function<Status(const std::filesystem::path &, int, const std::string &)>;
    void setSampler(Sampler sampler) { m_sampler = std::move(sampler); }

    [[nodiscard]] std::int64_t foundation() const override { return m_foundation; }
    void setFoundation(std::int64_t autoencoder) { m_foundation = autoencoder; }

    // Of the text encoder, with its vocabulary.
    [[nodiscard]] const TextEncoderConfig &textEncoder() const { return m_config.textEncoder; }

private:
    struct Format;
    struct Batch {
        at::Tensor latents;  // [rows, frames, 64, H * W]
        at::Tensor ids;      // [rows, tokens] int64
        at::Tensor withText; // [rows, 1, 1] bool
        std::vector<int> repetitions;
        double flips = 0.0;
    };
    struct Losses {
        at::Tensor loss;
        at::Tensor accuracies; // [scales] by scale index; only when asked for
    };
    TransformerStage(ModelConfig model, TransformerStageConfig config, std::uint64_t seed, at::Device device);

    void addParameters(std::uint64_t seed);
    [[nodiscard]] Format &formatOf(Draws &draws);
    [[nodiscard]] Batch batchOf(Format &format, const ClipPool &pool, Draws &draws, bool training) const;
    [[nodiscard]] Losses lossesOf(Format &format, const Batch &batch, const at::Generator &generator,
                                  bool accuracies);
    void measure(const Format &format, const at::Tensor &accuracies, Measures &measures) const;

    ModelConfig m_model;
    TransformerStageConfig m_config;
    at::Device m_device;
    ParameterSet m_parameters;
    std::vector<std::unique_ptr<Format>> m_formats;
    Sampler m_sampler;
    std::int64_t m_foundation = 0;
};

} // namespace faststar::train
