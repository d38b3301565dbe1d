// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

namespace faststar::cli
{

// Seconds of one run by stage, without loading.
struct BenchSeconds {
    double text = 0.0;
    double imageClip = 0.0;
    double videoClip = 0.0;
    double decode = 0.0;
    double encode = 0.0; // frames into an MP4

    [[nodiscard]] double total() const { return text + imageClip + videoClip + decode + encode; }
};

// The middle value, or the mean of the middle two; 0 of none.
[[nodiscard]] double median(std::vector<double> values);

// The median of each stage for itself; the mean of the middle two for an even number of runs.
[[nodiscard]] BenchSeconds medianOf(std::span<const BenchSeconds> runs);

} // namespace faststar::cli
