// SPDX-License-Identifier: Apache-2.0
//
// One stage of training (VAE, transformer) and the loop that runs any of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include "app/train/optimizer.h"
#include "app/train/parameter_set.h"
#include "app/train/training_config.h"
#include "core/domain/result.h"

namespace faststar::train
{

// Named numbers of one step, as scalars or short vectors on the device: read only when they are shown.
using Measures = std::vector<std::pair<std::string, at::Tensor>>;

struct StepContext {
    std::int64_t step = 0;
    double progress = 0.0;   // [0, 1] of the stage
    at::Generator generator; // of the device, restarted for this step; draw everything from it
    std::uint64_t seed = 0;  // of the run; clips: makeScene(seed, number, ...)
    bool reported = false;   // whether this step's measures will be shown
    Measures *measures = nullptr;
    const std::atomic<bool> *stop = nullptr; // once it is true, preparations need not be finished
};

class Stage
{
public:
    Stage() = default;
    Stage(const Stage &) = delete;
    Stage &operator=(const Stage &) = delete;
    virtual ~Stage() = default;

    [[nodiscard]] virtual std::string name() const = 0;      // of files: OUT/<name>.safetensors, <name>.jsonl
    [[nodiscard]] virtual std::uint32_t purpose() const = 0; // keeps random streams of stages apart
    [[nodiscard]] virtual const OptimizerConfig &optimizer() const = 0;
    [[nodiscard]] virtual const ReportConfig &report() const = 0;
    [[nodiscard]] virtual ParameterSet &parameters() = 0;
    // A number for the earlier stages' weights that this one is trained on, kept in its checkpoint; 0 = none.
    [[nodiscard]] virtual std::int64_t foundation() const { return 0; }

    // The loss (a scalar with a graph) of one batch, drawn from the context alone. Adds what it measures.
    // Must not wait for the device unless context.reported. Undefined when it was told to stop on the way.
    virtual at::Tensor loss(const StepContext &context) = 0;
    // Measures on clips never seen, with the averaged weights and without gradients; writes contact sheets
    // below `folder`, their names with `label`.
    virtual Status validate(const StepContext &context, const std::filesystem::path &folder,
                            const std::string &label) = 0;
    // After every checkpoint: contact sheets that are made of it, below `folder`, their names with `label`.
    virtual Status sample(const std::filesystem::path & /*folder*/, const std::string & /*label*/)
    {
        return {};
    }
};

struct StageOptions {
    std::filesystem::path out; // must exist
    at::Device device = at::kCPU;
    bool resume = false;
    double seconds = 0.0;                    // end this call with a checkpoint after so long; 0 = when done
    std::int64_t steps = 0;                  // likewise after so many steps
    const std::atomic<bool> *stop = nullptr; // likewise once it is true (Ctrl+C)
    bool quiet = false;                      // no progress lines on stderr
};

struct StageResult {
    std::int64_t steps = 0;     // of all calls together
    double seconds = 0.0;       // likewise
    bool finished = false;      // false: to be resumed
    std::vector<double> losses; // of this call, at the reported steps
};

// Trains until the stage's length is reached or the call is to end, and writes
//   OUT/<name>.safetensors  checkpoint: weights, moments, averages, counts; see training_state.h
//   OUT/<name>.jsonl        one line a report; a new file unless it goes on
//   OUT/<name>-*.png        samples
// That the first two can be written, with room for a checkpoint, is made sure of before the first step.
// With `resume` it goes on from the checkpoint (NotFound without one) and says which settings have changed;
// on a CPU, with a length in steps, the result equals that of an uninterrupted run bit for bit. Errors of
// files; ModelMismatch for a checkpoint of other sizes or one that was trained on other weights of earlier
// stages.
[[nodiscard]] Result<StageResult> runStage(Stage &stage, const TrainConfig &config,
                                           const StageOptions &options);

} // namespace faststar::train
