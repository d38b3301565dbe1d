// SPDX-License-Identifier: Apache-2.0
#include "core/domain/selection.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <span>

namespace faststar
{

namespace
{

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Base-2 logarithm of a normal positive number and its inverse for [-1000, 1000], both to a relative error
// below 1e-9. Plain arithmetic without branches or calls, so that the compiler works on several numbers at
// once: half of the time that std::pow takes.
inline double fastLog2(double x)
{
    constexpr std::uint64_t kRootHalf = 0x3FE6A09E667F3BCD; // the mantissa ends up in [sqrt(1/2), sqrt(2))
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const std::uint64_t biased = (bits - kRootHalf + (std::uint64_t(1023) << 52U)) >> 52U; // exponent + 1023
    const auto mantissa = std::bit_cast<double>(bits - ((biased - 1023) << 52U));
    const double exponent = std::bit_cast<double>(biased | 0x4330000000000000U) - (0x1p52 + 1023.0);
    const double s = (mantissa - 1.0) / (mantissa + 1.0); // ln m = 2 (s + s^3/3 + s^5/5 + ...)
    const double z = s * s;
    constexpr double kTwoOverLn2 = 2.8853900817779268;
    const double series =
        1.0 + z * (1.0 / 3 + z * (1.0 / 5 + z * (1.0 / 7 + z * (1.0 / 9 + z * (1.0 / 11 + z * (1.0 / 13))))));
    return exponent + kTwoOverLn2 * s * series;
}

inline double fastExp2(double y)
{
    constexpr double kMagic = 0x1.8p52; // adding it rounds to a whole number, in the lowest bits
    const double shifted = y + kMagic;
    const double f = (y - (shifted - kMagic)) * 0.6931471805599453; // within ln(2) / 2
    const double series =
        1.0 +
        f * (1.0 + f * (1.0 / 2 +
                        f * (1.0 / 6 +
                             f * (1.0 / 24 +
                                  f * (1.0 / 120 + f * (1.0 / 720 + f * (1.0 / 5040 + f * (1.0 / 40320 +
                                                                                           f / 362880))))))));
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(series) +
                                 (std::bit_cast<std::uint64_t>(shifted) << 52U));
}

// (s^p + t^p)^(1/p), scaled by the larger term so that a large p neither overflows nor underflows. In
// blocks of simple loops, which the compiler turns into vector instructions.
void fuseByNorm(const float *s, const float *t, double p, std::vector<float> &score)
{
    constexpr std::size_t kBlock = 256;
    constexpr double kLeast = 0x1p-500; // of the ratio: what less would add is far below any float
    const double inverse = 1.0 / p;
    std::array<double, kBlock> larger{}, work{};
    for (std::size_t begin = 0; begin < score.size(); begin += kBlock) {
        const std::size_t count = std::min(kBlock, score.size() - begin);
        for (std::size_t i = 0; i < count; ++i) {
            const double a = s[begin + i] > 0.0F ? s[begin + i] : 0.0F;
            const double b = t[begin + i] > 0.0F ? t[begin + i] : 0.0F;
            const double big = a > b ? a : b;
            const double ratio = (a > b ? b : a) / (big > 0x1p-300 ? big : 0x1p-300);
            larger[i] = big;
            work[i] = ratio > kLeast ? ratio : kLeast;
        }
        for (std::size_t i = 0; i < kBlock; ++i)
            work[i] = std::max(p * fastLog2(work[i]), -900.0);
        for (std::size_t i = 0; i < kBlock; ++i)
            work[i] = fastLog2(1.0 + fastExp2(work[i])) * inverse;
        for (std::size_t i = 0; i < kBlock; ++i)
            work[i] = larger[i] * fastExp2(work[i]);
        for (std::size_t i = 0; i < count; ++i) {
            const bool bad = std::isnan(s[begin + i]) || std::isnan(t[begin + i]);
            score[begin + i] = bad ? std::numeric_limits<float>::quiet_NaN() : float(work[i]);
        }
    }
}

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

// What decides who is kept: higher `first`, then higher `score`, then lower index. Keys are integers in the
// order of the numbers they stand for, so that a cut is found by counting.
struct Order {
    std::vector<std::uint64_t> first; // empty = all equal
    std::vector<std::uint32_t> score;
};

// Positive numbers get their sign bit set, negative ones are turned round; -0 equals 0.
std::uint32_t keyOf(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value + 0.0F);
    return (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
}

std::vector<std::uint32_t> keysOf(const std::vector<float> &values)
{
    std::vector<std::uint32_t> keys(values.size());
    std::transform(values.begin(), values.end(), keys.begin(), keyOf);
    return keys;
}

template <typename Key> struct Cut {
    Key value = 0;          // the k-th largest
    std::int64_t above = 0; // how many are larger
};

// Of at least one key, 1 <= k <= their number. Large sets are narrowed down by their leading digits first:
// the studio does this while a slider moves.
template <typename Key> Cut<Key> cutOf(std::span<const Key> keys, std::int64_t k)
{
    constexpr unsigned kDigitBits = 16;
    constexpr std::size_t kDigits = std::size_t(1) << kDigitBits;
    constexpr std::size_t kFew = 4096;
    std::int64_t above = 0;
    std::vector<Key> few;
    std::vector<std::int32_t> count;
    for (unsigned shift = sizeof(Key) * 8; keys.size() > kFew && shift > 0;) {
        shift -= kDigitBits;
        count.assign(kDigits, 0);
        for (const Key key : keys)
            ++count[std::size_t(key >> shift) % kDigits];
        std::size_t digit = kDigits - 1;
        while (above + count[digit] < k)
            above += count[digit--];
        std::vector<Key> narrowed;
        narrowed.reserve(std::size_t(count[digit]));
        for (const Key key : keys) {
            if (std::size_t(key >> shift) % kDigits == digit)
                narrowed.push_back(key);
        }
        few = std::move(narrowed);
        keys = few;
    }
    if (few.empty())
        few.assign(keys.begin(), keys.end());
    const auto place = few.begin() + std::ptrdiff_t(k - above - 1);
    std::nth_element(few.begin(), place, few.end(), std::greater<>());
    const Key value = *place;
    return {value, above + std::count_if(few.begin(), place, [&](Key key) { return key > value; })};
}

// Marks the best of an order, group after group.
class Chooser
{
public:
    Chooser(const Order &order, std::size_t count) : m_order(order), m_chosen(count, 0) {}

