// SPDX-License-Identifier: Apache-2.0
#include "core/model/quantizer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

namespace faststar::model
{

at::Tensor codesFromBits(const at::Tensor &bits, GridShape shape, const at::Tensor &kept)
{
    const c10::InferenceMode guard;
    const std::int64_t depth = bits.size(1);
    const auto size = static_cast<float>(1.0 / std::sqrt(double(depth)));
    at::Tensor tokens = at::where(bits.ne(0), at::full({}, size, bits.options().dtype(at::kFloat)),
                                  at::full({}, -size, bits.options().dtype(at::kFloat)));
    if (kept.defined()) {
        at::Tensor all = at::zeros({shape.tokens(), depth}, tokens.options());
        all.index_copy_(0, kept, tokens);
        tokens = all;
    }
    return tokens.t().contiguous().view({depth, shape.t, shape.h, shape.w});
}

at::Tensor upsampleCodes(const at::Tensor &codes, GridShape target, int channels)
{
    const c10::InferenceMode guard;
    if (codes.size(0) == channels && codes.size(2) == target.h && codes.size(3) == target.w)
        return codes;
    // One volume (channel, row, column) a frame: across frames nothing is mixed.
    const at::Tensor volumes = codes.permute({1, 0, 2, 3}).contiguous().unsqueeze(1);
    const at::Tensor up = at::upsample_trilinear3d(volumes, {channels, target.h, target.w}, false);
    return up.squeeze(1).permute({1, 0, 2, 3}).contiguous();
}

at::Tensor tokensFromFeatures(const at::Tensor &features, GridShape shape)
{
    const c10::InferenceMode guard;
    at::Tensor map = features;
    if (features.size(2) != shape.h || features.size(3) != shape.w)
        map = at::adaptive_avg_pool2d(features, {shape.h, shape.w});
    return map.reshape({features.size(0), shape.tokens()}).t().contiguous();
}

at::Tensor bitsFromResidual(const at::Tensor &target, const at::Tensor &features, GridShape shape, int bits)
{
    const c10::InferenceMode guard;
    at::Tensor residual = target - features;
    if (residual.size(0) != bits || residual.size(2) != shape.h || residual.size(3) != shape.w) {
        const at::Tensor volumes = residual.permute({1, 0, 2, 3}).contiguous().unsqueeze(1);
        residual =
            at::adaptive_avg_pool3d(volumes, {bits, shape.h, shape.w}).squeeze(1).permute({1, 0, 2, 3});
    }
    // The L2 norm over the channels is positive, so that the sign is the same with or without it.
    return residual.reshape({bits, shape.tokens()}).t().gt(0).to(at::kByte).contiguous();
}

PackedBits aten::packBits(const at::Tensor &bits)
{
    const at::Tensor flat = bits.ne(0).to(at::kInt).flatten();
    const std::int64_t missing = (8 - flat.numel() % 8) % 8;
    const at::Tensor eights = at::constant_pad_nd(flat, {0, missing}).view({-1, 8});
    const at::Tensor places = at::arange(8, flat.options()).unsqueeze(0);
    const at::Tensor bytes = eights.bitwise_left_shift(places).sum(1).to(at::kByte).cpu();
    PackedBits packed;
    packed.bits = static_cast<int>(bits.size(1));
    packed.tokens = bits.size(0);
    const auto *first = bytes.const_data_ptr<std::uint8_t>();
    packed.data.assign(first, first + bytes.numel());
    return packed;
}

PackedBits packBits(const at::Tensor &bits)
{
    if (!bits.is_cpu())
        return aten::packBits(bits);
    const at::Tensor host = bits.to(at::kCPU).contiguous();
    PackedBits packed;
    packed.bits = static_cast<int>(host.size(1));
    packed.tokens = host.size(0);
    const std::int64_t count = host.numel();
    packed.data.resize(static_cast<std::size_t>((count + 7) / 8));
    const auto *source = host.const_data_ptr<std::uint8_t>();
    for (std::int64_t byte = 0; byte * 8 < count; ++byte) {
        const std::int64_t end = std::min<std::int64_t>(8, count - byte * 8);
        unsigned value = 0;
        for (std::int64_t bit = 0; bit < end; ++bit)
            value |= (source[byte * 8 + bit] != 0 ? 1U : 0U) << static_cast<unsigned>(bit);
        packed.data[static_cast<std::size_t>(byte)] = static_cast<std::uint8_t>(value);
    }
    return packed;
}

at::Tensor unpackBits(const PackedBits &packed)
{
    // No multiplication before the bounds are known to be small enough for it.
    constexpr std::int64_t kMostBits = 4096;
    if (packed.bits < 1 || packed.bits > kMostBits || packed.tokens < 0 ||
        packed.tokens > std::numeric_limits<std::int64_t>::max() / (kMostBits + 1))
        return {};
    const std::int64_t count = packed.tokens * packed.bits;
    if (static_cast<std::uint64_t>((count + 7) / 8) != packed.data.size())
        return {};
    if (count % 8 != 0 && (unsigned(packed.data.back()) >> static_cast<unsigned>(count % 8)) != 0)
        return {};
    at::Tensor bits = at::empty({packed.tokens, packed.bits}, at::kByte);
    auto *target = bits.mutable_data_ptr<std::uint8_t>();
    for (std::int64_t i = 0; i < count; ++i)
        target[i] = (packed.data[static_cast<std::size_t>(i / 8)] >> static_cast<unsigned>(i % 8)) & 1U;
    return bits;
}

} // namespace faststar::model
