// SPDX-License-Identifier: Apache-2.0
//
// The blocks of the transformer for devices and for other types than float32: merged products, keys and
// values of all sources in one buffer, the MLP in chunks. Same meaning as Transformer's own loops.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/domain/model_config.h"
#include "core/model/transformer.h"
#include "gpu/device_linear.h"
#include "gpu/torch_device.h"

namespace faststar::model
{

class DeviceBlocks
{
public:
    DeviceBlocks(const TransformerConfig &config, const gpu::Placement &placement)
        : m_config(config), m_placement(placement)
    {
    }

    // A tensor by name after the block's prefix, of that shape and in that type on the placement's device; an
    // undefined one ends the loading.
    using Take = std::function<at::Tensor(const std::string &name, const std::vector<std::int64_t> &shape,
                                          at::ScalarType type)>;
    void loadBlock(const Take &take);

    // Runs x [rows * tokens, width], of the computing type, through every block, in place. rope [2, tokens,
    // headDim / 2] float32 on the device. Attends to `before` (skipping null and empty ones) and itself.
    void run(at::Tensor &x, std::int64_t rows, const at::Tensor &rope,
             const std::array<const KeyValues *, 2> &before, KeyValues *store,
             const std::stop_token &stop) const;

private:
    struct Block {
        at::Tensor inputNorm;
        at::Tensor postNorm;
        at::Tensor headNorms; // [heads + kvHeads, headDim] float32
        gpu::DeviceLinear qkv;
        gpu::DeviceLinear out;
        gpu::DeviceLinear gateUp;
        gpu::DeviceLinear down;
    };

    void attend(const Block &block, at::Tensor &x, at::Tensor &query, at::Tensor &keys, at::Tensor &values,
                std::int64_t tokens, const at::Tensor &rope) const;
    void transform(const Block &block, at::Tensor &x) const;

    TransformerConfig m_config;
    gpu::Placement m_placement;
    std::vector<Block> m_blocks;
};

} // namespace faststar::model
