// SPDX-License-Identifier: Apache-2.0
#include "core/model/vae_batch.h"

#include <string>
#include <utility>
#include <vector>

#include <ATen/ops/linear.h>

namespace faststar::model
{
namespace
{

// Activations [B, T, H, W, C].
class BatchRun final : public VaeExecutor
{
public:
    // `latent` [B, t, h, w, latent channels]: the decoder's input, undefined in the encoder.
    BatchRun(const VaeBatchOptions &options, at::Tensor latent)
        : m_options(options), m_latent(std::move(latent))
    {
    }

    void start(const VaeConv &conv, const at::Tensor &input) override
    {
        m_x = convolve(conv, input.to(m_options.compute));
    }

    void resNet(const VaeResNet &block) override
    {
        const at::Tensor inner = convolve(block.conv1, normed(block.norm1, m_x));
        m_x = m_x.add(convolve(block.conv2, normed(block.norm2, inner)));
    }

    void up(const VaeResample &block) override
    {
        const at::Tensor wide = convolve(block.conv, normed(block.norm, m_x));
        m_x = batchExpandWithShortcut(wide, m_x, block.time ? 2 : 1);
    }

    void down(const VaeResample &block) override
    {
        const at::Tensor narrow = convolve(block.conv, normed(block.norm, m_x));
        m_x = batchFoldWithShortcut(narrow, m_x, block.time);
    }

    at::Tensor finish(const VaeNorm &norm, const VaeConv &conv) override
    {
        return convolve(conv, normed(norm, m_x));
    }

private:
    [[nodiscard]] at::Tensor convolve(const VaeConv &conv, const at::Tensor &x) const
    {
        return batchCausalConv(x, conv.weight, conv.bias, m_options.path);
    }

    [[nodiscard]] at::Tensor normed(const VaeNorm &norm, const at::Tensor &x) const
    {
        if (norm.scale.defined())
            return batchNormSilu(x, norm.scale);
        const at::Tensor modulation = at::linear(m_latent, norm.weight.t(), norm.bias);
        return batchModulatedNormSilu(x, modulation.narrow(4, 0, norm.channels()),
                                      modulation.narrow(4, norm.channels(), norm.channels()));
    }

    VaeBatchOptions m_options;
    at::Tensor m_latent;
    at::Tensor m_x;
};

// patchify() and unpatchify() take the frames of one clip.
template <typename Change> at::Tensor perFrame(const at::Tensor &x, const Change &change)
{
    return change(x.flatten(0, 1)).unflatten(0, {x.size(0), x.size(1)});
}

at::ScalarType outerType(const VaeBatchOptions &options)
{
    return options.compute == at::kDouble ? at::kDouble : at::kFloat;
}

} // namespace

Result<VaeBatch> VaeBatch::read(const VaeTensors &tensors, const VaeConfig &config, VaeBatchOptions options)
{
    if (const Status status = checkVaeConfig(config); !status)
        return tl::unexpected<Error>(status.error());
    VaeBatch vae;
    vae.m_options = options;
    VaeReader reader(tensors, config.latentChannels, VaeForm::Plain);
    vae.m_decoder.read(reader, config);
    vae.m_encoder.read(reader, config);
    const std::int64_t width = std::int64_t{4} * config.latentChannels;
    vae.m_upWeight = reader.tensor("proj_up.weight", {width, width});
    vae.m_upBias = reader.tensor("proj_up.bias", {width});
    vae.m_downWeight = reader.tensor("proj_down.weight", {width, width});
    vae.m_downBias = reader.tensor("proj_down.bias", {width});
    const at::Tensor scales = reader.tensor("scale_learnable_parameters", {4});
    if (reader.error())
        return tl::unexpected<Error>(*reader.error());
    vae.m_scale = scales.select(0, 0);
    return vae;
}

at::Tensor VaeBatch::encode(const at::Tensor &video) const
{
    BatchRun run(m_options, {});
    const at::Tensor means =
        m_encoder.encode(run, video.permute({0, 1, 3, 4, 2}).contiguous()).to(outerType(m_options));
    return at::linear(perFrame(means, patchify), m_downWeight, m_downBias).mul(m_scale);
}

at::Tensor VaeBatch::decode(const at::Tensor &latent) const
{
    const at::Tensor features = at::linear(latent.div(m_scale), m_upWeight, m_upBias);
    const at::Tensor input = perFrame(features, unpatchify);
    BatchRun run(m_options, input);
    return m_decoder.decode(run, input).permute({0, 1, 4, 2, 3}).to(outerType(m_options));
}

} // namespace faststar::model
