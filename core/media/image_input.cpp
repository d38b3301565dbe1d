// SPDX-License-Identifier: Apache-2.0
#include "core/media/image_input.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <vector>

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>

#include "core/files/exif.h"
#include "core/files/input_file.h"
#include "core/files/png.h"

namespace faststar::media
{

namespace
{

namespace fs = std::filesystem;

tl::unexpected<Error> about(const fs::path &path, const Error &error)
{
    return failure(error.code, path.string() + ": " + error.detail);
}

Result<std::vector<std::uint8_t>> readAll(const fs::path &path, const files::ImageLimits &limits)
{
    const auto size = files::inputFileBytes(path, limits.maxFileBytes);
    if (!size)
        return tl::unexpected(size.error());
    std::vector<std::uint8_t> bytes(std::size_t(*size), 0);
    std::ifstream file(path, std::ios::binary);
    if (!file.read(reinterpret_cast<char *>(bytes.data()), std::streamsize(*size)))
        return failure(ErrorCode::Unreadable, path.string() + " cannot be read");
    return bytes;
}

// BGR or BGRA, 8 bits.
Result<Image> fromMat(const cv::Mat &mat)
{
    if (mat.empty() || mat.depth() != CV_8U || (mat.channels() != 3 && mat.channels() != 4))
        return failure(ErrorCode::CorruptFile, "the pixels do not decode");
    Image image{mat.cols, mat.rows, {}};
    image.rgb.resize(mat.total() * 3);
    auto *out = image.rgb.data();
    for (int y = 0; y < mat.rows; ++y) {
        const auto *in = mat.ptr<std::uint8_t>(y);
        for (int x = 0; x < mat.cols; ++x, in += mat.channels(), out += 3) {
            const unsigned alpha = mat.channels() == 4 ? in[3] : 255;
            for (int c = 0; c < 3; ++c) // over white
                out[c] = std::uint8_t((in[2 - c] * alpha + 255 * (255 - alpha) + 127) / 255);
        }
    }
    return image;
}

Result<Image> decode(const std::vector<std::uint8_t> &bytes, ImageHeader::Format format)
{
    // WebP's alpha is meant; a BMP's fourth byte mostly is not.
    const int flags = (format == ImageHeader::Format::Webp ? cv::IMREAD_UNCHANGED : cv::IMREAD_COLOR) |
                      cv::IMREAD_IGNORE_ORIENTATION;
    try {
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT); // errors are returned
        return fromMat(cv::imdecode(bytes, flags));
    } catch (const cv::Exception &exception) {
        return failure(ErrorCode::CorruptFile, exception.err);
    }
}

} // namespace

Result<Image> readImage(const fs::path &path, const files::ImageLimits &limits)
{
    constexpr std::array<char, 8> kPng{'\x89', 'P', 'N', 'G', '\r', '\n', '\x1a', '\n'};
    std::array<char, 8> magic{};
    std::error_code error;
    if (fs::is_regular_file(path, error)) {
        std::ifstream(path, std::ios::binary).read(magic.data(), magic.size());
        if (magic == kPng) {
            auto file = files::readPng(path, limits);
            if (!file)
                return tl::unexpected(file.error());
            return std::move(file->image);
        }
    }
    const auto bytes = readAll(path, limits);
    if (!bytes)
        return tl::unexpected(bytes.error());
    const auto header = readImageHeader(*bytes);
    if (!header)
        return about(path, header.error());
    if (std::max(header->width, header->height) > limits.maxSide ||
        std::int64_t(header->width) * header->height > limits.maxPixels)
        return failure(ErrorCode::UnknownFormat, path.string() + " has " + std::to_string(header->width) +
                                                     "x" + std::to_string(header->height) +
                                                     " pixels, more than " +
                                                     std::to_string(limits.maxPixels) + " or a side over " +
                                                     std::to_string(limits.maxSide));
    auto image = decode(*bytes, header->format);
    if (!image)
        return about(path, image.error());
    return files::uprighted(std::move(*image), header->orientation);
}

} // namespace faststar::media
