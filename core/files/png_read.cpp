// SPDX-License-Identifier: Apache-2.0
#include "core/files/png.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csetjmp>
#include <cstring>
#include <vector>

#include <png.h>

#include "core/files/exif.h"
#include "core/files/input_file.h"
#include "core/files/png_failure.h"

namespace faststar::files
{

namespace
{

namespace fs = std::filesystem;

constexpr std::int64_t kDeflateBest = 1032; // a deflate stream cannot shrink anything further than this
constexpr png_alloc_size_t kLargestChunk = 16U
                                           << 20; // for text and profiles, which carry no promise of a size

struct Header {
    png_uint_32 width = 0;
    png_uint_32 height = 0;
    int bitDepth = 0;
    int channels = 0;
};

// libpng leaves by longjmp: in the next three functions nothing with a destructor may live.
bool readInfo(png_structp png, png_infop info, std::FILE *stream, Header *header)
{
    if (setjmp(png_jmpbuf(png)) != 0)
        return false;
    png_init_io(png, stream);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); // our own check names the numbers
    png_set_chunk_malloc_max(png, kLargestChunk);
    png_read_info(png, info);
    header->width = png_get_image_width(png, info);
    header->height = png_get_image_height(png, info);
    header->bitDepth = png_get_bit_depth(png, info);
    header->channels = png_get_channels(png, info);
    return true;
}

bool askFor8Bit(png_structp png, png_infop info, int *channels)
{
    if (setjmp(png_jmpbuf(png)) != 0)
        return false;
    png_set_expand(png); // palettes, fewer than 8 bits, tRNS -> alpha
    png_set_scale_16(png);
    png_set_gray_to_rgb(png);
    (void)png_set_interlace_handling(png);
    png_read_update_info(png, info);
    *channels = png_get_channels(png, info);
    return true;
}

bool readPixels(png_structp png, png_infop info, png_bytepp rows)
{
    if (setjmp(png_jmpbuf(png)) != 0)
        return false;
    png_read_image(png, rows);
    png_read_end(png, info);
    return true;
}

// An open PNG whose header has been read and found plausible.
class Reader
{
public:
    Reader() = default;
    Reader(const Reader &) = delete;
    Reader &operator=(const Reader &) = delete;
    ~Reader()
    {
        png_destroy_read_struct(&m_png, &m_info, nullptr);
        if (m_stream != nullptr)
            (void)std::fclose(m_stream);
    }

    Status open(const fs::path &path, const ImageLimits &limits);
    Result<Image> pixels();
    [[nodiscard]] PngText text() const;
    [[nodiscard]] int orientation() const;

private:
    [[nodiscard]] tl::unexpected<Error> corrupt(const std::string &why) const
    {
        return failure(ErrorCode::CorruptFile, m_path.string() + ": " + why);
    }

    fs::path m_path;
    std::FILE *m_stream = nullptr;
    png_structp m_png = nullptr;
    png_infop m_info = nullptr;
    PngFailure m_failure;
    Header m_header;
};

Status Reader::open(const fs::path &path, const ImageLimits &limits)
{
    m_path = path;
    const auto bytes = inputFileBytes(path, limits.maxFileBytes);
    if (!bytes)
        return tl::unexpected(bytes.error());
    m_stream = std::fopen(path.c_str(), "rbe");
    if (m_stream == nullptr)
        return failure(ErrorCode::Unreadable, path.string() + ": " + systemMessage(errno));
    m_png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &m_failure, onPngError, onPngWarning);
    m_info = m_png != nullptr ? png_create_info_struct(m_png) : nullptr;
    if (m_info == nullptr)
        return failure(ErrorCode::OutOfMemory, path.string() + ": no memory for the PNG reader");
    if (!readInfo(m_png, m_info, m_stream, &m_header))
        return corrupt(m_failure.message.data());

    const auto size = std::to_string(m_header.width) + "x" + std::to_string(m_header.height);
    const auto pixelCount = std::int64_t(m_header.width) * std::int64_t(m_header.height);
    if (int(std::max(m_header.width, m_header.height)) > limits.maxSide || pixelCount > limits.maxPixels)
        return failure(ErrorCode::UnknownFormat, path.string() + " has " + size + " pixels, more than " +
                                                     std::to_string(limits.maxPixels) + " or a side over " +
                                                     std::to_string(limits.maxSide));
    if (pixelCount * m_header.channels * m_header.bitDepth / 8 > *bytes * kDeflateBest)
        return corrupt("claims " + size + " pixels, which its " + std::to_string(*bytes) +
                       " bytes cannot hold");
    return {};
}

Result<Image> Reader::pixels()
{
    int channels = 0;
    if (!askFor8Bit(m_png, m_info, &channels))
        return corrupt(m_failure.message.data());
    const std::size_t stride = std::size_t(m_header.width) * std::size_t(channels);
    std::vector<std::uint8_t> bytes(stride * m_header.height);
    std::vector<png_bytep> rows(m_header.height);
    for (std::size_t y = 0; y < rows.size(); ++y)
        rows[y] = bytes.data() + y * stride;
    if (!readPixels(m_png, m_info, rows.data()))
        return corrupt(m_failure.message.data());

    Image image;
    image.width = int(m_header.width);
    image.height = int(m_header.height);
    if (channels == 3) {
        image.rgb = std::move(bytes);
        return image;
    }
    image.rgb.resize(std::size_t(m_header.width) * m_header.height * 3);
    for (std::size_t i = 0; i < image.rgb.size() / 3; ++i) {
        const unsigned alpha = bytes[i * 4 + 3];
        for (std::size_t c = 0; c < 3; ++c) // over white
            image.rgb[i * 3 + c] = std::uint8_t((bytes[i * 4 + c] * alpha + 255 * (255 - alpha) + 127) / 255);
    }
    return image;
}

PngText Reader::text() const
{
    png_textp chunks = nullptr;
    int count = 0;
    png_get_text(m_png, m_info, &chunks, &count);
    PngText text;
    for (int i = 0; i < count; ++i) {
        // iTXt keeps its length in a field of its own; the strings end with a zero either way.
        if (chunks[i].key != nullptr && chunks[i].text != nullptr)
            text.emplace(chunks[i].key, chunks[i].text);
    }
    return text;
}

int Reader::orientation() const
{
    png_uint_32 size = 0;
    png_bytep block = nullptr;
    if (png_get_eXIf_1(m_png, m_info, &size, &block) == 0 || block == nullptr)
        return 1;
    return exifOrientation({block, size});
}

} // namespace

Result<PngFile> readPng(const fs::path &path, const ImageLimits &limits)
{
    Reader reader;
    if (const auto opened = reader.open(path, limits); !opened)
        return tl::unexpected(opened.error());
    auto image = reader.pixels();
    if (!image)
        return tl::unexpected(image.error());
    return PngFile{uprighted(std::move(*image), reader.orientation()), reader.text()};
}

Result<PngText> readPngText(const fs::path &path, const ImageLimits &limits)
{
    Reader reader;
    if (const auto opened = reader.open(path, limits); !opened)
        return tl::unexpected(opened.error());
    return reader.text();
}

} // namespace faststar::files
