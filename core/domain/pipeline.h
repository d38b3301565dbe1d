// SPDX-License-Identifier: Apache-2.0
//
// The one interface through which programs generate. The real engine lives in core/pipeline; tests
// use a fake one.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/domain/grids.h"
#include "core/domain/model_config.h"
#include "core/domain/request.h"
#include "core/domain/result.h"
#include "core/domain/schedule.h"
#include "core/domain/step_event.h"

namespace faststar
{

// Steers one run from another thread. Every member may be called from any thread at any time.
class RunControl
{
public:
    // The run ends within one transformer block and its result says Cancelled.
    void cancel();
    // The run ends within one transformer block; what exists is decoded to a full-length clip.
    void stopAndKeep();
    // Pause takes effect at the next step boundary; resume, cancel or stopAndKeep ends it.
    void pause();
    void resume();
    // A true decode of the feature maps at the next step boundary, delivered by RunObserver::decoded.
    void requestDecode();

    [[nodiscard]] bool isPaused() const;
    [[nodiscard]] bool isCancelled() const { return m_cancel.stop_requested(); }
    [[nodiscard]] bool isStopping() const { return m_interrupt.stop_requested(); }

    // For the engine. `interruptToken` is stopped by cancel and by stopAndKeep, `cancelToken` only by cancel.
    [[nodiscard]] std::stop_token interruptToken() const { return m_interrupt.get_token(); }
    [[nodiscard]] std::stop_token cancelToken() const { return m_cancel.get_token(); }
    [[nodiscard]] bool takeDecodeRequest();
    // Returns when not paused, when stopping, or when a paused run is asked for a decode.
    void waitWhilePaused();

private:
    std::stop_source m_interrupt;
    std::stop_source m_cancel;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_paused = false;
    bool m_decodeRequested = false;
};

enum class Stage { Load, Text, Encode, Generate, Decode };

// What a run is going to do, told once before the first step.
struct RunPlan {
    Schedule schedule;
    std::vector<double> stepCost;         // share of the generation cost of each step, sums to 1
    double decodeCost = 0.0;              // of the final decode, in the same unit
    double encodeCost = 0.0;              // of encoding a condition, in the same unit
    std::vector<std::int64_t> keptTokens; // forecast of tokens run at each step
    int resumedSteps = 0;                 // steps taken from a journal
    int promptTokens = 0;                 // with the end token
    bool promptCut = false;               // it was longer than the model allows
};

// Receives what happens, on the thread that runs the pipeline. Default: ignores everything.
class RunObserver
{
public:
    virtual ~RunObserver() = default;
    virtual void planned(const RunPlan & /*plan*/) {}
    virtual void stageStarted(Stage /*stage*/) {}
    // done in [0, 1] within the stage (decode, encode).
    virtual void stageProgressed(Stage /*stage*/, double /*done*/) {}
    virtual void stepFinished(const std::shared_ptr<const StepEvent> & /*event*/) {}
    // The answer to RunControl::requestDecode: the frames of everything generated so far.
    virtual void decoded(const StepIndex & /*at*/,
                         const std::shared_ptr<const std::vector<Image>> & /*frames*/)
    {
    }
    virtual void paused(bool /*isPaused*/) {}
    // One English, technical line that the user should see (prompt cut, untrained length).
    virtual void warned(const std::string & /*message*/) {}

protected:
    RunObserver() = default;
    RunObserver(const RunObserver &) = default;
    RunObserver &operator=(const RunObserver &) = default;
};

struct LoadSettings {
    std::string modelPath;
    std::string device = "cpu"; // "auto", "cpu", "cuda", "cuda:1"
    int threads = 0;            // 0 = the library's choice
    std::string profile = {};   // how weights are held and computed with; empty = the device's usual one
};

// A loaded model, in words and numbers.
struct ModelFacts {
    ModelConfig config;
    std::string path;
    std::string device;           // "cpu", "cuda:0"
    std::string profile;          // "cpu-f32"
    std::string hash;             // identifies the weights; hexadecimal
    std::int64_t weightBytes = 0; // as held in memory
    double loadSeconds = 0.0;
};

// Where the frames of a condition or the steps of a journal enter.
struct RunInput {
    GenerationRequest request;
    // Already scaled and cropped to the schedule's pixel size: 1 image, or 1 + 4m frames.
    std::shared_ptr<const std::vector<Image>> condition;
    // Steps to take over instead of computing them (resume: all; branch: those before the scale).
    std::vector<std::shared_ptr<const StepRecord>> history;
    int previewEvery = 1; // a cheap preview every n steps; 0 = never
    std::string
        tracePath; // safetensors with the tensors of every step (keys of the golden cases); empty = none
};

enum class Outcome { Finished, Kept, Cancelled };

struct RunSummary {
    double textSeconds = 0.0;
    double imageClipSeconds = 0.0; // transformer, quantiser and pruning of clip 0
    double videoClipSeconds = 0.0; // of all later clips
    double decodeSeconds = 0.0;
    double encodeSeconds = 0.0; // pixels of a condition to latents
    std::int64_t tokensRun = 0; // forwarded through the transformer (one guidance branch)
    std::int64_t tokensAll = 0; // of the unpruned schedule
    std::int64_t peakBytes = 0; // of the process so far
    std::int64_t nanCount = 0;  // positions whose score was not a number (kept)
};

struct RunResult {
    Outcome outcome = Outcome::Finished;
    std::shared_ptr<const std::vector<Image>> frames; // null when cancelled
    std::optional<StepIndex> keptAt;                  // Outcome::Kept: the last whole step
    RunSummary summary;
};

// Not thread safe: one thread creates, uses and destroys it.
class Pipeline
{
public:
    virtual ~Pipeline() = default;
    // Reads the weights; a model already loaded is released first. InsufficientMemory names both numbers.
    virtual Result<ModelFacts> load(const LoadSettings &settings, RunObserver &observer,
                                    std::stop_token stop) = 0;
    // Cancelled is an outcome, not an error. Needs a loaded model.
    virtual Result<RunResult> run(const RunInput &input, RunObserver &observer, RunControl &control) = 0;

protected:
    Pipeline() = default;
    Pipeline(const Pipeline &) = default;
    Pipeline &operator=(const Pipeline &) = default;
};

} // namespace faststar
