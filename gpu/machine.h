// SPDX-License-Identifier: Apache-2.0
//
// What the machine has. No LibTorch in this header.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace faststar::gpu
{

struct HostMemory {
    std::int64_t totalBytes = 0;     // the smaller of the machine's and its control group's limit
    std::int64_t availableBytes = 0; // what a new allocation can count on, by the same two
};

[[nodiscard]] HostMemory hostMemory();
[[nodiscard]] std::int64_t peakResidentBytes(); // of this process so far
void resetPeakResident();                       // where the system allows it

struct Device {
    std::string name; // "NVIDIA H200"
    std::int64_t totalBytes = 0;
    std::int64_t freeBytes = 0;
    int computeMajor = 0;
    int computeMinor = 0;
};

// The NVIDIA devices, asked through the driver's own library, which is opened at run time.
// `problem` says in English why the list is empty (no driver, no device, an error code).
[[nodiscard]] std::vector<Device> cudaDevices(std::string *problem = nullptr,
                                              std::string *driverVersion = nullptr);

[[nodiscard]] std::string torchVersion();
[[nodiscard]] std::string cpuName();
[[nodiscard]] int threads();
void setThreads(int count); // 0 = the library's choice

} // namespace faststar::gpu
