// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/cat.h>
#include <ATen/ops/log10.h>

#include "app/train/vae_stage.h"

namespace faststar::train
{

namespace
{

at::Tensor difference(const at::Tensor &x, std::int64_t dim)
{
    return x.narrow(dim, 1, x.size(dim) - 1).sub(x.narrow(dim, 0, x.size(dim) - 1));
}

// 1, and more where a pixel differs from the frame before (in the first frame: from the next).
at::Tensor motionWeights(const at::Tensor &truth, const VaeLossWeights &weights)
{
    if (truth.size(1) < 2 || weights.motion == 0.0)
        return {};
    const at::Tensor moved =
        difference(truth, 1).abs_().amax(2, true).gt(weights.motionThreshold).to(truth.scalar_type());
    return at::cat({moved.narrow(1, 0, 1), moved}, 1).mul_(weights.motion).add_(1.0);
}

at::Tensor weighted(const at::Tensor &error, const at::Tensor &weights)
{
    return weights.defined() ? error.mul(weights).mean() : error.mean();
}

} // namespace

VaeErrors vaeErrors(const at::Tensor &truth, const at::Tensor &made, const VaeLossWeights &weights)
{
    const at::Tensor motion = motionWeights(truth, weights);
    const at::Tensor error = made.sub(truth);
    VaeErrors errors;
    errors.absolute = weighted(error.abs(), motion);
    errors.square = error.square().mean();
    for (const std::int64_t dim : {std::int64_t{1}, std::int64_t{3}, std::int64_t{4}}) {
        if (error.size(dim) < 2)
            continue;
        const at::Tensor later = motion.defined() ? motion.narrow(dim, 1, motion.size(dim) - 1) : motion;
        const at::Tensor part = weighted(difference(error, dim).abs(), later);
        errors.edges = errors.edges.defined() ? errors.edges.add(part) : part;
    }
    return errors;
}

at::Tensor clipPsnr(const at::Tensor &truth, const at::Tensor &made)
{
    const at::Tensor error = made.clamp(-1.0, 1.0).sub(truth).mul(0.5).square();
    return error.flatten(1).mean(1).clamp_min(1e-10).log10().mul(-10.0);
}

} // namespace faststar::train
