// SPDX-License-Identifier: Apache-2.0
//
// What the control group of this process may still use, for both generations of the interface.
#pragma once

#include <cstdint>
#include <filesystem>

namespace faststar::gpu
{

struct GroupMemory {
    std::int64_t limitBytes = -1;     // the smallest limit on the way to the root; -1 = no limit
    std::int64_t availableBytes = -1; // the smallest (limit - use + reclaimable cache); -1 = no limit
};

// `groups` and `mounts` are /proc/self/cgroup and /proc/self/mountinfo. A group's own limit and those of
// all groups above it hold, so every level is looked at. File pages that nobody uses at the moment
// (inactive_file of memory.stat) count as free: the kernel drops them before it refuses memory.
[[nodiscard]] GroupMemory controlGroupMemory(const std::filesystem::path &groups,
                                             const std::filesystem::path &mounts);

} // namespace faststar::gpu
