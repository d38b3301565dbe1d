// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/placement.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/pipeline/placement_check.h"
#include "gpu/machine.h"

namespace faststar::pipeline
{
namespace
{

constexpr std::array<std::string_view, 7> kNames{"cpu-f32",  "bf16",          "bf16-lean", "fp8",
                                                 "fp8-lean", "fp8-attention", "stream"};

} // namespace

Result<NamedPlacement> placementOf(const std::string &device, const std::string &profile)
{
    if (!profile.empty() && std::ranges::find(kNames, profile) == kNames.end())
        return failure(ErrorCode::InvalidRequest, "profile: '" + profile + "' is unknown");
    const auto opened = gpu::openDevice(device);
    if (!opened)
        return tl::unexpected(opened.error());
    NamedPlacement result;
    result.placement.device = *opened;
    result.device = opened->str();
    if (opened->is_cpu()) {
        if (!profile.empty() && profile != "cpu-f32")
            return failure(ErrorCode::Unsupported, "profile " + profile + " needs a CUDA device");
        result.profile = "cpu-f32";
        result.deviceName = gpu::cpuName();
        return result;
    }
    result.profile = profile.empty() ? "bf16" : profile;
    if (result.profile != "bf16" && result.profile != "fp8")
        return failure(ErrorCode::Unsupported,
                       "profile " + result.profile + " is not built yet for " + result.device);
    result.placement.compute = c10::kBFloat16;
    result.placement.eightBit = result.profile == "fp8";
    const auto devices = gpu::cudaDevices();
    const auto index = std::size_t(static_cast<unsigned char>(opened->index())); // it is not negative
    result.deviceName = index < devices.size() ? devices[index].name : result.device;
    if (index < devices.size() && result.placement.eightBit &&
        devices[index].computeMajor * 10 + devices[index].computeMinor < 89)
        return failure(ErrorCode::Unsupported,
                       "profile fp8 needs compute capability 8.9, " + devices[index].name + " has less");
    return result;
}

Status checkPlacement(const std::string &device, const std::string &profile)
{
    const auto placement = placementOf(device, profile);
    return placement ? Status() : Status(tl::unexpected(placement.error()));
}

} // namespace faststar::pipeline
