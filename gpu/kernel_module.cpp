// SPDX-License-Identifier: Apache-2.0
#include "gpu/kernel_module.h"

#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string_view>
#include <system_error>
#include <vector>

#include <dlfcn.h>

#include "gpu/cuda/kernel_table.h"
#include "gpu/machine.h"

namespace faststar::gpu
{
namespace
{

namespace fs = std::filesystem;

constexpr int kLeastMajor = 8; // compute capability: the oldest that the module is compiled for
constexpr const char *kFile = "libfaststar_kernels.so";

struct Module {
    const KernelTable *table = nullptr;
    std::string problem;
};

// Stays open: what it registered with the driver lives as long as the process.
Module openModule()
{
    std::error_code error;
    const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
    void *library = nullptr;
    for (const fs::path &file : {folder.parent_path() / "lib" / kFile, folder / kFile}) {
        if (!fs::exists(file, error))
            continue;
        library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) {
            const char *reason = ::dlerror(); // NOLINT(concurrency-mt-unsafe): each thread has its own
            return {nullptr, std::string(kFile) +
                                 " does not open: " + (reason != nullptr ? reason : "no reason given")};
        }
        break;
    }
    if (library == nullptr)
        return {nullptr,
                std::string(kFile) + " is not beside the program: it was built without a CUDA compiler"};
    // The documented way from dlsym's void pointer to a function.
    auto function = reinterpret_cast<KernelTableFunction>(::dlsym(library, kKernelTableName));
    const KernelTable *table = function != nullptr ? function() : nullptr;
    if (table == nullptr)
        return {nullptr, std::string(kFile) + " is not one of this program"};
    if (table->abi != kKernelAbi || table->bytes != sizeof(KernelTable))
        return {nullptr, std::string(kFile) + " belongs to another version (" + std::to_string(table->abi) +
                             " instead of " + std::to_string(kKernelAbi) + ")"};
    return {table, {}};
}

const Module &module()
{
    static const Module opened = openModule();
    return opened;
}

// Empty where the device can run the module.
std::string cardProblem(int index)
{
    static const std::vector<Device> devices = cudaDevices();
    if (index < 0 || std::size_t(index) >= devices.size())
        return "there is no such device";
    const Device &device = devices[std::size_t(index)];
    if (device.computeMajor >= kLeastMajor)
        return {};
    return device.name + " has compute capability " + std::to_string(device.computeMajor) + "." +
           std::to_string(device.computeMinor) + ", the kernels need " + std::to_string(kLeastMajor) + ".0";
}

bool wantedByEnvironment()
{
    const char *value =
        std::getenv("FASTSTAR_KERNELS"); // NOLINT(concurrency-mt-unsafe): read once, at the start
    return value == nullptr || std::string_view(value) != "off";
}

std::atomic<bool> &wanted()
{
    static std::atomic<bool> on{wantedByEnvironment()};
    return on;
}

std::atomic<bool> refused{false};
std::mutex refusalMutex;
std::string refusal; // guarded by the mutex

} // namespace

void useOwnKernels(bool on)
{
    wanted() = on;
}

const KernelTable *ownKernels(int index)
{
    if (!wanted() || refused)
        return nullptr;
    constexpr int kMost = 128;
    if (index < 0 || index >= kMost || module().table == nullptr)
        return nullptr;
    // Asked for at every launch: 0 not known yet, 1 good, 2 not.
    static std::array<std::atomic<int>, kMost> known{};
    std::atomic<int> &card = known[std::size_t(index)];
    if (card == 0)
        card = cardProblem(index).empty() ? 1 : 2;
    return card == 1 ? module().table : nullptr;
}

std::string ownKernelsProblem(int index)
{
    if (!wanted())
        return "switched off";
    if (refused) {
        const std::scoped_lock lock(refusalMutex);
        return refusal;
    }
    return module().table == nullptr ? module().problem : cardProblem(index);
}

void refuseOwnKernels(const std::string &why)
{
    const std::scoped_lock lock(refusalMutex);
    refusal = why;
    refused = true;
}

} // namespace faststar::gpu
