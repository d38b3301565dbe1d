// SPDX-License-Identifier: Apache-2.0
//
// Where tensors live and computations run. The programs link the CPU half of LibTorch only; its CUDA half is
// opened when a device is wanted, so that one build serves machines with and without an NVIDIA driver.
#pragma once

#include <cstdint>
#include <string>

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include "core/domain/result.h"

namespace faststar::gpu
{

// Device, and the type in which the large layers hold their weights and compute.
struct Placement {
    c10::Device device{c10::kCPU};
    c10::ScalarType compute = c10::kFloat;
    // Linear layers of the blocks as e4m3 with one scale a row; only on devices that multiply it (compute
    // capability 8.9 and later).
    bool eightBit = false;

    // float32 on the CPU is what the hand-written loops of this library are for.
    [[nodiscard]] bool isPlain() const { return device.is_cpu() && compute == c10::kFloat && !eightBit; }
};

// "cpu", "cuda", "cuda:N", or "auto" (the first CUDA device if there is one, else the CPU). For CUDA the
// other half of LibTorch is opened, from LD_LIBRARY_PATH or beside the first half; it stays open. Must come
// before any other use of a CUDA device. InvalidRequest for another name, Unsupported with the loader's
// reason or the number of devices that there are.
[[nodiscard]] Result<c10::Device> openDevice(const std::string &name);

// Waits for everything that was started on the device. Nothing to do on the CPU.
void synchronize(c10::Device device);

// Bytes on a CUDA device; all zero for the CPU.
struct DeviceMemory {
    std::int64_t used = 0;     // by tensors
    std::int64_t peak = 0;     // the most of it since the last resetPeak()
    std::int64_t reserved = 0; // the most taken from the driver since then
    std::int64_t free = 0;     // for new tensors: the driver's and what is reserved but unused
    std::int64_t total = 0;
};

[[nodiscard]] DeviceMemory deviceMemory(c10::Device device);
void resetPeak(c10::Device device);
void releaseUnused(c10::Device device); // gives cached memory back to the driver

} // namespace faststar::gpu
