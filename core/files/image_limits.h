// SPDX-License-Identifier: Apache-2.0
//
// What a picture from outside may ask of us. Checked against its header before anything is allocated.
#pragma once

#include <cstdint>

namespace faststar::files
{

struct ImageLimits {
    std::int64_t maxPixels = 100'000'000; // 300 MB once decoded
    int maxSide = 32'768;
    std::int64_t maxFileBytes = 512LL << 20;

    bool operator==(const ImageLimits &) const = default;
};

} // namespace faststar::files
