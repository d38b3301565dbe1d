// SPDX-License-Identifier: Apache-2.0
//
// PNG frames and masks. Written files carry no time, so equal input gives equal bytes; read files are not
// trusted. No function keeps state: any thread, several at once.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/domain/grids.h"
#include "core/domain/result.h"
#include "core/files/image_limits.h"
#include "core/files/output_file.h"

namespace faststar::files
{

// Key -> UTF-8 value, e.g. {"faststar", JSON} and {"parameters", one readable line}. Keys: 1 to 79
// printable ASCII characters. Pure ASCII values become tEXt chunks, others iTXt.
using PngText = std::map<std::string, std::string>;

// 8-bit RGB. InvalidRequest for an empty or inconsistent image or a bad key; AlreadyExists, NotFound,
// WriteFailed as OutputFile tells.
Status writePng(const std::filesystem::path &path, const Image &image, const PngText &text = {},
                Existing existing = Existing::Refuse);

// One latent frame of a mask, 8-bit grey, 255 = kept, 0 = pruned, `cellPixels` >= 1 pixels a cell (16 = the
// size of the decoded frame).
Status writeMaskPng(const std::filesystem::path &path, const MaskGrid &mask, int frame, int cellPixels = 1,
                    Existing existing = Existing::Refuse);

struct PngFile {
    Image image;
    PngText text;

    bool operator==(const PngFile &) const = default;
};

// Any PNG as 8-bit RGB: 16-bit rounded to 8, grey spread over the three channels, palettes looked up,
// transparency laid over white, an EXIF orientation applied. NotFound, Unreadable; CorruptFile for what is
// truncated, damaged or claims more pixels than its bytes can hold; UnknownFormat when it exceeds the limits.
// Memory is checked against the limits and the file's length before it is taken.
[[nodiscard]] Result<PngFile> readPng(const std::filesystem::path &path, const ImageLimits &limits = {});

// The text before the pixels only (where this program writes it), without decoding them.
[[nodiscard]] Result<PngText> readPngText(const std::filesystem::path &path, const ImageLimits &limits = {});

} // namespace faststar::files
