// SPDX-License-Identifier: Apache-2.0
//
// The video autoencoder on batches of whole clips: the layers of vae_networks.h carried out differentiably,
// on any device. One clip at a time on a CPU VideoVae is faster and needs less memory.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/domain/model_config.h"
#include "core/domain/result.h"
#include "core/model/vae_batch_ops.h"
#include "core/model/vae_networks.h"

namespace faststar::model
{

struct VaeBatchOptions {
    at::ScalarType compute = at::kFloat; // of the activations between first and last layer
    VaeConvPath path = VaeConvPath::Volume;
};

class VaeBatch
{
public:
    // `tensors` gives the weights by the names of the release, all on one device. Where they require
    // gradients they get them, log variances of the encoder excepted (the means are used). Cheap: to be made
    // anew after each change of a weight. ModelMismatch as VideoVae::load.
    [[nodiscard]] static Result<VaeBatch> read(const VaeTensors &tensors, const VaeConfig &config,
                                               VaeBatchOptions options);

    // video [B, 1 + 4k, 3, H, W] in [-1, 1], H and W multiples of 16 -> mean latents [B, 1 + k, H/16, W/16,
    // 64], scaled as the transformer sees them; float32 (float64 where that is the compute type).
    [[nodiscard]] at::Tensor encode(const at::Tensor &video) const;

    // latents [B, t, h, w, 64] -> video [B, 1 + 4(t - 1), 3, 16h, 16w], unclamped, in the type of encode().
    [[nodiscard]] at::Tensor decode(const at::Tensor &latent) const;

private:
    VaeBatch() = default;

    VaeBatchOptions m_options;
    VaeEncoder m_encoder;
    VaeDecoder m_decoder;
    at::Tensor m_upWeight; // [out, in]
    at::Tensor m_upBias;
    at::Tensor m_downWeight;
    at::Tensor m_downBias;
    at::Tensor m_scale; // scalar
};

} // namespace faststar::model
