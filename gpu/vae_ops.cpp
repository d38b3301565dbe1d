// SPDX-License-Identifier: Apache-2.0
#include "gpu/vae_ops.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include "gpu/simd.h"

namespace faststar::gpu
{
namespace
{

// Pixels a thread takes at least: below that, starting it costs more than it saves.
constexpr std::int64_t kGrain = 256;

bool onCpu(const at::Tensor &x)
{
    return x.is_cpu() && x.scalar_type() == at::kFloat;
}

// exp of a value in [-87, 88], to about one unit in the last place, in operations that the compiler turns
// into vectors: 2^n times a polynomial on [-ln2/2, ln2/2].
inline float fastExp(float x)
{
    constexpr float roundingShift = 12582912.0F; // 1.5 * 2^23: adding it rounds to a whole number
    const float shifted = x * 1.44269504088896341F + roundingShift;
    const float n = shifted - roundingShift;
    const float r = (x - n * 0.693359375F) + n * 2.12194440e-4F;
    float p = 1.9875691500e-4F;
    p = p * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    const float value = p * (r * r) + r + 1.0F;
    const auto bits = std::bit_cast<std::uint32_t>(value) + (std::bit_cast<std::uint32_t>(shifted) << 23U);
    return std::bit_cast<float>(bits);
}

inline float silu(float y)
{
    const float negated = -y;
    const float low = negated < -87.0F ? -87.0F : negated;
    const float bounded = low > 88.0F ? 88.0F : low;
    return y / (1.0F + fastExp(bounded));
}

// 1 / max(|x|, 1e-12). Sixteen partial sums, so that it can be a vector.
inline float inverseNorm(const float *x, std::int64_t channels)
{
    float partial[16] = {};
    std::int64_t c = 0;
    for (; c + 16 <= channels; c += 16)
        for (std::int64_t i = 0; i < 16; ++i)
            partial[i] += x[c + i] * x[c + i];
    for (std::int64_t i = 0; c + i < channels; ++i)
        partial[i] += x[c + i] * x[c + i];
    for (std::int64_t half = 8; half > 0; half /= 2)
        for (std::int64_t i = 0; i < half; ++i)
            partial[i] += partial[i + half];
    return 1.0F / std::max(std::sqrt(partial[0]), 1e-12F);
}

FASTSTAR_SIMD_CLONES void normSiluPixels(const float *x, const float *scale, float *out, std::int64_t pixels,
                                         std::int64_t channels)
{
    for (std::int64_t p = 0; p < pixels; ++p, x += channels, out += channels) {
        const float inverse = inverseNorm(x, channels);
        for (std::int64_t c = 0; c < channels; ++c)
            out[c] = silu(x[c] * inverse * scale[c]);
    }
}

// One row of pixels; each `repeat` of them share one entry of the modulation row.
FASTSTAR_SIMD_CLONES void modulatedRow(const float *x, const float *modulation, float *out,
                                       std::int64_t width, std::int64_t channels, std::int64_t repeat)
{
    for (std::int64_t begin = 0; begin < width; begin += repeat, modulation += 2 * channels) {
        const float *shift = modulation + channels;
        for (std::int64_t p = 0; p < repeat; ++p, x += channels, out += channels) {
            const float inverse = inverseNorm(x, channels);
            for (std::int64_t c = 0; c < channels; ++c)
                out[c] = silu(x[c] * inverse * modulation[c] + shift[c]);
        }
    }
}

// to[k] = conv[k] + block[k mod blockSize], k < count, starting at `offset` in the block.
inline void addTiled(const float *conv, const float *block, std::int64_t blockSize, std::int64_t offset,
                     float *to, std::int64_t count)
{
    std::int64_t k = 0;
    std::int64_t at = offset % blockSize;
    while (k < count) {
        const std::int64_t run = std::min(count - k, blockSize - at);
        for (std::int64_t i = 0; i < run; ++i)
            to[k + i] = conv[k + i] + block[at + i];
        k += run;
        at = 0;
    }
}

struct ExpandShape {
    std::int64_t width = 0;    // of the input row
    std::int64_t channels = 0; // of an output pixel
    std::int64_t inChannels = 0;
    std::int64_t group = 0; // (frame * 2 + row): which channels of conv this output row takes
    std::int64_t convChannels = 0;
};

// One output row from one input row.
FASTSTAR_SIMD_CLONES void expandRow(const float *conv, const float *x, const ExpandShape &s, float *to)
{
    for (std::int64_t column = 0; column < s.width; ++column) {
        // Both output columns' channels lie one after the other, in the input and in the output.
        const std::int64_t offset = s.group * 2 * s.channels;
        addTiled(conv + offset, x, s.inChannels, offset, to, 2 * s.channels);
        conv += s.convChannels;
        x += s.inChannels;
        to += 2 * s.channels;
    }
}

FASTSTAR_SIMD_CLONES void averageInto(float *a, const float *b, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i)
        a[i] = (a[i] + b[i]) * 0.5F;
}

struct FoldShape {
    std::int64_t width = 0; // of the output row
    std::int64_t convChannels = 0;
    std::int64_t inChannels = 0;
};

// One output row from two input rows (width 2 * s.width each).
FASTSTAR_SIMD_CLONES void foldRow(const float *conv0, const float *conv1, const float *x0, const float *x1,
                                  const FoldShape &s, float *to)
{
    const std::int64_t channels = 4 * s.convChannels;
    const std::int64_t groups = 4 * s.inChannels / channels;
    const float weight = 1.0F / static_cast<float>(groups);
    for (std::int64_t column = 0; column < s.width; ++column) {
        for (std::int64_t c = 0; c < channels; ++c)
            to[c] = 0.0F;
        for (std::int64_t row = 0; row < 2; ++row) {
            // Two pixels side by side are 2 * inChannels consecutive channels of the folded input.
            const float *x = (row == 0 ? x0 : x1) + column * 2 * s.inChannels;
            std::int64_t c = row * 2 * s.inChannels % channels;
            for (std::int64_t k = 0; k < 2 * s.inChannels;) {
                const std::int64_t run = std::min(2 * s.inChannels - k, channels - c);
                for (std::int64_t i = 0; i < run; ++i)
                    to[c + i] += x[k + i];
                k += run;
                c = 0;
            }
        }
        for (std::int64_t row = 0; row < 2; ++row) {
            const float *conv = (row == 0 ? conv0 : conv1) + column * 2 * s.convChannels;
            float *half = to + row * 2 * s.convChannels;
            for (std::int64_t c = 0; c < 2 * s.convChannels; ++c)
                half[c] = half[c] * weight + conv[c];
        }
        to += channels;
    }
}

} // namespace