    // Of the range that starts at `begin`.
    void take(std::size_t begin, std::size_t count, std::int64_t k);
    // Of everything that is left.
    void takeRest(std::int64_t k);

    [[nodiscard]] std::vector<std::uint8_t> &chosen() { return m_chosen; }

private:
    // Chooses those of `candidates` (ascending) above the cut at k and leaves those at the cut in it;
    // returns how many of these are still to be chosen.
    template <typename Key> std::int64_t takeAbove(std::vector<std::int32_t> &candidates,
                                                   const std::vector<Key> &keys, std::int64_t k)
    {
        std::vector<Key> some(candidates.size());
        std::transform(candidates.begin(), candidates.end(), some.begin(),
                       [&](std::int32_t index) { return keys[std::size_t(index)]; });
        const Cut<Key> cut = cutOf(std::span<const Key>(some), k);
        std::size_t ties = 0;
        for (const std::int32_t index : candidates) {
            const Key key = keys[std::size_t(index)];
            m_chosen[std::size_t(index)] |= std::uint8_t(key > cut.value);
            candidates[ties] = index;
            ties += key == cut.value ? 1 : 0;
        }
        candidates.resize(ties);
        return k - cut.above;
    }
    // The same for a whole range of which nothing is chosen yet.
    template <typename Key> std::int64_t takeAbove(std::size_t begin, std::size_t count,
                                                   const std::vector<Key> &keys, std::int64_t k,
                                                   std::vector<std::int32_t> &ties)
    {
        const Cut<Key> cut = cutOf(std::span<const Key>(keys).subspan(begin, count), k);
        for (std::size_t i = begin; i < begin + count; ++i)
            m_chosen[i] = std::uint8_t(keys[i] > cut.value);
        for (std::size_t i = begin; i < begin + count; ++i) {
            if (keys[i] == cut.value)
                ties.push_back(std::int32_t(i));
        }
        return k - cut.above;
    }
    void takeFirst(const std::vector<std::int32_t> &candidates, std::int64_t k)
    {
        for (std::int64_t i = 0; i < k; ++i)
            m_chosen[std::size_t(candidates[std::size_t(i)])] = 1;
    }

    const Order &m_order;
    std::vector<std::uint8_t> m_chosen;
};

void Chooser::take(std::size_t begin, std::size_t count, std::int64_t k)
{
    k = std::min(k, std::int64_t(count));
    if (k <= 0)
        return;
    std::vector<std::int32_t> ties;
    if (m_order.first.empty()) {
        k = takeAbove(begin, count, m_order.score, k, ties);
    } else {
        k = takeAbove(begin, count, m_order.first, k, ties);
        if (k > 0)
            k = takeAbove(ties, m_order.score, k);
    }
    takeFirst(ties, k);
}

void Chooser::takeRest(std::int64_t k)
{
    std::vector<std::int32_t> candidates;
    for (std::size_t i = 0; i < m_chosen.size(); ++i) {
        if (m_chosen[i] == 0)
            candidates.push_back(std::int32_t(i));
    }
    k = std::min(k, std::int64_t(candidates.size()));
    if (k > 0 && !m_order.first.empty())
        k = takeAbove(candidates, m_order.first, k);
    if (k > 0)
        k = takeAbove(candidates, m_order.score, k);
    takeFirst(candidates, k);
}

// 1 for every chosen place.
std::vector<std::uint8_t> choose(GridShape shape, const Quota &quota, const Order &order)
{
    const auto area = std::size_t(shape.h) * std::size_t(shape.w);
    const auto count = area * std::size_t(shape.t);
    Chooser chooser(order, count);
    std::int64_t left = quota.total;
    for (int frame = 0; frame < shape.t; ++frame) {
        const auto floor = std::min<std::int64_t>(quota.atLeast[std::size_t(frame)], std::int64_t(area));
        chooser.take(area * std::size_t(frame), area, floor);
        left -= floor;
    }
    if (left == quota.total)
        chooser.take(0, count, left);
    else if (left > 0)
        chooser.takeRest(left);
    return std::move(chooser.chosen());
}

std::vector<std::int32_t> indicesOf(const std::vector<std::uint8_t> &chosen, std::int64_t expected)
{
    std::vector<std::int32_t> indices;
    indices.reserve(std::size_t(std::max<std::int64_t>(expected, 0)));
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        if (chosen[i] != 0)
            indices.push_back(std::int32_t(i));
    }
    return indices;
}

