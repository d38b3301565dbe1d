// SPDX-License-Identifier: Apache-2.0
#include "core/files/exif.h"

#include <algorithm>
#include <cstring>

namespace faststar::files
{

namespace
{

constexpr unsigned kOrientationTag = 0x0112;
constexpr unsigned kShortType = 3;

unsigned number(std::span<const std::uint8_t> bytes, std::size_t at, int size, bool bigEndian)
{
    unsigned value = 0;
    for (int i = 0; i < size; ++i)
        value |= unsigned(bytes[at + std::size_t(i)]) << (8 * (bigEndian ? size - 1 - i : i));
    return value;
}

} // namespace

int exifOrientation(std::span<const std::uint8_t> tiff)
{
    if (tiff.size() < 8)
        return 1;
    const bool bigEndian = std::memcmp(tiff.data(), "MM\0*", 4) == 0;
    if (!bigEndian && std::memcmp(tiff.data(), "II*\0", 4) != 0)
        return 1;
    const std::size_t directory = number(tiff, 4, 4, bigEndian);
    if (directory > tiff.size() || tiff.size() - directory < 2)
        return 1;
    const unsigned entries = number(tiff, directory, 2, bigEndian);
    for (unsigned i = 0; i < entries; ++i) {
        const std::size_t entry = directory + 2 + std::size_t(i) * 12;
        if (entry + 12 > tiff.size())
            return 1;
        if (number(tiff, entry, 2, bigEndian) != kOrientationTag)
            continue;
        if (number(tiff, entry + 2, 2, bigEndian) != kShortType)
            return 1;
        const int value = int(number(tiff, entry + 8, 2, bigEndian));
        return value >= 1 && value <= 8 ? value : 1;
    }
    return 1;
}

Image uprighted(Image image, int orientation)
{
    if (orientation <= 1 || orientation > 8)
        return image;
    const bool exchanged = orientation >= 5;
    // Where the row and the column of the stored picture start when it is seen upright.
    const bool fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool fromBottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    Image result;
    result.width = exchanged ? image.height : image.width;
    result.height = exchanged ? image.width : image.height;
    result.rgb.resize(image.rgb.size());
    auto *out = result.rgb.data();
    for (int y = 0; y < result.height; ++y) {
        for (int x = 0; x < result.width; ++x, out += 3) {
            int column = exchanged ? y : x;
            int row = exchanged ? x : y;
            column = fromRight ? image.width - 1 - column : column;
            row = fromBottom ? image.height - 1 - row : row;
            std::copy_n(&image.rgb[(std::size_t(row) * std::size_t(image.width) + std::size_t(column)) * 3],
                        3, out);
        }
    }
    return result;
}

} // namespace faststar::files
