// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/train/drawn_clips.h"
#include "app/train/draws.h"

namespace faststar::train
{

// The scene in one of many wordings, without the model's prefix. `placeShare` of the captions say where the
// shapes are at first. A quarter begins with a capital, a quarter ends with a full stop.
[[nodiscard]] std::string describe(const Scene &scene, double placeShare, Draws &draws);

} // namespace faststar::train
