// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>

namespace faststar::model
{

// Thrown between blocks, convolutions and frames when the run is to end; caught at the engine's
// boundary together with LibTorch's exceptions, never seen outside.
struct StopRequested {
};

inline void throwIfStopped(const std::stop_token &stop)
{
    if (stop.stop_requested())
        throw StopRequested{};
}

} // namespace faststar::model
