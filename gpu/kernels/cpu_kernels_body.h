// SPDX-License-Identifier: Apache-2.0
//
// The loops themselves, included once by each cpu_kernels_*.cpp with FASTSTAR_LANES floats to a vector. Those
// files are compiled for different processors: nothing here may call an inline function of another header,
// because the linker might keep the copy made for the newer processor.
#include "gpu/kernels/cpu_kernels.h"

namespace faststar::gpu
{
namespace
{

constexpr int kLanes = FASTSTAR_LANES;
constexpr int kPanel = 2 * kLanes;
// Rows of a register tile: with AVX-512's 32 registers 24 hold sums, with 16 registers 12.
constexpr int kTileRows = kLanes == 16 ? 12 : 6;
constexpr std::int64_t kRowBlock =
    std::int64_t(8) * kTileRows; // rows that reuse a panel while it is in the cache
constexpr int kQueryBlock = 24;
constexpr std::int64_t kKeyBlock = 256;

using Vector = float __attribute__((vector_size(4 * kLanes)));
using Integers = unsigned __attribute__((vector_size(4 * kLanes)));
using Unaligned = float __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));

inline Vector load(const float *p)
{
    return *reinterpret_cast<const Unaligned *>(p);
}
inline void store(float *p, const Vector &v)
{
    *reinterpret_cast<Unaligned *>(p) = v;
}
inline std::int64_t least(std::int64_t a, std::int64_t b)
{
    return a < b ? a : b;
}

inline float sumOf(const Vector &v)
{
    float parts[kLanes];
    store(parts, v);
    for (int half = kLanes / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i)
            parts[i] += parts[i + half];
    }
    return parts[0];
}

inline float largestOf(const Vector &v)
{
    float parts[kLanes];
    store(parts, v);
    for (int half = kLanes / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i)
            parts[i] = parts[i + half] > parts[i] ? parts[i + half] : parts[i];
    }
    return parts[0];
}

// 2^x, relative error about 1e-7; NaN stays NaN, results below 2^-126 become 2^-126.
inline Vector powerOfTwo(Vector x)
{
    const Vector low = Vector{} - 126.0F;
    const Vector high = Vector{} + 127.0F;
    x = x < low ? low : x;
    x = x > high ? high : x;
    constexpr float kRound = 12582912.0F; // 1.5 * 2^23: adding it rounds to a whole number
    const Vector shifted = x + kRound;
    const Vector r = x - (shifted - kRound);
    // Interpolation at the Chebyshev nodes of [-1/2, 1/2].
    Vector p = r * 0.000154614447F + 0.00134004282F;
    p = p * r + 0.00961805668F;
    p = p * r + 0.0555032723F;
    p = p * r + 0.240226509F;
    p = p * r + 0.693147207F;
    p = p * r + 1.0F;
    const auto exponent = (Integers)shifted << 23;
    const Integers scaled = (Integers)p + exponent;
    return (Vector)scaled;
}

// Sums of `Rows` rows of a (row stride `stride`) times two vectors of columns of b (row stride `bStride`).
template <int Rows> inline void tile(const float *a, std::int64_t stride, const float *b,
                                     std::int64_t bStride, std::int64_t depth, Vector (&sums)[Rows][2])
{
    for (std::int64_t k = 0; k < depth; ++k) {
        const Vector first = load(b + k * bStride);
        const Vector second = load(b + k * bStride + kLanes);
#pragma GCC unroll 16
        for (int row = 0; row < Rows; ++row) {
            const float value = a[row * stride + k];
            sums[row][0] += value * first;
            sums[row][1] += value * second;
        }
    }
}

inline void storePart(float *out, const Vector &v, std::int64_t count)
{
    if (count >= kLanes) {
        store(out, v);
        return;
    }
    for (std::int64_t i = 0; i < count; ++i)
        out[i] = v[i];
}

inline Vector loadPart(const float *p, std::int64_t count)
{
    if (count >= kLanes)
        return load(p);
    Vector v = {};
    for (std::int64_t i = 0; i < count; ++i)
        v[i] = p[i];
    return v;
}

inline Vector siluTimes(const Vector &gate, const Vector &up)
{
    constexpr float kLog2E = 1.44269504F;
    return gate * up / (1.0F + powerOfTwo(gate * -kLog2E));
}

template <int Rows>
void productTile(const Product &product, const float *a, const float *panel, float *out, std::int64_t column)
{
    Vector sums[Rows][2] = {};
    tile<Rows>(a, product.stride, panel, kPanel, product.depth, sums);
    if (product.finish == Finish::GatedSilu) {
        const std::int64_t left = product.columns - column;
        for (int row = 0; row < Rows; ++row)
            storePart(out + row * product.outStride, siluTimes(sums[row][0], sums[row][1]), left);
        return;
    }
    for (int half = 0; half < 2; ++half) {
        const std::int64_t offset = std::int64_t(half) * kLanes;
        const std::int64_t left = product.columns - column - offset;
        if (left <= 0)
            return;
        const Vector bias =
            product.bias != nullptr ? loadPart(product.bias + column + offset, left) : Vector{};
        for (int row = 0; row < Rows; ++row) {
            float *target = out + row * product.outStride + offset;
            Vector result = sums[row][half] + bias;
            if (product.finish == Finish::Add)
                result += loadPart(target, left);
            storePart(target, result, left);
        }
    }
}

