// SPDX-License-Identifier: Apache-2.0
#include "core/files/png.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csetjmp>
#include <cstring>
#include <vector>

#include <png.h>

#include "core/files/png_failure.h"

namespace faststar::files
{

namespace
{

// libpng leaves by longjmp: from here down nothing with a destructor may live.
bool encode(png_structp png, png_infop info, std::FILE *stream, const Image *shape, int colourType,
            png_bytepp rows, png_textp text, int texts)
{
    if (setjmp(png_jmpbuf(png)) != 0)
        return false;
    png_init_io(png, stream);
    png_set_IHDR(png, info, png_uint_32(shape->width), png_uint_32(shape->height), 8, colourType,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (texts > 0)
        png_set_text(png, info, text, texts);
    png_write_info(png, info);
    png_write_image(png, rows);
    png_write_end(png, nullptr);
    return true;
}

bool isPlainAscii(const std::string &value)
{
    return std::all_of(value.begin(), value.end(),
                       [](char c) { return (c >= ' ' && c <= '~') || c == '\n'; });
}

Status checkKeys(const PngText &text)
{
    for (const auto &[key, value] : text) {
        const bool spaced = !key.empty() && (key.front() == ' ' || key.back() == ' ');
        if (key.empty() || key.size() > 79 || spaced || !isPlainAscii(key) ||
            key.find('\n') != std::string::npos)
            return failure(ErrorCode::InvalidRequest, "'" + key + "' cannot be the name of a PNG text");
        if (value.find('\0') != std::string::npos)
            return failure(ErrorCode::InvalidRequest, "the PNG text '" + key + "' contains a zero byte");
    }
    return {};
}

// `pixels`: 1 or 3 bytes each, as `channels` says.
Status write(const std::filesystem::path &path, const Image &shape, const std::vector<std::uint8_t> &pixels,
             int channels, const PngText &text, Existing existing)
{
    if (auto keys = checkKeys(text); !keys)
        return keys;
    auto file = OutputFile::create(path, existing);
    if (!file)
        return tl::unexpected(file.error());

    std::vector<png_text> chunks;
    for (const auto &[key, value] : text) {
        png_text chunk{};
        chunk.compression = isPlainAscii(value) ? PNG_TEXT_COMPRESSION_NONE : PNG_ITXT_COMPRESSION_NONE;
        chunk.key = const_cast<png_charp>(key.c_str()); // libpng copies both
        chunk.text = const_cast<png_charp>(value.c_str());
        chunk.text_length = value.size();
        chunks.push_back(chunk);
    }
    const std::size_t stride = std::size_t(shape.width) * std::size_t(channels);
    std::vector<png_bytep> rows(std::size_t(shape.height));
    for (std::size_t y = 0; y < rows.size(); ++y)
        rows[y] = const_cast<png_bytep>(pixels.data() + y * stride);

    PngFailure trouble;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &trouble, onPngError, onPngWarning);
    png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
    errno = 0;
    const bool done = info != nullptr && encode(png, info, file->stream(), &shape,
                                                channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY,
                                                rows.data(), chunks.data(), int(chunks.size()));
    const int reason = errno;
    png_destroy_write_struct(&png, &info);
    if (!done) {
        const std::string why = reason != 0 ? systemMessage(reason) : std::string(trouble.message.data());
        return failure(ErrorCode::WriteFailed, path.string() + ": " + why);
    }
    return file->commit();
}

} // namespace

Status writePng(const std::filesystem::path &path, const Image &image, const PngText &text, Existing existing)
{
    const auto expected = std::int64_t(image.width) * image.height * 3;
    if (image.width < 1 || image.height < 1 || std::int64_t(image.rgb.size()) != expected)
        return failure(ErrorCode::InvalidRequest, "an image of " + std::to_string(image.width) + "x" +
                                                      std::to_string(image.height) + " with " +
                                                      std::to_string(image.rgb.size()) + " bytes");
    return write(path, image, image.rgb, 3, text, existing);
}

Status writeMaskPng(const std::filesystem::path &path, const MaskGrid &mask, int frame, int cellPixels,
                    Existing existing)
{
    const auto &shape = mask.shape;
    if (shape.h < 1 || shape.w < 1 || std::int64_t(mask.values.size()) != shape.tokens() || frame < 0 ||
        frame >= shape.t || cellPixels < 1 || cellPixels > 256)
        return failure(ErrorCode::InvalidRequest,
                       "frame " + std::to_string(frame) + " of a mask of " + std::to_string(shape.t) + "x" +
                           std::to_string(shape.h) + "x" + std::to_string(shape.w) + " at " +
                           std::to_string(cellPixels) + " pixels a cell");
    Image size;
    size.width = shape.w * cellPixels;
    size.height = shape.h * cellPixels;
    std::vector<std::uint8_t> grey(std::size_t(size.width) * std::size_t(size.height));
    auto *out = grey.data();
    for (int y = 0; y < size.height; ++y) {
        const auto *row =
            &mask.values[(std::size_t(frame) * std::size_t(shape.h) + std::size_t(y / cellPixels)) *
                         std::size_t(shape.w)];
        for (int x = 0; x < size.width; ++x)
            *out++ = row[x / cellPixels] != 0 ? 255 : 0;
    }
    return write(path, size, grey, 1, {}, existing);
}

} // namespace faststar::files
