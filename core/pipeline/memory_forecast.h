// SPDX-License-Identifier: Apache-2.0
//
// What a model and a run will need, computed from headers before anything is loaded.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/model_config.h"
#include "core/domain/pipeline.h"
#include "core/domain/result.h"
#include "core/domain/schedule.h"
#include "core/model/model_folder.h"

namespace faststar::gpu
{
struct Placement;
} // namespace faststar::gpu

namespace faststar::pipeline
{

// The one list of profile names.
// cpu-f32, bf16, bf16-lean, fp8, fp8-lean, fp8-attention, stream
struct ProfileNeed {
    std::string name;
    std::int64_t bytes = 0; // weights + working memory at the model's default size and length
    std::int64_t available =
        0; // of the memory the profile lives in (host for cpu-f32, device for the others; 0 = no device)
    bool fits = false;
};

[[nodiscard]] std::vector<ProfileNeed> profileNeeds(const ModelConfig &config,
                                                    const std::vector<model::PartSize> &parts);

// Bytes a cpu-f32 run of `schedule` needs in all: weights as float32, K/V, activations, decode.
[[nodiscard]] std::int64_t runBytesCpu(const ModelConfig &config, const std::vector<model::PartSize> &parts,
                                       const Schedule &schedule, bool guided);
// The same of a model that is loaded: its weights take `weightBytes`.
[[nodiscard]] std::int64_t runBytesCpu(const ModelConfig &config, std::int64_t weightBytes,
                                       const Schedule &schedule, bool guided);

// The same of a request to a loaded model; 0 = not known for its profile, or a request without a schedule.
[[nodiscard]] std::int64_t memoryNeed(const GenerationRequest &request, const ModelFacts &model);

// The same on a device under one of its profiles (0 for any other name).
[[nodiscard]] std::int64_t runBytesDevice(std::string_view profile, const ModelConfig &config,
                                          const std::vector<model::PartSize> &parts, const Schedule &schedule,
                                          bool guided);

// InsufficientMemory when a run under the profile needs more than the device has free; the message says which
// other profile would do.
[[nodiscard]] Status checkDeviceMemory(const gpu::Placement &placement, std::string_view profile,
                                       const ModelConfig &config, const std::vector<model::PartSize> &parts,
                                       const Schedule &schedule, bool guided);

// What a run would need where it would be computed, and whether it is free there now.
struct MemoryForecast {
    std::int64_t bytes = 0;
    bool onDevice = false; // of a graphics card, else of the host
    Status fits;           // InsufficientMemory with both numbers
};

// From a model folder's headers alone; `device` and `profile` as placementOf() takes them. Errors of the
// folder, the request and the placement.
[[nodiscard]] Result<MemoryForecast> forecastMemory(const std::filesystem::path &folder,
                                                    const GenerationRequest &request,
                                                    const std::string &device, const std::string &profile);

// InsufficientMemory with both numbers.
[[nodiscard]] Status checkFree(std::int64_t needed, std::int64_t available);

// InsufficientMemory with both numbers in the detail when `needed` exceeds what the machine and its
// control group have left.
[[nodiscard]] Status checkHostMemory(std::int64_t needed);

} // namespace faststar::pipeline
