// SPDX-License-Identifier: Apache-2.0
//
// From the names of a device and a profile to where and how a model is held.
#pragma once

#include <string>

#include "core/domain/result.h"
#include "gpu/torch_device.h"

namespace faststar::pipeline
{

struct NamedPlacement {
    gpu::Placement placement;
    std::string device;     // "cpu", "cuda:0"
    std::string deviceName; // for people
    std::string profile;    // one of memory_forecast.h
};

// Opens the device. An empty profile is cpu-f32 on the CPU and bf16 on a device. Unsupported for a profile
// that the device or this build cannot compute with; InvalidRequest for names that do not exist.
[[nodiscard]] Result<NamedPlacement> placementOf(const std::string &device, const std::string &profile);

} // namespace faststar::pipeline
