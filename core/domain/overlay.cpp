// SPDX-License-Identifier: Apache-2.0
#include "core/domain/overlay.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

namespace faststar
{

namespace
{

constexpr int kLargestCell = 256;
constexpr double kDarkLine = 0.25; // what the line outside leaves of the picture

std::string sizeText(const GridShape &shape)
{
    return std::to_string(shape.t) + "x" + std::to_string(shape.h) + "x" + std::to_string(shape.w);
}

Status checkGrid(const GridShape &shape, std::size_t values, int latentFrame)
{
    if (shape.t < 1 || shape.h < 1 || shape.w < 1 || std::int64_t(values) != shape.tokens())
        return failure(ErrorCode::InvalidRequest,
                       "a grid of " + sizeText(shape) + " with " + std::to_string(values) + " values");
    if (latentFrame < 0 || latentFrame >= shape.t)
        return failure(ErrorCode::InvalidRequest,
                       "a grid of " + sizeText(shape) + " has no frame " + std::to_string(latentFrame));
    return {};
}

// Which cell of one latent frame a pixel belongs to.
class Cells
{
public:
    Cells(const GridShape &shape, int latentFrame, const Image &frame)
        : m_columns(std::size_t(frame.width)), m_rows(std::size_t(frame.height))
    {
        for (std::size_t x = 0; x < m_columns.size(); ++x)
            m_columns[x] = x * std::size_t(shape.w) / m_columns.size();
        const auto first = std::size_t(latentFrame) * std::size_t(shape.h);
        for (std::size_t y = 0; y < m_rows.size(); ++y)
            m_rows[y] = (first + y * std::size_t(shape.h) / m_rows.size()) * std::size_t(shape.w);
    }
    // Index into the grid's values.
    [[nodiscard]] std::size_t at(int x, int y) const
    {
        return m_rows[std::size_t(y)] + m_columns[std::size_t(x)];
    }

private:
    std::vector<std::size_t> m_columns;
    std::vector<std::size_t> m_rows;
};

std::uint8_t blend(double below, double above, double opacity)
{
    return std::uint8_t(std::lround(below + (above - below) * opacity));
}

std::uint8_t *pixel(Image &image, int x, int y)
{
    return &image.rgb[(std::size_t(y) * std::size_t(image.width) + std::size_t(x)) * 3];
}

void drawHeat(Image &image, const ScoreGrid &scores, const Cells &cells, const OverlayOptions &options)
{
    const auto range = options.range ? *options.range : displayRange(scores.values);
    const auto &table = colourTable(options.colourMap);
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const auto colour = colourOf(table, scores.values[cells.at(x, y)], range);
            auto *out = pixel(image, x, y);
            const double luma = 0.2126 * out[0] + 0.7152 * out[1] + 0.0722 * out[2]; // BT.709
            for (std::size_t c = 0; c < 3; ++c)
                out[c] = blend(luma + (out[c] - luma) * options.saturation, colour[c], options.opacity);
        }
    }
}

void darken(std::uint8_t *rgb, double left)
{
    for (int c = 0; c < 3; ++c)
        rgb[c] = std::uint8_t(std::lround(rgb[c] * left));
}

void darkenPruned(Image &image, const MaskGrid &mask, const Cells &cells, double darkening)
{
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            if (mask.values[cells.at(x, y)] == 0)
                darken(pixel(image, x, y), 1.0 - darkening);
        }
    }
}

// Is there, within `reach` pixels, a cell of the other kind?
bool isBorder(const MaskGrid &mask, const Cells &cells, const Image &image, int x, int y, int reach)
{
    const int left = std::max(x - reach, 0);
    const int right = std::min(x + reach, image.width - 1);
    const int top = std::max(y - reach, 0);
    const int bottom = std::min(y + reach, image.height - 1);
    if (cells.at(left, top) == cells.at(right, bottom))
        return false; // well inside a cell, as most are
    const bool kept = mask.values[cells.at(x, y)] != 0;
    for (int ny = top; ny <= bottom; ++ny) {
        for (int nx = left; nx <= right; ++nx) {
            if ((mask.values[cells.at(nx, ny)] != 0) != kept)
                return true;
        }
    }
    return false;
}

