// SPDX-License-Identifier: Apache-2.0
//
// Times networks of real shapes with random weights: the engine's own loop and executors, without a
// checkpoint. Weights are drawn on the device.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/model_config.h"
#include "core/domain/pipeline.h"
#include "core/domain/request.h"
#include "core/domain/result.h"
#include "core/domain/step_event.h"

namespace faststar::pipeline
{

// The shapes of an architecture at a resolution class: "8b" (the release, with the T5-XL encoder; 0.40M or
// 0.90M) or "tiny" (the demo model; 0.06M). InvalidRequest names what there is.
[[nodiscard]] Result<ModelConfig> archConfig(std::string_view arch, std::string_view size);

struct ArchBenchSettings {
    ModelConfig config;
    GenerationRequest request;
    std::string device = "cpu";
    std::string profile; // empty: cpu-f32 on the CPU, bf16 on a device
    int runs = 3;
    int promptTokens = 40;
    bool parts = true; // marks where products, attention and so on begin and end
};

// Milliseconds of the parts of steps and of the decode.
struct ArchParts {
    double linear = 0.0;
    double attention = 0.0;
    double elementwise = 0.0;
    double copies = 0.0;
    double convolution = 0.0;
};

struct ArchStep {
    StepIndex index;
    std::int64_t tokens = 0;
    std::int64_t kept = 0;
    double linearFlops = 0.0;
    double attentionFlops = 0.0;
    std::string attention; // what computed it
    StageTimes times;      // of one run
    ArchParts parts;
};

struct ArchRun {
    double textSeconds = 0.0;
    double stepSeconds = 0.0; // all steps, with what the loop does between them
    double decodeSeconds = 0.0;
    std::int64_t peakBeforeDecode = 0; // bytes of tensors on a device
    std::vector<ArchStep> steps;
    ArchParts decodeParts;

    [[nodiscard]] double total() const { return textSeconds + stepSeconds + decodeSeconds; }
};

// What the device reaches on one large operation, measured beside the runs.
struct ArchCeilings {
    double product = 0.0;   // TFLOP/s, in the computing type
    double product8 = 0.0;  // TFLOP/s, e4m3 with row scales; 0 where the profile has none
    double attention = 0.0; // TFLOP/s
    double copy = 0.0;      // TB/s read and written
};

struct ArchBench {
    std::string device; // "NVIDIA H200" or the processor's name
    std::string profile;
    std::string attention; // for the largest step
    std::string kernels;   // between products: "own", "ATen's (why)", "the processor's"
    ArchCeilings ceilings;
    double loadSeconds = 0.0;
    double warmUpSeconds = 0.0;
    double decodeFlops = 0.0;
    std::int64_t weightBytes = 0; // on a device
    std::int64_t peakBytes = 0;   // of tensors on a device, of the process on the CPU
    std::int64_t reservedBytes = 0;
    std::vector<ArchRun> runs;
};

// `told` receives each finished run. Stops between and within runs when asked to: `runs` is then shorter.
[[nodiscard]] Result<ArchBench> benchArchitecture(const ArchBenchSettings &settings, RunControl &control,
                                                  const std::function<void(const ArchRun &)> &told);

} // namespace faststar::pipeline
