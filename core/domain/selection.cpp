// SPDX-License-Identifier: Apache-2.0
#include "core/domain/selection.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace faststar
{

namespace
{

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// How many of the k kept positions each frame gets: everything in one pool, or per frame.
struct Quota {
    std::vector<std::int64_t> atLeast; // a frame keeps its own best so many
    std::int64_t total = 0;
};

Quota quotaOf(std::int64_t k, GridShape shape, const SelectionOptions &options)
{
    Quota quota;
    quota.total = k;
    quota.atLeast.assign(std::size_t(shape.t), 0);
    const std::int64_t area = std::int64_t(shape.h) * shape.w;
    switch (options.scope) {
    case TopkScope::Global:
        break;
    case TopkScope::PerFrame:
        // k/t each; what does not divide goes to the earliest frames, so that the sum stays k.
        for (int frame = 0; frame < shape.t; ++frame)
            quota.atLeast[std::size_t(frame)] = k / shape.t + (frame < k % shape.t ? 1 : 0);
        break;
    case TopkScope::GlobalFloor: {
        const auto wanted = std::int64_t(std::ceil(options.frameFloor * double(area)));
        const auto share = std::min(wanted, k / shape.t); // the floors together never exceed k
        std::fill(quota.atLeast.begin(), quota.atLeast.end(), share);
        break;
    }
    }
    return quota;
}

// The chosen of all indices, ascending, for any strict "comes before" order.
template <typename Before>
std::vector<std::int32_t> choose(GridShape shape, const Quota &quota, const Before &before)
{
    const auto area = std::size_t(shape.h) * std::size_t(shape.w);
    const auto count = area * std::size_t(shape.t);
    std::vector<std::int32_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    std::vector<std::uint8_t> chosen(count, 0);
    std::int64_t left = quota.total;
    for (int frame = 0; frame < shape.t; ++frame) {
        const auto floor = std::min<std::int64_t>(quota.atLeast[std::size_t(frame)], std::int64_t(area));
        if (floor <= 0)
            continue;
        const auto first = order.begin() + std::ptrdiff_t(area) * frame;
        const auto last = first + std::ptrdiff_t(area);
        std::nth_element(first, first + std::ptrdiff_t(floor - 1), last, before);
        for (auto it = first; it != first + std::ptrdiff_t(floor); ++it)
            chosen[std::size_t(*it)] = 1;
        left -= floor;
    }
    if (left > 0) {
        std::vector<std::int32_t> rest;
        rest.reserve(count);
        for (std::size_t i = 0; i < count; ++i) {
            if (chosen[i] == 0)
                rest.push_back(std::int32_t(i));
        }
        left = std::min<std::int64_t>(left, std::int64_t(rest.size()));
        if (left > 0)
            std::nth_element(rest.begin(), rest.begin() + std::ptrdiff_t(left - 1), rest.end(), before);
        for (std::int64_t i = 0; i < left; ++i)
            chosen[std::size_t(rest[std::size_t(i)])] = 1;
    }
    std::vector<std::int32_t> indices;
    indices.reserve(std::size_t(quota.total));
    for (std::size_t i = 0; i < count; ++i) {
        if (chosen[i] != 0)
            indices.push_back(std::int32_t(i));
    }
    return indices;
}

// Higher score first, then lower index.
auto byScore(const std::vector<float> &values)
{
    return [&values](std::int32_t a, std::int32_t b) {
        const float left = values[std::size_t(a)];
        const float right = values[std::size_t(b)];
        return left != right ? left > right : a < b;
    };
}

MaskGrid maskOf(GridShape shape, const std::vector<std::int32_t> &indices)
{
    MaskGrid mask;
    mask.shape = shape;
    mask.values.assign(std::size_t(shape.tokens()), 0);
    for (const auto index : indices)
        mask.values[std::size_t(index)] = 1;
    return mask;
}

std::vector<std::int32_t> indicesOf(const MaskGrid &mask)
{
    std::vector<std::int32_t> indices;
    for (std::size_t i = 0; i < mask.values.size(); ++i) {
        if (mask.values[i] != 0)
            indices.push_back(std::int32_t(i));
    }
    return indices;
}

// How much of each token's area window is kept. Windows differ in size, so shares are compared as
// exact fractions: kept count times the other's window size.
struct Density {
    std::vector<std::int32_t> kept;
    std::vector<std::int32_t> window;

    [[nodiscard]] int compare(std::int32_t a, std::int32_t b) const
    {
        const auto left = std::int64_t(kept[std::size_t(a)]) * window[std::size_t(b)];
        const auto right = std::int64_t(kept[std::size_t(b)]) * window[std::size_t(a)];
        return left < right ? -1 : (left > right ? 1 : 0);
    }
};

Density densityOf(const MaskGrid &mask, GridShape target)
{
    Density density;
    const auto count = std::size_t(target.tokens());
    density.kept.reserve(count);
    density.window.reserve(count);
    const auto rowLength = std::size_t(mask.shape.w);
    for (int t = 0; t < target.t; ++t) {
        for (int y = 0; y < target.h; ++y) {
            const AreaWindow rows = areaWindow(y, target.h, mask.shape.h);
            for (int x = 0; x < target.w; ++x) {
                const AreaWindow columns = areaWindow(x, target.w, mask.shape.w);
                std::int32_t kept = 0;
                for (int row = rows.begin; row < rows.end; ++row) {
                    const auto start =
                        (std::size_t(t) * std::size_t(mask.shape.h) + std::size_t(row)) * rowLength;
                    for (int column = columns.begin; column < columns.end; ++column)
                        kept += mask.values[start + std::size_t(column)] != 0 ? 1 : 0;
                }
                density.kept.push_back(kept);
                density.window.push_back((rows.end - rows.begin) * (columns.end - columns.begin));
            }
        }
    }
    return density;
}

} // namespace

std::int64_t keptCount(std::int64_t n, int ratioPermille, TopkRound rounding)
{
    if (ratioPermille <= 0)
        return n;
    if (ratioPermille >= 1000)
        return 0;
    std::int64_t kept = 0;
    const double share = double(n) * (1.0 - double(ratioPermille) / 1000.0);
    switch (rounding) {
    case TopkRound::Nearest:
        kept = n - (n * ratioPermille + 500) / 1000;
        break;
    case TopkRound::Ceil:
        kept = std::int64_t(std::ceil(share));
        break;
    case TopkRound::Floor:
        kept = std::int64_t(std::floor(share));
        break;
    }
    return std::clamp<std::int64_t>(kept, 1, n);
}

std::vector<float> fuseScores(const std::vector<float> &spatialDistance,
                              const std::vector<float> &temporalDistance, double p, std::int64_t *nanCount)
{
    const std::size_t count = spatialDistance.size();
    std::vector<float> score(count);
    const float *s = spatialDistance.data();
    const float *t = temporalDistance.empty() ? nullptr : temporalDistance.data();
    // The common norms have loops of their own: the studio recomputes 72,000 positions while a slider moves.
    if (t == nullptr) {
        std::copy(s, s + count, score.begin());
    } else if (p == 1.0) {
        for (std::size_t i = 0; i < count; ++i)
            score[i] = s[i] + t[i];
    } else if (p == 2.0) {
        for (std::size_t i = 0; i < count; ++i)
            score[i] = std::sqrt(s[i] * s[i] + t[i] * t[i]);
    } else if (std::isinf(p)) {
        for (std::size_t i = 0; i < count; ++i) {
            const float larger = s[i] > t[i] ? s[i] : t[i];
            score[i] =
                std::isnan(s[i]) || std::isnan(t[i]) ? std::numeric_limits<float>::quiet_NaN() : larger;
        }
    } else {
        // Scaled by the larger term, so that a large p neither overflows nor underflows.
        const auto exponent = float(p);
        const auto inverse = float(1.0 / p);
        for (std::size_t i = 0; i < count; ++i) {
            const float a = std::max(s[i], 0.0F);
            const float b = std::max(t[i], 0.0F);
            const float larger = std::max(a, b);
            if (std::isnan(s[i]) || std::isnan(t[i]))
                score[i] = std::numeric_limits<float>::quiet_NaN();
            else
                score[i] =
                    larger > 0.0F
                        ? larger * std::pow(1.0F + std::pow(std::min(a, b) / larger, exponent), inverse)
                        : 0.0F;
        }
    }
    std::int64_t bad = 0;
    for (auto &value : score) {
        if (std::isnan(value)) {
            value = kInfinity;
            ++bad;
        }
    }
    if (nanCount != nullptr)
        *nanCount = bad;
    return score;
}

std::vector<std::int32_t> topIndices(const std::vector<float> &values, std::int64_t k)
{
    const GridShape shape{1, 1, int(values.size())};
    return choose(shape, {{0}, std::clamp<std::int64_t>(k, 0, std::int64_t(values.size()))}, byScore(values));
}

AreaWindow areaWindow(int index, int outSize, int inSize)
{
    const auto begin = std::int64_t(index) * inSize / outSize;
    const auto end = ((std::int64_t(index) + 1) * inSize + outSize - 1) / outSize;
    return {int(begin), int(end)};
}

int nearestIndex(int index, int outSize, int inSize)
{
    if (outSize == inSize)
        return index;
    // float on purpose: torch computes the scale and the product in float.
    const float scale = float(inSize) / float(outSize);
    return std::min(int(std::floor(float(index) * scale)), inSize - 1);
}

std::vector<float> areaDown(const ScoreGrid &map, GridShape target)
{
    std::vector<float> result;
    result.reserve(std::size_t(target.tokens()));
    const auto rowLength = std::size_t(map.shape.w);
    for (int t = 0; t < target.t; ++t) {
        for (int y = 0; y < target.h; ++y) {
            const AreaWindow rows = areaWindow(y, target.h, map.shape.h);
            for (int x = 0; x < target.w; ++x) {
                const AreaWindow columns = areaWindow(x, target.w, map.shape.w);
                double sum = 0.0;
                for (int row = rows.begin; row < rows.end; ++row) {
                    const auto start =
                        (std::size_t(t) * std::size_t(map.shape.h) + std::size_t(row)) * rowLength;
                    for (int column = columns.begin; column < columns.end; ++column)
                        sum += double(map.values[start + std::size_t(column)]);
                }
                const int window = (rows.end - rows.begin) * (columns.end - columns.begin);
                result.push_back(float(sum / window));
            }
        }
    }
    return result;
}

MaskGrid nearestResize(const MaskGrid &mask, GridShape target)
{
    MaskGrid result;
    result.shape = target;
    result.values.reserve(std::size_t(target.tokens()));
    for (int t = 0; t < target.t; ++t) {
        for (int y = 0; y < target.h; ++y) {
            const int row = nearestIndex(y, target.h, mask.shape.h);
            for (int x = 0; x < target.w; ++x) {
                const int column = nearestIndex(x, target.w, mask.shape.w);
                const auto index = (std::size_t(t) * std::size_t(mask.shape.h) + std::size_t(row)) *
                                       std::size_t(mask.shape.w) +
                                   std::size_t(column);
                result.values.push_back(mask.values[index]);
            }
        }
    }
    return result;
}

Selection selectTokens(const ScoreGrid &score, GridShape tokenShape, const SelectionOptions &options)
{
    Selection selection;
    const std::int64_t k = keptCount(tokenShape.tokens(), options.ratioPermille, options.rounding);
    if (options.mode == MaskMode::ScoreFirst) {
        const std::vector<float> tokenScore = areaDown(score, tokenShape);
        selection.tokens = choose(tokenShape, quotaOf(k, tokenShape, options), byScore(tokenScore));
        selection.mask = nearestResize(maskOf(tokenShape, selection.tokens), score.shape);
        return selection;
    }
    const std::int64_t full = keptCount(score.shape.tokens(), options.ratioPermille, options.rounding);
    const auto positions = choose(score.shape, quotaOf(full, score.shape, options), byScore(score.values));
    selection.mask = maskOf(score.shape, positions);
    if (score.shape == tokenShape) { // at the last scale both grids coincide
        selection.tokens = positions;
    } else if (options.mode == MaskMode::Nearest) {
        selection.tokens = indicesOf(nearestResize(selection.mask, tokenShape));
    } else {
        const Density density = densityOf(selection.mask, tokenShape);
        const std::vector<float> tokenScore = areaDown(score, tokenShape);
        const auto scoreOrder = byScore(tokenScore);
        selection.tokens =
            choose(tokenShape, quotaOf(k, tokenShape, options), [&](std::int32_t a, std::int32_t b) {
                const int order = density.compare(a, b);
                return order != 0 ? order > 0 : scoreOrder(a, b);
            });
    }
    return selection;
}

} // namespace faststar
