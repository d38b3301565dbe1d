// SPDX-License-Identifier: Apache-2.0
#include "core/model/checkpoint/stored_tensor.h"

#include <cstring>
#include <limits>

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/ne.h>

namespace faststar::model
{

bool shapeSize(const std::vector<std::int64_t> &shape, std::uint64_t elementBytes, std::uint64_t &elements,
               std::uint64_t &bytes)
{
    constexpr auto limit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    std::uint64_t padded = 1;
    elements = 1;
    for (const std::int64_t axis : shape) {
        if (axis < 0)
            return false;
        const auto size = static_cast<std::uint64_t>(axis);
        if (__builtin_mul_overflow(padded, size == 0 ? 1 : size, &padded) || padded > limit)
            return false;
        elements *= size;
    }
    std::uint64_t paddedBytes = 0;
    if (__builtin_mul_overflow(padded, elementBytes, &paddedBytes) || paddedBytes > limit)
        return false;
    bytes = elements * elementBytes;
    return true;
}

at::Tensor copyTensor(const StoredTensor &tensor, at::ScalarType type)
{
    const auto &shape = tensor.info.shape;
    if (tensor.info.elements() == 0)
        return at::empty(shape, at::TensorOptions().dtype(type));

    // A bool byte other than 0 and 1 must not be read as a C++ bool.
    const bool isBool = tensor.info.type == at::kBool;
    const auto options = at::TensorOptions().dtype(isBool ? at::kByte : tensor.info.type);
    std::vector<std::int64_t> strides = tensor.strides;
    std::uint64_t reach = 1; // elements from the first to the last one used
    if (strides.empty()) {
        reach = static_cast<std::uint64_t>(tensor.info.elements());
        strides.assign(shape.size(), 1);
        for (std::size_t i = shape.size(); i-- > 1;)
            strides[i - 1] = strides[i] * shape[i];
    } else {
        for (std::size_t i = 0; i < shape.size(); ++i)
            reach += static_cast<std::uint64_t>((shape[i] - 1) * strides[i]);
    }

    const std::size_t itemSize = options.dtype().itemsize();
    const std::byte *data = tensor.file->bytes().data() + tensor.offset;
    at::Tensor result;
    if (reinterpret_cast<std::uintptr_t>(data) % itemSize == 0) {
        // Reads the mapping in place; nothing writes through this view.
        const at::Tensor view = at::from_blob(const_cast<std::byte *>(data), shape, strides, options);
        result = isBool ? view.ne(0).to(type) : view.to(type, false, true, at::MemoryFormat::Contiguous);
    } else {
        at::Tensor aligned = at::empty({static_cast<std::int64_t>(reach)}, options);
        std::memcpy(aligned.data_ptr(), data, reach * itemSize);
        const at::Tensor view = aligned.as_strided(shape, strides);
        result = isBool ? view.ne(0).to(type) : view.to(type, false, true, at::MemoryFormat::Contiguous);
    }
    tensor.file->dropResident(tensor.offset, reach * itemSize);
    return result;
}

} // namespace faststar::model
