// SPDX-License-Identifier: Apache-2.0
//
// The kernels of our own, from a module that is opened when the first of them could run: beside the program
// or in ../lib. Each function below says whether it did the work; where it did not (no module, another card
// or type, a width that is not a multiple of 8) the caller uses the twin (block_twins.h). They put work into
// the current stream and wait for nothing. A launch that fails throws c10::Error with CUDA's own words.
#pragma once

#include <optional>
#include <string>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "gpu/frame_norm.h"
#include "gpu/layer_input.h"

namespace faststar::gpu::kernels
{

// As in block_ops.h; `eightBit` quantises the result row by row in the same pass.
[[nodiscard]] std::optional<LayerInput> rmsNorm(const at::Tensor &x, const at::Tensor &weight, double eps,
                                                bool eightBit);
// The result lies in the first half of gateUp's rows where it is not eight bits.
[[nodiscard]] std::optional<LayerInput> swiGlu(const at::Tensor &gateUp, bool eightBit);
[[nodiscard]] std::optional<LayerInput> quantiseRows(const at::Tensor &x);
[[nodiscard]] bool splitHeads(const at::Tensor &qkv, const at::Tensor &headNorms, double eps,
                              const at::Tensor &rope, const at::Tensor &query, const at::Tensor &key,
                              const at::Tensor &value);
// As in frame_norm.h.
[[nodiscard]] bool frameNorm(const at::Tensor &x, const Modulation &modulation, at::Tensor &out);

} // namespace faststar::gpu::kernels
