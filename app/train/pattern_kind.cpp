// SPDX-License-Identifier: Apache-2.0
#include "app/train/pattern_kind.h"

#include <algorithm>
#include <cstdlib>

#include "app/train/components.h"

namespace faststar::train
{

namespace
{

constexpr double kStripes = 0.75; // least agreement along the stripes
constexpr double kChecker = 0.72; // least agreement with a product of a row and a column of signs
constexpr double kOther = 0.22;   // a pixel further from both colours belongs to a shape

// +1 first colour, -1 second, 0 hidden in all frames or in between.
struct Signs {
    int width = 0;
    int height = 0;
    std::vector<int> values;
    std::int64_t known = 0;

    [[nodiscard]] int at(int column, int row) const
    {
        return values[std::size_t(row) * std::size_t(width) + std::size_t(column)];
    }
};

Signs signsOf(const std::vector<const Image *> &frames, const Rgb &first, const Rgb &second)
{
    Signs signs{frames.front()->width, frames.front()->height, {}, 0};
    signs.values.reserve(std::size_t(signs.width) * std::size_t(signs.height));
    for (int row = 0; row < signs.height; ++row) {
        for (int column = 0; column < signs.width; ++column) {
            int sum = 0;
            for (const auto *frame : frames) {
                const auto pixel = pixelOf(*frame, column, row);
                const double toFirst = distanceOf(pixel, first);
                const double toSecond = distanceOf(pixel, second);
                if (std::min(toFirst, toSecond) < kOther)
                    sum += toFirst < toSecond ? 1 : -1;
            }
            signs.values.push_back(sum > 0 ? 1 : sum < 0 ? -1 : 0);
            signs.known += sum != 0 ? 1 : 0;
        }
    }
    return signs;
}

// 1 when every line of the direction has one colour.
double agreementAlong(const Signs &signs, Direction direction)
{
    std::vector<std::int64_t> sums(std::size_t(signs.width + signs.height), 0);
    for (int row = 0; row < signs.height; ++row) {
        for (int column = 0; column < signs.width; ++column) {
            const int line = direction == Direction::Horizontal ? row
                             : direction == Direction::Vertical ? column
                                                                : row + column;
            sums[std::size_t(line)] += signs.at(column, row);
        }
    }
    std::int64_t agreed = 0;
    for (const auto sum : sums)
        agreed += std::abs(sum);
    return double(agreed) / double(std::max<std::int64_t>(1, signs.known));
}

// 1 when the sign is a product of a sign of the row and one of the column.
double agreementOfProduct(const Signs &signs)
{
    std::int64_t best = 0;
    for (int start = 1; start < 8; ++start) {
        std::vector<int> columns(std::size_t(signs.width), 1);
        for (int column = 0; column < signs.width; ++column)
            columns[std::size_t(column)] = signs.at(column, start * signs.height / 8) >= 0 ? 1 : -1;
        std::vector<int> rows(std::size_t(signs.height), 1);
        std::int64_t agreed = 0;
        for (int iteration = 0; iteration < 4; ++iteration) {
            for (int row = 0; row < signs.height; ++row) {
                int sum = 0;
                for (int column = 0; column < signs.width; ++column)
                    sum += signs.at(column, row) * columns[std::size_t(column)];
                rows[std::size_t(row)] = sum >= 0 ? 1 : -1;
            }
            agreed = 0;
            for (int column = 0; column < signs.width; ++column) {
                int sum = 0;
                for (int row = 0; row < signs.height; ++row)
                    sum += signs.at(column, row) * rows[std::size_t(row)];
                columns[std::size_t(column)] = sum >= 0 ? 1 : -1;
                agreed += std::abs(sum);
            }
        }
        best = std::max(best, agreed);
    }
    return double(best) / double(std::max<std::int64_t>(1, signs.known));
}

bool looksDotted(const Signs &signs)
{
    std::vector<std::uint8_t> mask;
    mask.reserve(signs.values.size());
    for (const int value : signs.values)
        mask.push_back(value < 0 ? 1 : 0);
    const int least = signs.height * signs.height / 400;
    int round = 0;
    int inner = 0;
    for (const auto &part : componentsOf(mask, signs.width, signs.height)) {
        if (part.area < least)
            continue;
        const bool cut = part.left == 0 || part.top == 0 || part.right == signs.width - 1 ||
                         part.bottom == signs.height - 1;
        if (cut)
            continue;
        ++inner;
        const double boxWidth = part.right - part.left + 1;
        const double boxHeight = part.bottom - part.top + 1;
        const double fill = part.area / (boxWidth * boxHeight);
        const double flat = std::min(boxWidth, boxHeight) / std::max(boxWidth, boxHeight);
        round += fill > 0.55 && flat > 0.6 && part.area < signs.height * signs.height / 9 ? 1 : 0;
    }
    return round >= 4 && round * 3 >= inner * 2;
}

} // namespace

std::optional<PatternKind> patternKind(const std::vector<const Image *> &frames, const Rgb &first,
                                       const Rgb &second)
{
    const auto signs = signsOf(frames, first, second);
    PatternKind best{BackgroundKind::Stripes, Direction::Horizontal};
    double agreement = 0.0;
    for (const auto direction : {Direction::Horizontal, Direction::Vertical, Direction::Diagonal}) {
        const double along = agreementAlong(signs, direction);
        if (along > agreement) {
            agreement = along;
            best.direction = direction;
        }
    }
    if (agreement >= kStripes)
        return best;
    if (agreementOfProduct(signs) >= kChecker)
        return PatternKind{BackgroundKind::Checker, Direction::Horizontal};
    if (looksDotted(signs))
        return PatternKind{BackgroundKind::Dots, Direction::Horizontal};
    return std::nullopt;
}

} // namespace faststar::train
