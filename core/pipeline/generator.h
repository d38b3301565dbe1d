// SPDX-License-Identifier: Apache-2.0
//
// The loop over clips, scales and repetitions (methods.md 1.8): from text to the latent of a video.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/domain/pipeline.h"
#include "core/domain/reduction_plan.h"
#include "core/model/guidance.h"
#include "core/model/transformer.h"
#include "core/pipeline/loaded_model.h"
#include "core/pipeline/trace.h"
#include "core/pruning/feature_history.h"
#include "core/pruning/token_reducer.h"

namespace faststar::pipeline
{

struct GeneratorInput {
    const LoadedModel &model;
    const GenerationRequest &request;
    Schedule schedule;
    TextFeatures text;
    at::Tensor conditionLatent; // [64, 1 + m, H, W] of the given clips; undefined without a condition
    // Golden cases: bits [N, d] of every step instead of sampling; every step still runs.
    std::function<at::Tensor(const StepIndex &)> givenBits;
    std::vector<std::shared_ptr<const StepRecord>> history;
    Trace *trace = nullptr;
    int previewEvery = 1;
    // Studies of scores: chooses the tokens in place of the request's method, at the steps it reduces.
    std::shared_ptr<const pruning::TokenReducer> reducer = nullptr;
};

class Generator
{
public:
    Generator(GeneratorInput input, RunObserver &observer, RunControl &control);
    ~Generator();
    Generator(const Generator &) = delete;
    Generator &operator=(const Generator &) = delete;

    // True: every step was done. False: interrupted; latent() then holds what was reached.
    // Throws model::StopRequested only through a `decodeNow` callback that does.
    bool run();

    // [64, T, H, W] of all clips, on the transformer's device. Clips not begun hold the last latent frame
    // that exists, so that the clip has its full length.
    [[nodiscard]] at::Tensor latent() const;
    [[nodiscard]] std::optional<StepIndex> lastStep() const { return m_lastStep; }

    // Called at a step boundary when a true decode was asked for.
    std::function<void(const StepIndex &)> decodeNow;

    [[nodiscard]] std::int64_t tokensRun() const { return m_tokensRun; }
    [[nodiscard]] std::int64_t nanCount() const { return m_nanCount; }
    [[nodiscard]] double imageClipSeconds() const { return m_imageClipSeconds; }
    [[nodiscard]] double videoClipSeconds() const { return m_videoClipSeconds; }

private:
    struct Step;

    [[nodiscard]] c10::Device device() const { return m_input.model.transformer->device(); }
    [[nodiscard]] at::TensorOptions floats() const { return at::TensorOptions(device()).dtype(at::kFloat); }
    double lap(Step &step) const;
    void beginClip(int clip);
    bool boundary();
    void runStep(const Scale &scale, int repetition, const StepRecord *past);
    void reduce(Step &step, const at::Tensor &after);
    void restore(Step &step, const StepRecord &past);
    void computeBits(Step &step);
    void computeContextOnly(Step &step);
    at::Tensor forward(Step &step, const at::Tensor &kept, bool store);
    at::Tensor updated(const Step &step, const StepRecord &record) const;
    void finish(Step &step);
    [[nodiscard]] std::shared_ptr<const std::vector<Image>> preview() const;

    GeneratorInput m_input;
    RunObserver &m_observer;
    RunControl &m_control;
    std::shared_ptr<const pruning::TokenReducer> m_reducer;
    pruning::FeatureHistory m_history;
    std::vector<at::Tensor> m_finished; // final maps of the clips begun so far, the current one last
    model::KeyValues m_textCache;
    model::KeyValues m_context; // of the previous clip's last scale
    model::KeyValues m_nextContext;
    std::array<std::optional<GuidanceStats>, 2> m_fullPass; // of this clip: detail, semantic
    int m_forcedScales = 0;
    std::optional<StepIndex> m_lastStep;
    std::int64_t m_tokensRun = 0;
    std::int64_t m_nanCount = 0;
    double m_imageClipSeconds = 0.0;
    double m_videoClipSeconds = 0.0;
};

} // namespace faststar::pipeline