void normSilu(const at::Tensor &x, const at::Tensor &scale, at::Tensor &out)
{
    if (!onCpu(x)) {
        out.copy_(aten::normSilu(x, scale));
        return;
    }
    const std::int64_t channels = x.size(3);
    const float *from = x.const_data_ptr<float>();
    const float *factors = scale.const_data_ptr<float>();
    float *to = out.mutable_data_ptr<float>();
    at::parallel_for(0, x.numel() / channels, kGrain, [&](std::int64_t begin, std::int64_t end) {
        normSiluPixels(from + begin * channels, factors, to + begin * channels, end - begin, channels);
    });
}

void modulatedNormSilu(const at::Tensor &x, const at::Tensor &modulation, bool leading, at::Tensor &out)
{
    if (!onCpu(x)) {
        out.copy_(aten::modulatedNormSilu(x, modulation, leading));
        return;
    }
    const std::int64_t frames = x.size(0);
    const std::int64_t height = x.size(1);
    const std::int64_t width = x.size(2);
    const std::int64_t channels = x.size(3);
    const std::int64_t have = modulation.size(0);
    const std::int64_t repeatRows = height / modulation.size(1);
    const std::int64_t repeatColumns = width / modulation.size(2);
    const bool firstApart = leading && have > 1;
    const std::int64_t repeatFrames = firstApart ? (frames - 1) / (have - 1) : frames / have;
    const float *from = x.const_data_ptr<float>();
    const float *factors = modulation.const_data_ptr<float>();
    float *to = out.mutable_data_ptr<float>();
    at::parallel_for(0, frames * height, std::max<std::int64_t>(1, kGrain / width),
                     [&](std::int64_t begin, std::int64_t end) {
                         for (std::int64_t i = begin; i < end; ++i) {
                             const std::int64_t frame = i / height;
                             std::int64_t source = frame / repeatFrames;
                             if (firstApart)
                                 source = frame == 0 ? 0 : 1 + (frame - 1) / repeatFrames;
                             const std::int64_t row = source * modulation.size(1) + (i % height) / repeatRows;
                             modulatedRow(from + i * width * channels,
                                          factors + row * modulation.size(2) * 2 * channels,
                                          to + i * width * channels, width, channels, repeatColumns);
                         }
                     });
}