void drawOutline(Image &image, const MaskGrid &mask, const Cells &cells, const Rgb &colour)
{
    // One pixel for small clips, two from 720 lines on.
    const int reach = std::min(image.width, image.height) >= 640 ? 2 : 1;
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            if (!isBorder(mask, cells, image, x, y, reach))
                continue;
            auto *out = pixel(image, x, y);
            if (mask.values[cells.at(x, y)] != 0)
                std::copy(colour.begin(), colour.end(), out);
            else
                darken(out, kDarkLine);
        }
    }
}

bool isShare(double value)
{
    return value >= 0.0 && value <= 1.0;
}

} // namespace

int latentFrameOfPixelFrame(int pixelFrame)
{
    return pixelFrame <= 0 ? 0 : (pixelFrame - 1) / 4 + 1;
}

PixelFrames pixelFramesOfLatentFrame(int latentFrame)
{
    return latentFrame <= 0 ? PixelFrames{0, 1} : PixelFrames{4 * latentFrame - 3, 4};
}

Result<Image> overlayFrame(const Image &frame, const ScoreGrid &scores, const MaskGrid &mask, int latentFrame,
                           const OverlayOptions &options)
{
    const bool hasScores = scores.shape.t != 0;
    const bool hasMask = mask.shape.t != 0;
    if (frame.width < 1 || frame.height < 1 ||
        std::int64_t(frame.rgb.size()) != std::int64_t(frame.width) * frame.height * 3)
        return failure(ErrorCode::InvalidRequest, "an overlay over an empty or inconsistent frame");
    if (!isShare(options.opacity) || !isShare(options.prunedDarkening) || !isShare(options.saturation))
        return failure(ErrorCode::InvalidRequest,
                       "an overlay with an opacity, a saturation or a darkening outside [0, 1]");
    for (const auto &[shape, values, used] : {std::tuple(scores.shape, scores.values.size(), hasScores),
                                              std::tuple(mask.shape, mask.values.size(), hasMask)}) {
        if (!used)
            continue;
        if (auto fine = checkGrid(shape, values, latentFrame); !fine)
            return tl::unexpected(fine.error());
        if (shape.w > frame.width || shape.h > frame.height)
            return failure(ErrorCode::InvalidRequest, "a grid of " + sizeText(shape) + " over a frame of " +
                                                          std::to_string(frame.width) + "x" +
                                                          std::to_string(frame.height));
    }
    Image image = frame;
    if (hasScores && options.opacity > 0.0)
        drawHeat(image, scores, Cells(scores.shape, latentFrame, frame), options);
    if (hasMask) {
        const Cells cells(mask.shape, latentFrame, frame);
        if (options.prunedDarkening > 0.0)
            darkenPruned(image, mask, cells, options.prunedDarkening);
        if (options.outline)
            drawOutline(image, mask, cells, options.outlineColour);
    }
    return image;
}

Result<Image> maskImage(const MaskGrid &mask, int latentFrame, int cellPixels)
{
    if (auto fine = checkGrid(mask.shape, mask.values.size(), latentFrame); !fine)
        return tl::unexpected(fine.error());
    if (cellPixels < 1 || cellPixels > kLargestCell)
        return failure(ErrorCode::InvalidRequest,
                       "a mask at " + std::to_string(cellPixels) + " pixels a cell");
    Image image{mask.shape.w * cellPixels, mask.shape.h * cellPixels, {}};
    image.rgb.resize(std::size_t(image.width) * std::size_t(image.height) * 3);
    const Cells cells(mask.shape, latentFrame, image);
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x)
            std::fill_n(pixel(image, x, y), 3, mask.values[cells.at(x, y)] != 0 ? 255 : 0);
    }
    return image;
}

Status maskVideoFrames(const MaskGrid &mask, int firstLatentFrame, int cellPixels,
                       const std::function<Status(const Image &)> &sink)
{
    if (firstLatentFrame < 0)
        return failure(ErrorCode::InvalidRequest,
                       "a mask from latent frame " + std::to_string(firstLatentFrame) + " on");
    for (int frame = 0; frame < std::max(mask.shape.t, 1); ++frame) {
        const auto image = maskImage(mask, frame, cellPixels);
        if (!image)
            return tl::unexpected(image.error());
        for (int i = 0; i < pixelFramesOfLatentFrame(firstLatentFrame + frame).count; ++i) {
            if (auto taken = sink(*image); !taken)
                return taken;
        }
    }
    return {};
}

} // namespace faststar
