// SPDX-License-Identifier: Apache-2.0
//
// Pictures at another size, by an antialiased Lanczos filter (three lobes, widened when shrinking, so that
// fine patterns become their mean instead of moire). Whole-number weights: every machine gives the same
// bytes, and those of Pillow's LANCZOS, which the model's training used.
#pragma once

#include "core/domain/grids.h"
#include "core/domain/result.h"

namespace faststar
{

// The picture scaled to cover width x height with its own aspect, then cut to the middle. The longer side is
// scaled to the whole number below its exact size, as the published reference does. Only what the cut
// keeps is computed, so extreme aspects cost no memory. InvalidRequest for an empty or inconsistent image
// or sides outside [1, 16384].
[[nodiscard]] Result<Image> coverAndCrop(const Image &image, int width, int height);

// The whole picture at width x height, aspect not kept.
[[nodiscard]] Result<Image> resized(const Image &image, int width, int height);

} // namespace faststar