// The last rows of a block: fewer than a whole tile.
template <int Rows> void productRest(std::int64_t rows, const Product &product, const float *a,
                                     const float *panel, float *out, std::int64_t column)
{
    if (rows == Rows)
        productTile<Rows>(product, a, panel, out, column);
    else if constexpr (Rows > 1)
        productRest<Rows - 1>(rows, product, a, panel, out, column);
}

void multiply(const Product &product, std::int64_t rowBegin, std::int64_t rowEnd, std::int64_t panelBegin,
              std::int64_t panelEnd)
{
    const std::int64_t width = product.finish == Finish::GatedSilu ? kLanes : kPanel;
    for (std::int64_t block = rowBegin; block < rowEnd; block += kRowBlock) {
        const std::int64_t blockEnd = least(rowEnd, block + kRowBlock);
        for (std::int64_t p = panelBegin; p < panelEnd; ++p) {
            const float *panel = product.packed + p * product.depth * kPanel;
            const std::int64_t column = p * width;
            for (std::int64_t row = block; row < blockEnd; row += kTileRows) {
                const float *a = product.a + row * product.stride;
                float *out = product.out + row * product.outStride + column;
                if (blockEnd - row >= kTileRows)
                    productTile<kTileRows>(product, a, panel, out, column);
                else
                    productRest<kTileRows - 1>(blockEnd - row, product, a, panel, out, column);
            }
        }
    }
}

inline float inverseRms(const float *x, std::int64_t width, float eps)
{
    Vector squares = {};
    std::int64_t i = 0;
    for (; i + kLanes <= width; i += kLanes) {
        const Vector v = load(x + i);
        squares += v * v;
    }
    float sum = sumOf(squares);
    for (; i < width; ++i)
        sum += x[i] * x[i];
    return 1.0F / __builtin_sqrtf(sum / float(width) + eps);
}

inline void scaleInto(const float *x, const float *weight, float factor, std::int64_t width, float *out)
{
    std::int64_t i = 0;
    for (; i + kLanes <= width; i += kLanes)
        store(out + i, load(x + i) * factor * load(weight + i));
    for (; i < width; ++i)
        out[i] = x[i] * factor * weight[i];
}

void rmsNorm(const float *x, const float *weight, float eps, std::int64_t rows, std::int64_t width,
             float *out)
{
    for (std::int64_t row = 0; row < rows; ++row)
        scaleInto(x + row * width, weight, inverseRms(x + row * width, width, eps), width, out + row * width);
}

inline void normAndRotate(const float *x, const float *weight, float eps, const float *cosines,
                          const float *sines, std::int64_t dim, float *out)
{
    scaleInto(x, weight, inverseRms(x, dim, eps), dim, out);
    for (std::int64_t pair = 0; pair < dim / 2; ++pair) {
        const float even = out[2 * pair];
        const float odd = out[2 * pair + 1];
        out[2 * pair] = even * cosines[pair] - odd * sines[pair];
        out[2 * pair + 1] = odd * cosines[pair] + even * sines[pair];
    }
}

void splitHeads(const HeadSplit &s, std::int64_t begin, std::int64_t end)
{
    const std::int64_t width = (s.heads + 2 * s.kvHeads) * s.dim;
    for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t row = i / s.tokens;
        const std::int64_t token = i % s.tokens;
        const float *cosines = s.rope + token * (s.dim / 2);
        const float *sines = cosines + s.tokens * (s.dim / 2);
        const float *source = s.qkv + i * width;
        for (std::int64_t head = 0; head < s.heads; ++head, source += s.dim) {
            float *out = s.query + ((row * s.heads + head) * s.tokens + token) * s.dim;
            normAndRotate(source, s.queryNorm, s.eps, cosines, sines, s.dim, out);
        }
        for (std::int64_t head = 0; head < s.kvHeads; ++head, source += s.dim) {
            float *out = s.key + ((row * s.kvHeads + head) * s.tokens + token) * s.dim;
            normAndRotate(source, s.keyNorm, s.eps, cosines, sines, s.dim, out);
        }
        for (std::int64_t head = 0; head < s.kvHeads; ++head, source += s.dim)
            __builtin_memcpy(s.value + ((row * s.kvHeads + head) * s.tokens + token) * s.dim, source,
                             static_cast<std::size_t>(s.dim) * sizeof(float));
    }
}

