// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

namespace faststar::gpu
{

// What a linear layer multiplies: rows of the computing type, or e4m3 (largest magnitude 448) with the
// inverse scale of each row.
struct LayerInput {
    at::Tensor values; // [n, c]; rows may lie apart
    at::Tensor scales; // [n, 1] float32, undefined where the values are not eight bits
};

} // namespace faststar::gpu