void expandWithShortcut(const at::Tensor &conv, const at::Tensor &x, int framesPerFrame, bool leading,
                        at::Tensor &out)
{
    if (!onCpu(x)) {
        out.copy_(aten::expandWithShortcut(conv, x, framesPerFrame, leading));
        return;
    }
    const std::int64_t height = x.size(1);
    ExpandShape shape;
    shape.width = x.size(2);
    shape.channels = out.size(3);
    shape.inChannels = x.size(3);
    shape.convChannels = conv.size(3);
    const std::int64_t outRow = out.size(2) * out.size(3);
    const std::int64_t skipped = leading && framesPerFrame == 2 ? 1 : 0; // frames that the mean swallows
    const float *convData = conv.const_data_ptr<float>();
    const float *xData = x.const_data_ptr<float>();
    float *to = out.mutable_data_ptr<float>();
    at::parallel_for(0, out.size(0) * out.size(1), std::max<std::int64_t>(1, kGrain / out.size(2)),
                     [&](std::int64_t begin, std::int64_t end) {
                         at::Tensor second = at::empty({skipped > 0 ? outRow : 0}, x.options());
                         for (std::int64_t i = begin; i < end; ++i) {
                             const std::int64_t outFrame = i / out.size(1);
                             const std::int64_t y = i % out.size(1);
                             const std::int64_t frame = outFrame == 0 ? 0 : outFrame + skipped;
                             const std::int64_t row = frame / framesPerFrame * height + y / 2;
                             const float *convRow = convData + row * shape.width * shape.convChannels;
                             const float *xRow = xData + row * shape.width * shape.inChannels;
                             ExpandShape mine = shape;
                             mine.group = frame % framesPerFrame * 2 + y % 2;
                             expandRow(convRow, xRow, mine, to + i * outRow);
                             if (outFrame == 0 && skipped > 0) {
                                 mine.group += 2;
                                 expandRow(convRow, xRow, mine, second.mutable_data_ptr<float>());
                                 averageInto(to + i * outRow, second.const_data_ptr<float>(), outRow);
                             }
                         }
                     });
}

void foldWithShortcut(const at::Tensor &conv, const at::Tensor &x, bool halveTime, bool leading,
                      at::Tensor &out)
{
    if (!onCpu(x)) {
        out.copy_(aten::foldWithShortcut(conv, x, halveTime, leading));
        return;
    }
    FoldShape shape;
    shape.width = out.size(2);
    shape.convChannels = conv.size(3);
    shape.inChannels = x.size(3);
    const std::int64_t outRow = out.size(2) * out.size(3);
    const std::int64_t convRow = conv.size(2) * conv.size(3);
    const std::int64_t xRow = x.size(2) * x.size(3);
    const float *convData = conv.const_data_ptr<float>();
    const float *xData = x.const_data_ptr<float>();
    float *to = out.mutable_data_ptr<float>();
    at::parallel_for(0, out.size(0) * out.size(1), std::max<std::int64_t>(1, kGrain / out.size(2)),
                     [&](std::int64_t begin, std::int64_t end) {
                         at::Tensor second = at::empty({halveTime ? outRow : 0}, x.options());
                         for (std::int64_t i = begin; i < end; ++i) {
                             const std::int64_t outFrame = i / out.size(1);
                             const std::int64_t y = i % out.size(1);
                             const bool single = !halveTime || (leading && outFrame == 0);
                             std::int64_t frame = outFrame;
                             if (halveTime)
                                 frame = leading ? std::max<std::int64_t>(0, 2 * outFrame - 1) : 2 * outFrame;
                             const auto foldFrame = [&](std::int64_t source, float *row) {
                                 const std::int64_t top = source * conv.size(1) + 2 * y;
                                 foldRow(convData + top * convRow, convData + (top + 1) * convRow,
                                         xData + top * xRow, xData + (top + 1) * xRow, shape, row);
                             };
                             foldFrame(frame, to + i * outRow);
                             if (!single) {
                                 foldFrame(frame + 1, second.mutable_data_ptr<float>());
                                 averageInto(to + i * outRow, second.const_data_ptr<float>(), outRow);
                             }
                         }
                     });
}

} // namespace faststar::gpu
