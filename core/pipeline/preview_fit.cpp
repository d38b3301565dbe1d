// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/preview_fit.h"

#include <ATen/ATen.h>

#include "core/pipeline/preview.h"

namespace faststar::pipeline
{

PreviewProjection fitPreview(const at::Tensor &latent, const std::vector<Image> &frames)
{
    const auto channels = latent.size(0);
    const auto t = latent.size(1);
    // [3, T, H, W] in [0, 1]: mean colour of every latent position.
    const at::Tensor pixels = (pixelsOf(frames) + 1.0) * 0.5;
    std::vector<at::Tensor> colours{pixels.narrow(1, 0, 1)};
    if (t > 1)
        colours.push_back(pixels.narrow(1, 1, 4 * (t - 1)).unflatten(1, {t - 1, 4}).mean(2));
    const at::Tensor rgb =
        at::adaptive_avg_pool2d(at::cat(colours, 1).flatten(0, 1), {latent.size(2), latent.size(3)})
            .reshape({3, -1})
            .to(at::kDouble);
    const at::Tensor ones = at::ones({1, rgb.size(1)}, at::kDouble);
    const at::Tensor features = at::cat({latent.reshape({channels, -1}).to(at::kDouble), ones});
    const at::Tensor gram =
        features.matmul(features.t()) + at::eye(channels + 1, at::kDouble) * (1e-4 * double(rgb.size(1)));
    const at::Tensor solution = at::linalg_solve(gram, features.matmul(rgb.t())).to(at::kFloat).contiguous();

    PreviewProjection projection;
    for (std::int64_t colour = 0; colour < 3; ++colour) {
        for (std::int64_t channel = 0; channel < 64 && channel < channels; ++channel)
            projection.weight[std::size_t(colour)][std::size_t(channel)] =
                solution.index({channel, colour}).item<float>();
        projection.bias[std::size_t(colour)] = solution.index({channels, colour}).item<float>();
    }
    return projection;
}

} // namespace faststar::pipeline
