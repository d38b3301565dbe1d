// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/preview.h"

#include <cstring>

#include <ATen/ATen.h>

namespace faststar::pipeline
{

namespace
{

// rgb [3, n, H, W] in [0, 255]
std::vector<Image> imagesFromBytes(const at::Tensor &rgb)
{
    const at::Tensor bytes =
        rgb.clamp(0.0, 255.0).round().to(at::kByte).permute({1, 2, 3, 0}).contiguous().cpu();
    const auto count = bytes.size(0);
    const auto size = std::size_t(bytes.size(1) * bytes.size(2) * 3);
    std::vector<Image> images;
    images.reserve(std::size_t(count));
    for (std::int64_t i = 0; i < count; ++i) {
        Image image{int(bytes.size(2)), int(bytes.size(1)), {}};
        image.rgb.resize(size);
        std::memcpy(image.rgb.data(), bytes.const_data_ptr<std::uint8_t>() + std::size_t(i) * size, size);
        images.push_back(std::move(image));
    }
    return images;
}

} // namespace

std::vector<Image> projectPreview(const at::Tensor &latent, const PreviewProjection &projection)
{
    const at::Tensor weight = at::empty({3, 64}, at::kFloat);
    const at::Tensor bias = at::empty({3, 1}, at::kFloat);
    for (std::size_t colour = 0; colour < 3; ++colour) {
        std::memcpy(weight.data_ptr<float>() + colour * 64, projection.weight[colour].data(),
                    64 * sizeof(float));
        bias.data_ptr<float>()[colour] = projection.bias[colour];
    }
    const at::Tensor rgb = at::addmm(bias.to(latent.device()), weight.to(latent.device()),
                                     latent.reshape({latent.size(0), -1})) *
                           255.0;
    return imagesFromBytes(rgb.reshape({3, latent.size(1), latent.size(2), latent.size(3)}));
}

std::vector<Image> imagesOf(const at::Tensor &pixels)
{
    return imagesFromBytes((pixels.clamp(-1.0, 1.0) + 1.0) * 127.5);
}

at::Tensor pixelsOf(const std::vector<Image> &images)
{
    const auto width = images.front().width;
    const auto height = images.front().height;
    at::Tensor bytes = at::empty({std::int64_t(images.size()), height, width, 3}, at::kByte);
    const auto size = std::size_t(width) * std::size_t(height) * 3;
    for (std::size_t i = 0; i < images.size(); ++i)
        std::memcpy(bytes.data_ptr<std::uint8_t>() + i * size, images[i].rgb.data(), size);
    return (bytes.permute({3, 0, 1, 2}).to(at::kFloat) / 127.5 - 1.0).contiguous();
}

} // namespace faststar::pipeline
