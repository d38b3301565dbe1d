// SPDX-License-Identifier: Apache-2.0
//
// Where one tensor lies in a mapped file. Readers hand these out only after every number was checked
// against the file, so that reading one needs no further checks.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/model/checkpoint/mapped_file.h"
#include "core/model/checkpoint/weight_source.h"

namespace faststar::model
{

// More axes than any network has; a longer shape is a broken or hostile file.
inline constexpr std::size_t kMaxAxes = 16;
// More tensors than any checkpoint has (the 8B release: 436).
inline constexpr std::size_t kMaxTensors = 200000;

struct StoredTensor {
    TensorInfo info;
    std::shared_ptr<const MappedFile> file;
    std::uint64_t offset = 0;          // of element 0, from the start of the file
    std::vector<std::int64_t> strides; // in elements; empty = contiguous
};

// Elements and bytes of a shape. False when an axis is negative or a product leaves 63 bits (zero axes
// count as one for this, so that strides stay in range as well).
[[nodiscard]] bool shapeSize(const std::vector<std::int64_t> &shape, std::uint64_t elementBytes,
                             std::uint64_t &elements, std::uint64_t &bytes);

// A copy as `type`; see WeightSource::load.
[[nodiscard]] at::Tensor copyTensor(const StoredTensor &tensor, at::ScalarType type);

} // namespace faststar::model
