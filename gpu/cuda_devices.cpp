// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstddef>

#include <dlfcn.h>

#include "gpu/machine.h"

namespace faststar::gpu
{

namespace
{

// The few calls of the CUDA driver interface that are needed, declared by hand: the program must start on
// machines that have neither the driver nor its headers.
using DriverResult = int;
using DriverDevice = int;
using DriverContext = void *;

constexpr int kComputeMajor = 75; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
constexpr int kComputeMinor = 76;

class Driver
{
public:
    Driver() : m_library(::dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL)) {}
    // Stays open: the driver does not like being unloaded while its threads run.
    [[nodiscard]] bool isThere() const { return m_library != nullptr; }

    template <typename... Arguments>
    [[nodiscard]] DriverResult call(const char *name, Arguments... arguments) const
    {
        using Function = DriverResult (*)(Arguments...);
        // The documented way from dlsym's void pointer to a function.
        auto function = reinterpret_cast<Function>(::dlsym(m_library, name));
        return function != nullptr ? function(arguments...) : -1;
    }

private:
    void *m_library;
};

std::string versionText(int version)
{
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

void say(std::string *problem, const std::string &what)
{
    if (problem != nullptr)
        *problem = what;
}

} // namespace

std::vector<Device> cudaDevices(std::string *problem, std::string *driverVersion)
{
    static const Driver driver;
    std::vector<Device> devices;
    if (!driver.isThere()) {
        say(problem, "no NVIDIA driver is installed (libcuda.so.1 was not found)");
        return devices;
    }
    int version = 0;
    if (driver.call("cuDriverGetVersion", &version) == 0 && driverVersion != nullptr)
        *driverVersion = "CUDA " + versionText(version);
    if (const DriverResult result = driver.call("cuInit", 0U); result != 0) {
        say(problem, result == 100
                         ? "the NVIDIA driver finds no device"
                         : "the NVIDIA driver does not start (error " + std::to_string(result) + ")");
        return devices;
    }
    int count = 0;
    if (const DriverResult result = driver.call("cuDeviceGetCount", &count); result != 0 || count <= 0) {
        say(problem, "the NVIDIA driver finds no device (error " + std::to_string(result) + ")");
        return devices;
    }
    for (int index = 0; index < count; ++index) {
        DriverDevice handle = 0;
        Device device;
        std::array<char, 256> name{};
        std::size_t total = 0;
        const bool known = driver.call("cuDeviceGet", &handle, index) == 0 &&
                           driver.call("cuDeviceGetName", name.data(), int(name.size()) - 1, handle) == 0 &&
                           driver.call("cuDeviceTotalMem_v2", &total, handle) == 0;
        if (!known)
            continue;
        device.name = name.data();
        device.totalBytes = static_cast<std::int64_t>(total);
        device.freeBytes = device.totalBytes;
        (void)driver.call("cuDeviceGetAttribute", &device.computeMajor, kComputeMajor, handle);
        (void)driver.call("cuDeviceGetAttribute", &device.computeMinor, kComputeMinor, handle);
        // Free memory is only told inside a context; the primary one is what LibTorch uses anyway.
        DriverContext context = nullptr;
        if (driver.call("cuDevicePrimaryCtxRetain", &context, handle) == 0) {
            DriverContext previous = nullptr;
            std::size_t free = 0;
            if (driver.call("cuCtxPushCurrent_v2", context) == 0) {
                if (driver.call("cuMemGetInfo_v2", &free, &total) == 0)
                    device.freeBytes = static_cast<std::int64_t>(free);
                (void)driver.call("cuCtxPopCurrent_v2", &previous);
            }
            (void)driver.call("cuDevicePrimaryCtxRelease_v2", handle);
        }
        devices.push_back(std::move(device));
    }
    if (devices.empty())
        say(problem, "the NVIDIA driver lists devices but describes none of them");
    return devices;
}

} // namespace faststar::gpu
