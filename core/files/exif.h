// SPDX-License-Identifier: Apache-2.0
//
// The one thing of EXIF that changes a picture: which way up it is.
#pragma once

#include <cstdint>
#include <span>

#include "core/domain/grids.h"

namespace faststar::files
{

// `tiff`: an EXIF block from its byte order mark on ("II*\0" or "MM\0*"). The orientation, 1..8 as TIFF
// counts them; 1 (upright) when there is none or the block is broken.
[[nodiscard]] int exifOrientation(std::span<const std::uint8_t> tiff);

// The picture as it is meant to be seen: 2 mirrored, 3 turned by 180 degrees, 4 flipped, 5..8 with
// sides exchanged.
[[nodiscard]] Image uprighted(Image image, int orientation);

} // namespace faststar::files