template <int Rows> void accumulate(const float *a, std::int64_t stride, const float *b, std::int64_t bStride,
                                    std::int64_t depth, bool add, float *out, std::int64_t outStride)
{
    Vector sums[Rows][2] = {};
    if (add) {
        for (int row = 0; row < Rows; ++row) {
            sums[row][0] = load(out + row * outStride);
            sums[row][1] = load(out + row * outStride + kLanes);
        }
    }
    tile<Rows>(a, stride, b, bStride, depth, sums);
    for (int row = 0; row < Rows; ++row) {
        store(out + row * outStride, sums[row][0]);
        store(out + row * outStride + kLanes, sums[row][1]);
    }
}

template <int Rows> void accumulateRest(std::int64_t rows, const float *a, std::int64_t stride,
                                        const float *b, std::int64_t bStride, std::int64_t depth, bool add,
                                        float *out, std::int64_t outStride)
{
    if (rows == Rows)
        accumulate<Rows>(a, stride, b, bStride, depth, add, out, outStride);
    else if constexpr (Rows > 1)
        accumulateRest<Rows - 1>(rows, a, stride, b, bStride, depth, add, out, outStride);
}

// out [rows, 2 vectors] (+)= a [rows, depth] * b [depth, 2 vectors].
inline void accumulateRows(std::int64_t rows, const float *a, std::int64_t stride, const float *b,
                           std::int64_t bStride, std::int64_t depth, bool add, float *out,
                           std::int64_t outStride)
{
    for (std::int64_t row = 0; row < rows; row += kTileRows)
        accumulateRest<kTileRows>(least(kTileRows, rows - row), a + row * stride, stride, b, bStride, depth,
                                  add, out + row * outStride, outStride);
}

// Turns a row of scores into weights against the running maximum; returns by how much earlier sums shrink.
inline float softenRow(float *scores, std::int64_t count, float &maximum, float &sum)
{
    Vector high = load(scores);
    for (std::int64_t i = kLanes; i < count; i += kLanes) {
        const Vector v = load(scores + i);
        high = v > high ? v : high;
    }
    const float blockMaximum = largestOf(high);
    const float next = blockMaximum > maximum ? blockMaximum : maximum;
    Vector total = {};
    for (std::int64_t i = 0; i < count; i += kLanes) {
        const Vector weight = powerOfTwo(load(scores + i) - next);
        store(scores + i, weight);
        total += weight;
    }
    const float shrink = powerOfTwo(Vector{} + (maximum - next))[0];
    sum = sum * shrink + sumOf(total);
    maximum = next;
    return shrink;
}

std::int64_t attendScratch(std::int64_t dim, std::int64_t paddedDim)
{
    return kQueryBlock * (dim + kKeyBlock + paddedDim);
}

void attend(const HeadAttention &head, std::int64_t begin, std::int64_t end, float *scratch)
{
    constexpr float kLowest = -3.0e38F;
    const std::int64_t queries = end - begin;
    float *scaled = scratch;
    float *scores = scaled + kQueryBlock * head.dim;
    float *sums = scores + kQueryBlock * kKeyBlock;
    float maxima[kQueryBlock];
    float totals[kQueryBlock];
    for (std::int64_t i = 0; i < queries * head.dim; ++i)
        scaled[i] = head.query[begin * head.dim + i] * head.scale;
    for (std::int64_t i = 0; i < queries; ++i) {
        maxima[i] = kLowest;
        totals[i] = 0.0F;
    }
    for (std::int64_t first = 0; first < head.keyCount; first += kKeyBlock) {
        const std::int64_t count = least(kKeyBlock, head.keyCount - first);
        const std::int64_t padded = (count + kPanel - 1) / kPanel * kPanel;
        for (std::int64_t key = 0; key < padded; key += kPanel)
            accumulateRows(queries, scaled, head.dim, head.keys + (first + key) * head.dim, kPanel, head.dim,
                           false, scores + key, kKeyBlock);
        for (std::int64_t i = 0; i < queries; ++i) {
            float *row = scores + i * kKeyBlock;
            for (std::int64_t key = count; key < padded; ++key)
                row[key] = kLowest;
            const float shrink = softenRow(row, padded, maxima[i], totals[i]);
            if (first != 0 && shrink != 1.0F) {
                float *target = sums + i * head.paddedDim;
                for (std::int64_t d = 0; d < head.paddedDim; d += kLanes)
                    store(target + d, load(target + d) * shrink);
            }
        }
        for (std::int64_t d = 0; d < head.paddedDim; d += kPanel)
            accumulateRows(queries, scores, kKeyBlock, head.values + first * head.paddedDim + d,
                           head.paddedDim, count, first != 0, sums + d, head.paddedDim);
    }
    for (std::int64_t i = 0; i < queries; ++i) {
        const std::int64_t query = begin + i;
        float *target = head.out + query % head.tokens * head.outStride + query / head.tokens * head.dim;
        const float factor = 1.0F / totals[i];
        for (std::int64_t d = 0; d < head.dim; ++d)
            target[d] = sums[i * head.paddedDim + d] * factor;
    }
}

constexpr CpuKernels kKernels{FASTSTAR_KERNEL_NAME, kPanel,         kQueryBlock, &multiply, &rmsNorm,
                              &splitHeads,          &attendScratch, &attend};

} // namespace
} // namespace faststar::gpu