// The windows of one axis, once for all rows or columns.
std::vector<AreaWindow> windowsOf(int outSize, int inSize)
{
    std::vector<AreaWindow> windows;
    windows.reserve(std::size_t(outSize));
    for (int i = 0; i < outSize; ++i)
        windows.push_back(areaWindow(i, outSize, inSize));
    return windows;
}

// How much of each token's area window is kept, as keys. Windows differ in size, so this compares shares:
// quotients of whole numbers this small are equal as doubles exactly when they are equal.
std::vector<std::uint64_t> densityKeys(const MaskGrid &mask, GridShape target)
{
    std::vector<std::uint64_t> keys;
    keys.reserve(std::size_t(target.tokens()));
    const auto rows = windowsOf(target.h, mask.shape.h);
    const auto columns = windowsOf(target.w, mask.shape.w);
    const auto rowLength = std::size_t(mask.shape.w);
    for (int t = 0; t < target.t; ++t) {
        const std::uint8_t *frame =
            mask.values.data() + std::size_t(t) * std::size_t(mask.shape.h) * rowLength;
        for (const AreaWindow &high : rows) {
            for (const AreaWindow &wide : columns) {
                std::int32_t kept = 0;
                for (int row = high.begin; row < high.end; ++row) {
                    const std::uint8_t *start = frame + std::size_t(row) * rowLength;
                    for (int column = wide.begin; column < wide.end; ++column)
                        kept += start[column] != 0 ? 1 : 0;
                }
                const double window = double(high.end - high.begin) * double(wide.end - wide.begin);
                keys.push_back(std::bit_cast<std::uint64_t>(double(kept) / window)); // not negative
            }
        }
    }
    return keys;
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
        fuseByNorm(s, t, p, score);
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
    k = std::clamp<std::int64_t>(k, 0, std::int64_t(values.size()));
    return indicesOf(choose(shape, {{0}, k}, {{}, keysOf(values)}), k);
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
    const auto rows = windowsOf(target.h, map.shape.h);
    const auto columns = windowsOf(target.w, map.shape.w);
    const auto rowLength = std::size_t(map.shape.w);
    for (int t = 0; t < target.t; ++t) {
        const float *frame = map.values.data() + std::size_t(t) * std::size_t(map.shape.h) * rowLength;
        for (const AreaWindow &high : rows) {
            for (const AreaWindow &wide : columns) {
                double sum = 0.0;
                for (int row = high.begin; row < high.end; ++row) {
                    const float *start = frame + std::size_t(row) * rowLength;
                    for (int column = wide.begin; column < wide.end; ++column)
                        sum += double(start[column]);
                }
                const int window = (high.end - high.begin) * (wide.end - wide.begin);
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
    return selectTokens(score, {}, tokenShape, options);
}

Selection selectTokens(const ScoreGrid &score, const std::vector<float> &tokenScore, GridShape tokenShape,
                       const SelectionOptions &options)
{
    Selection selection;
    const auto tokenKeys = [&] {
        return keysOf(tokenScore.empty() ? areaDown(score, tokenShape) : tokenScore);
    };
    const std::int64_t k = keptCount(tokenShape.tokens(), options.ratioPermille, options.rounding);
    if (options.mode == MaskMode::ScoreFirst) {
        const MaskGrid mask{tokenShape,
                            choose(tokenShape, quotaOf(k, tokenShape, options), {{}, tokenKeys()})};
        selection.tokens = indicesOf(mask.values, k);
        selection.mask = nearestResize(mask, score.shape);
        return selection;
    }
    const std::int64_t full = keptCount(score.shape.tokens(), options.ratioPermille, options.rounding);
    selection.mask = {score.shape,
                      choose(score.shape, quotaOf(full, score.shape, options), {{}, keysOf(score.values)})};
    if (score.shape == tokenShape) // at the last scale both grids coincide
        selection.tokens = indicesOf(selection.mask.values, full);
    else if (options.mode == MaskMode::Nearest)
        selection.tokens = indicesOf(nearestResize(selection.mask, tokenShape).values, k);
    else
        selection.tokens = indicesOf(choose(tokenShape, quotaOf(k, tokenShape, options),
                                            {densityKeys(selection.mask, tokenShape), tokenKeys()}),
                                     k);
    return selection;
}

} // namespace faststar
