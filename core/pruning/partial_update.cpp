// SPDX-License-Identifier: Apache-2.0
#include "core/pruning/partial_update.h"

#include <limits>

#include <ATen/ATen.h>

namespace faststar::pruning
{

at::Tensor fillNearestKept(const at::Tensor &codes, const std::vector<std::int32_t> &tokens)
{
    const auto t = codes.size(1);
    const auto h = codes.size(2);
    const auto w = codes.size(3);
    const auto area = h * w;
    std::vector<std::int64_t> source(std::size_t(t * area));
    std::vector<std::vector<std::int64_t>> keptOfFrame(static_cast<std::size_t>(t));
    for (const auto token : tokens)
        keptOfFrame[std::size_t(token / area)].push_back(token % area);
    for (std::int64_t frame = 0; frame < t; ++frame) {
        const auto &kept = keptOfFrame[std::size_t(frame)];
        for (std::int64_t place = 0; place < area; ++place) {
            std::int64_t best = place; // no kept token: its own zero code
            auto bestDistance = std::numeric_limits<std::int64_t>::max();
            for (const auto candidate : kept) {
                const auto dy = candidate / w - place / w;
                const auto dx = candidate % w - place % w;
                const auto distance = dy * dy + dx * dx;
                if (distance < bestDistance) {
                    bestDistance = distance;
                    best = candidate;
                }
            }
            source[std::size_t(frame * area + place)] = frame * area + best;
        }
    }
    const at::Tensor index = at::tensor(source, at::kLong).to(codes.device());
    return codes.reshape({codes.size(0), t * area}).index_select(1, index).reshape(codes.sizes());
}

at::Tensor maskTensor(const MaskGrid &mask)
{
    at::Tensor tensor = at::empty({1, mask.shape.t, mask.shape.h, mask.shape.w}, at::kFloat);
    auto *values = tensor.data_ptr<float>();
    for (std::size_t i = 0; i < mask.values.size(); ++i)
        values[i] = mask.values[i] != 0 ? 1.0F : 0.0F;
    return tensor;
}

at::Tensor maskedUpdate(const at::Tensor &featureMap, const at::Tensor &upsampled, const MaskGrid &mask,
                        const at::Tensor &keptShare)
{
    at::Tensor update = upsampled;
    if (keptShare.defined())
        update = update / keptShare.clamp_min(0.25);
    // where, not multiply-and-add: adding a zero would turn -0 into +0, and 0 * inf into a NaN.
    return at::where(maskTensor(mask).to(featureMap.device()) > 0.5, featureMap + update, featureMap);
}

} // namespace faststar::pruning
