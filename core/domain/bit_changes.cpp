// SPDX-License-Identifier: Apache-2.0
#include "core/domain/bit_changes.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>

#include "core/domain/selection.h"

namespace faststar
{

namespace
{

// Where each token of the grid has its code; -1 = it has none. Nothing where the record contradicts itself.
std::optional<std::vector<std::int64_t>> codesOf(const StepRecord &record, const GridShape &shape)
{
    const std::int64_t tokens = shape.tokens();
    const PackedBits &bits = record.bits;
    if (shape.t <= 0 || shape.h <= 0 || shape.w <= 0 || bits.bits <= 0 || bits.tokens < 0 ||
        bits.tokens > tokens || std::int64_t(bits.data.size()) < (bits.tokens * bits.bits + 7) / 8)
        return std::nullopt;
    if (bits.tokens == tokens) { // of the whole grid, whatever was kept
        std::vector<std::int64_t> places(std::size_t(tokens), 0);
        for (std::size_t i = 0; i < places.size(); ++i)
            places[i] = std::int64_t(i);
        return places;
    }
    if (std::int64_t(record.tokens.size()) != bits.tokens)
        return std::nullopt;
    std::vector<std::int64_t> places(std::size_t(tokens), -1);
    for (std::size_t i = 0; i < record.tokens.size(); ++i) {
        const std::int32_t token = record.tokens[i];
        if (token < 0 || token >= tokens)
            return std::nullopt;
        places[std::size_t(token)] = std::int64_t(i);
    }
    return places;
}

// Up to eight bits from a position on, the first one lowest.
unsigned chunkAt(const std::vector<std::uint8_t> &data, std::int64_t position, int count)
{
    const auto byte = std::size_t(position / 8);
    const auto shift = unsigned(position % 8);
    unsigned value = unsigned(data[byte]) >> shift;
    if (shift + unsigned(count) > 8U)
        value |= unsigned(data[byte + 1]) << (8U - shift);
    return value & ((1U << unsigned(count)) - 1U);
}

int differences(const PackedBits &a, std::int64_t inA, const PackedBits &b, std::int64_t inB, int count)
{
    int different = 0;
    for (int bit = 0; bit < count; bit += 8) {
        const int chunk = std::min(8, count - bit);
        different += std::popcount(chunkAt(a.data, inA * a.bits + bit, chunk) ^
                                   chunkAt(b.data, inB * b.bits + bit, chunk));
    }
    return different;
}

} // namespace

ScoreGrid bitsChanged(const StepRecord &before, const GridShape &beforeShape, const StepRecord &after,
                      const GridShape &afterShape)
{
    const auto codesBefore = codesOf(before, beforeShape);
    const auto codesAfter = codesOf(after, afterShape);
    if (!codesBefore || !codesAfter || beforeShape.t != afterShape.t)
        return {};
    const int count = std::min(before.bits.bits, after.bits.bits);
    ScoreGrid changes{afterShape, {}};
    changes.values.reserve(std::size_t(afterShape.tokens()));
    std::size_t token = 0;
    for (int t = 0; t < afterShape.t; ++t) {
        for (int row = 0; row < afterShape.h; ++row) {
            const int rowBefore = nearestIndex(row, afterShape.h, beforeShape.h);
            for (int column = 0; column < afterShape.w; ++column, ++token) {
                const int columnBefore = nearestIndex(column, afterShape.w, beforeShape.w);
                const auto from =
                    std::size_t((std::int64_t(t) * beforeShape.h + rowBefore) * beforeShape.w + columnBefore);
                const std::int64_t old = (*codesBefore)[from];
                const std::int64_t now = (*codesAfter)[token];
                changes.values.push_back(old < 0 || now < 0
                                             ? std::numeric_limits<float>::quiet_NaN()
                                             : float(differences(before.bits, old, after.bits, now, count)) /
                                                   float(count));
            }
        }
    }
    return changes;
}

} // namespace faststar
