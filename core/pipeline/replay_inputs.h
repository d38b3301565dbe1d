// SPDX-License-Identifier: Apache-2.0
//
// The tensors a golden case gives, checked before anything computes with them: a wrong width read by a
// matrix product would be memory that belongs to nobody.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/domain/result.h"

namespace faststar::pipeline
{

using TensorMap = std::map<std::string, at::Tensor>;

// Stands for any size of at least 1.
constexpr std::int64_t kAnySize = -1;

// A tensor of floating-point numbers with these sizes, as float32. CorruptFile naming it for one that is
// missing, of whole numbers, empty, or of other sizes.
[[nodiscard]] Result<at::Tensor> floatInput(const TensorMap &inputs, const std::string &name,
                                            const std::vector<std::int64_t> &sizes);

// Bits [tokens, bits], each 0 or 1, as bytes; CorruptFile otherwise.
[[nodiscard]] Result<at::Tensor> bitsInput(const TensorMap &inputs, const std::string &name,
                                           std::int64_t tokens, std::int64_t bits);

} // namespace faststar::pipeline
