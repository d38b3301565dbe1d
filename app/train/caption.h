// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/train/drawn_clips.h"
#include "app/train/draws.h"

namespace faststar::train
{

// The scene in one of many wordings, without the model's prefix. The share `options.place` of the captions
// says where the shapes are at first; where little is left to chance (`options.scatter`), the scene decides.
// A quarter begins with a capital, a quarter ends with a full stop.
[[nodiscard]] std::string describe(const Scene &scene, const SceneOptions &options, Draws &draws);

} // namespace faststar::train
