// SPDX-License-Identifier: Apache-2.0
//
// Compares each kernel of our own with its ATen twin on the user's card, and times both. No LibTorch in this
// header.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/domain/result.h"

namespace faststar::gpu
{

// One kernel at one size, the worst of all seeds.
struct KernelCheck {
    std::string kernel; // "rms_norm", "rms_norm_e4m3", ...
    std::int64_t rows = 0;
    std::int64_t width = 0;
    // Of bfloat16 results: the largest difference in units in the last place of the twin's result, where
    // values below 1/256 of their row's largest count as that. Of e4m3 results: bytes and scales that differ
    // from quantising the kernel's own bfloat16 result with the twin.
    double worst = 0.0;
    double allowed = 0.0;
    // Medians in ms, and the memory's traffic at that; 0 for sizes that fit into a cache.
    double ms = 0.0;
    double twinMs = 0.0;
    double gbs = 0.0;

    [[nodiscard]] bool passed() const { return worst <= allowed; }
};

struct KernelReport {
    std::string device;
    double copyGbs = 0.0; // of one large copy, read and written
    std::vector<KernelCheck> checks;

    [[nodiscard]] bool passed() const;
};

// `told` receives each check as it is done. Unsupported with the reason where no kernel of ours can run.
[[nodiscard]] Result<KernelReport> checkKernels(const std::string &device,
                                                const std::function<void(const KernelCheck &)> &told);

} // namespace faststar::gpu
