// SPDX-License-Identifier: Apache-2.0
//
// Pictures from outside. Not trusted; any thread, several at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "core/domain/grids.h"
#include "core/domain/result.h"
#include "core/files/image_limits.h"

namespace faststar::media
{

// PNG, JPEG, WebP (still) or BMP, recognised by content, as upright 8-bit RGB: EXIF orientation honoured,
// 16-bit rounded to 8, grey spread, transparency laid over white. Size and length are checked from the header
// before anything is decoded. NotFound; Unreadable (no permission, no regular file); CorruptFile for what is
// truncated or damaged; UnknownFormat for other formats and for what exceeds the limits.
// For the size a model wants: coverAndCrop() of core/domain/resample.h.
[[nodiscard]] Result<Image> readImage(const std::filesystem::path &path,
                                      const files::ImageLimits &limits = {});

// What the header says.
struct ImageHeader {
    enum class Format { Jpeg, Webp, Bmp };
    Format format = Format::Jpeg;
    int width = 0; // as stored, before it is turned upright
    int height = 0;
    int orientation = 1; // EXIF, 1..8
};

// Of a JPEG, WebP or BMP held whole in memory; the detail of an error does not name the file. Walks the
// structure to its end, so that a truncated file is CorruptFile even where a decoder would invent the rest.
[[nodiscard]] Result<ImageHeader> readImageHeader(std::span<const std::uint8_t> bytes);

} // namespace faststar::media
