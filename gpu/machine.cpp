// SPDX-License-Identifier: Apache-2.0
#include "gpu/machine.h"

#include <algorithm>
#include <fstream>
#include <thread>

#include <ATen/Parallel.h>
#include <torch/version.h>

#include "gpu/control_group.h"

namespace faststar::gpu
{

namespace
{

// Value of "Key:   123 kB" in a file of /proc; -1 when there is none.
std::int64_t kilobytesOf(const char *file, const std::string &key)
{
    std::ifstream in(file);
    std::string word;
    while (in >> word) {
        std::int64_t value = 0;
        if (word == key && in >> value)
            return value * 1024;
        in.ignore(1 << 16, '\n');
    }
    return -1;
}

} // namespace

HostMemory hostMemory()
{
    HostMemory memory;
    memory.totalBytes = std::max<std::int64_t>(kilobytesOf("/proc/meminfo", "MemTotal:"), 0);
    memory.availableBytes = std::max<std::int64_t>(kilobytesOf("/proc/meminfo", "MemAvailable:"), 0);
    const auto group = controlGroupMemory("/proc/self/cgroup", "/proc/self/mountinfo");
    if (group.limitBytes >= 0)
        memory.totalBytes = std::min(memory.totalBytes, group.limitBytes);
    if (group.availableBytes >= 0)
        memory.availableBytes = std::min(memory.availableBytes, group.availableBytes);
    return memory;
}

std::int64_t peakResidentBytes()
{
    return std::max<std::int64_t>(kilobytesOf("/proc/self/status", "VmHWM:"), 0);
}

void resetPeakResident()
{
    std::ofstream out("/proc/self/clear_refs");
    out << "5"; // the kernel's code for "forget the high-water mark"
}

std::string torchVersion()
{
    return TORCH_VERSION;
}

std::string cpuName()
{
    std::ifstream in("/proc/cpuinfo");
    std::string line;
    while (std::getline(in, line)) {
        const std::size_t colon = line.find(':');
        const bool named = line.starts_with("model name") || line.starts_with("Model");
        if (named && colon != std::string::npos && colon + 2 < line.size())
            return line.substr(colon + 2);
    }
    return "unknown processor";
}

int threads()
{
    return at::get_num_threads();
}

void setThreads(int count)
{
    // The library's own choice, remembered before it is first overridden.
    static const int automatic = at::get_num_threads();
    at::set_num_threads(count > 0 ? count : automatic);
}

} // namespace faststar::gpu
