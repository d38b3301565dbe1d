// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "core/files/exif.h"
#include "core/media/image_input.h"

namespace faststar::media
{

namespace
{

using Bytes = std::span<const std::uint8_t>;

bool hasAt(Bytes bytes, std::size_t at, const char *text, std::size_t length)
{
    return at <= bytes.size() && bytes.size() - at >= length &&
           std::memcmp(bytes.data() + at, text, length) == 0;
}

std::uint32_t bigEndian(Bytes bytes, std::size_t at, int size)
{
    std::uint32_t value = 0;
    for (int i = 0; i < size; ++i)
        value = value << 8 | bytes[at + std::size_t(i)];
    return value;
}

std::uint32_t littleEndian(Bytes bytes, std::size_t at, int size)
{
    std::uint32_t value = 0;
    for (int i = size - 1; i >= 0; --i)
        value = value << 8 | bytes[at + std::size_t(i)];
    return value;
}

tl::unexpected<Error> corrupt(const std::string &why)
{
    return failure(ErrorCode::CorruptFile, why);
}

int orientationOf(Bytes block)
{
    const std::size_t skip = hasAt(block, 0, "Exif\0\0", 6) ? 6 : 0;
    return files::exifOrientation(block.subspan(skip));
}

constexpr int kStartOfScan = 0xda;
constexpr int kEndOfImage = 0xd9;

bool standsAlone(int marker)
{
    return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}
bool isFrameHeader(int marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

// The position of the next marker's second byte, behind entropy-coded data or fill bytes; the size at the
// end.
std::size_t nextMarker(Bytes bytes, std::size_t at)
{
    for (; at + 1 < bytes.size(); ++at) {
        const int code = bytes[at + 1];
        const bool isRestart = code >= 0xd0 && code <= 0xd7;
        if (bytes[at] == 0xff && code != 0x00 && code != 0xff && !isRestart)
            return at + 1;
    }
    return bytes.size();
}

// A JPEG is a chain of segments; after each scan header comes data up to the next marker, at last the
// end-of-image marker.
Result<ImageHeader> jpegHeader(Bytes bytes)
{
    ImageHeader header;
    bool hasExif = false;
    std::size_t at = 2;
    for (;;) {
        at = nextMarker(bytes, at);
        if (at >= bytes.size())
            return corrupt("the JPEG is truncated");
        const int marker = bytes[at++];
        if (marker == kEndOfImage)
            break;
        if (standsAlone(marker))
            continue;
        if (at + 2 > bytes.size())
            return corrupt("the JPEG is truncated");
        const std::size_t length = bigEndian(bytes, at, 2);
        if (length < 2 || length > bytes.size() - at)
            return corrupt("the JPEG is truncated");
        const auto segment = bytes.subspan(at + 2, length - 2);
        if (isFrameHeader(marker) && header.width == 0) {
            if (segment.size() < 6)
                return corrupt("the JPEG's frame header is too short");
            header.height = int(bigEndian(segment, 1, 2));
            header.width = int(bigEndian(segment, 3, 2));
        } else if (marker == 0xe1 && !hasExif && hasAt(segment, 0, "Exif\0\0", 6)) {
            header.orientation = orientationOf(segment);
            hasExif = true;
        } else if (marker == kStartOfScan && header.width == 0) {
            return corrupt("the JPEG has pixels before a size");
        }
        at += length;
    }
    if (header.width < 1 || header.height < 1)
        return corrupt("the JPEG has no pixels");
    return header;
}

Result<ImageHeader> webpHeader(Bytes bytes)
{
    const std::size_t claimed = std::size_t(littleEndian(bytes, 4, 4)) + 8;
    if (claimed > bytes.size() || bytes.size() < 30)
        return corrupt("the WebP is truncated: " + std::to_string(bytes.size()) + " of " +
                       std::to_string(claimed) + " bytes");
    ImageHeader header;
    header.format = ImageHeader::Format::Webp;
    for (std::size_t at = 12; at + 8 <= claimed;) {
        const std::size_t length = littleEndian(bytes, at + 4, 4);
        if (length > claimed - at - 8)
            return corrupt("a part of the WebP reaches behind its end");
        const auto chunk = bytes.subspan(at + 8, length);
        if (hasAt(bytes, at, "ANIM", 4) || hasAt(bytes, at, "ANMF", 4))
            return failure(ErrorCode::UnknownFormat, "an animated WebP is no still picture");
        if (hasAt(bytes, at, "EXIF", 4))
            header.orientation = orientationOf(chunk);
        else if (hasAt(bytes, at, "VP8 ", 4) && length >= 10) {
            header.width = int(littleEndian(chunk, 6, 2) & 0x3fff);
            header.height = int(littleEndian(chunk, 8, 2) & 0x3fff);
        } else if (hasAt(bytes, at, "VP8L", 4) && length >= 5) {
            const auto packed = littleEndian(chunk, 1, 4);
            header.width = int(packed & 0x3fff) + 1;
            header.height = int(packed >> 14 & 0x3fff) + 1;
        }
        at += 8 + length + length % 2;
    }
    if (header.width < 1 || header.height < 1)
        return corrupt("the WebP has no pixels");
    return header;
}

Result<ImageHeader> bmpHeader(Bytes bytes)
{
    if (bytes.size() < 54 || littleEndian(bytes, 14, 4) < 40)
        return corrupt("the BMP's header is too short or of an unknown kind");
    ImageHeader header;
    header.format = ImageHeader::Format::Bmp;
    header.width = int(littleEndian(bytes, 18, 4));
    const auto height = std::int64_t(std::int32_t(littleEndian(bytes, 22, 4))); // negative: top row first
    const auto depth = std::int64_t(littleEndian(bytes, 28, 2));
    const auto compression = littleEndian(bytes, 30, 4);
    const auto pixels = std::int64_t(littleEndian(bytes, 10, 4));
    if (header.width < 1 || height == 0 || std::abs(height) > INT32_MAX)
        return corrupt("the BMP has no pixels");
    header.height = int(std::abs(height));
    const bool isPlain = compression == 0 || compression == 3;
    const auto stride = (std::int64_t(header.width) * depth + 31) / 32 * 4;
    if (pixels > std::int64_t(bytes.size()) ||
        (isPlain && stride > (std::int64_t(bytes.size()) - pixels) / header.height))
        return corrupt("the BMP is truncated: its " + std::to_string(bytes.size()) + " bytes cannot hold " +
                       std::to_string(header.width) + "x" + std::to_string(header.height) + " pixels");
    return header;
}

} // namespace

Result<ImageHeader> readImageHeader(std::span<const std::uint8_t> bytes)
{
    if (hasAt(bytes, 0, "\xff\xd8\xff", 3))
        return jpegHeader(bytes);
    if (hasAt(bytes, 0, "RIFF", 4) && hasAt(bytes, 8, "WEBP", 4))
        return webpHeader(bytes);
    if (hasAt(bytes, 0, "BM", 2))
        return bmpHeader(bytes);
    return failure(ErrorCode::UnknownFormat, "this is no PNG, JPEG, WebP or BMP picture");
}

} // namespace faststar::media
