// SPDX-License-Identifier: Apache-2.0
#include "gpu/torch_device.h"

#include <charconv>

#include <ATen/Context.h>
#include <ATen/DeviceGuard.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <dlfcn.h>

namespace faststar::gpu
{
namespace
{

// Empty when CUDA can be used, else why not.
std::string openCuda()
{
    // Never closed: it registers its kernels with the first half.
    if (::dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) == nullptr) {
        const char *reason = ::dlerror(); // NOLINT(concurrency-mt-unsafe): each thread has its own
        return reason != nullptr ? reason : "no reason given";
    }
    if (!at::globalContext().hasCUDA() || at::getNumGPUs() < 1)
        return "there is no device";
    at::globalContext().lazyInitDevice(at::kCUDA);
    return {};
}

// The N of "cuda:N"; 0 for "cuda"; -1 for anything else.
int indexOf(const std::string &name)
{
    const std::string prefix = "cuda:";
    if (name == "cuda")
        return 0;
    if (!name.starts_with(prefix))
        return -1;
    int index = -1;
    const char *end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + prefix.size(), end, index);
    return error == std::errc() && stop == end && index >= 0 && index < 128 ? index : -1;
}

c10::DeviceAllocator &allocator()
{
    return *c10::getDeviceAllocator(c10::kCUDA);
}

} // namespace

Result<c10::Device> openDevice(const std::string &name)
{
    if (name == "cpu")
        return c10::Device(c10::kCPU);
    const bool automatic = name == "auto";
    const int index = automatic ? 0 : indexOf(name);
    if (index < 0)
        return failure(ErrorCode::InvalidRequest, "device '" + name + "' is none of cpu, cuda, cuda:N, auto");
    static const std::string problem = openCuda();
    if (!problem.empty()) {
        if (automatic)
            return c10::Device(c10::kCPU);
        return failure(ErrorCode::Unsupported, "device '" + name + "': CUDA cannot be used: " + problem);
    }
    const auto count = static_cast<int>(at::getNumGPUs());
    if (index >= count)
        return failure(ErrorCode::Unsupported,
                       "device '" + name + "': this machine has " + std::to_string(count));
    return c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index));
}

void synchronize(c10::Device device)
{
    if (device.is_cuda())
        c10::impl::getDeviceGuardImpl(device.type())->synchronizeDevice(device.index());
}

DeviceMemory deviceMemory(c10::Device device)
{
    DeviceMemory memory;
    if (!device.is_cuda())
        return memory;
    const at::DeviceGuard guard(device);
    const auto stats = allocator().getDeviceStats(device.index());
    memory.used = stats.allocated_bytes[0].current;
    memory.peak = stats.allocated_bytes[0].peak;
    memory.reserved = stats.reserved_bytes[0].peak;
    const auto [free, total] = allocator().getMemoryInfo(device.index());
    memory.total = static_cast<std::int64_t>(total);
    memory.free = static_cast<std::int64_t>(free) + stats.reserved_bytes[0].current - memory.used;
    return memory;
}

void resetPeak(c10::Device device)
{
    if (device.is_cuda())
        allocator().resetPeakStats(device.index());
}

void releaseUnused(c10::Device device)
{
    if (device.is_cuda())
        allocator().emptyCache();
}

} // namespace faststar::gpu
