// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/replay_inputs.h"

#include <ATen/ATen.h>

namespace faststar::pipeline
{

namespace
{

tl::unexpected<Error> corrupt(const std::string &name, const std::string &what)
{
    return failure(ErrorCode::CorruptFile, "inputs.safetensors: \"" + name + "\" " + what);
}

template <typename Sizes> std::string spelled(const Sizes &sizes)
{
    std::string text;
    for (const std::int64_t size : sizes)
        text += (text.empty() ? "" : ", ") + (size == kAnySize ? std::string("n") : std::to_string(size));
    return "[" + text + "]";
}

Result<at::Tensor> sizedInput(const TensorMap &inputs, const std::string &name,
                              const std::vector<std::int64_t> &sizes)
{
    const auto found = inputs.find(name);
    if (found == inputs.end())
        return corrupt(name, "is missing");
    const at::Tensor &tensor = found->second;
    bool fits = tensor.dim() == std::int64_t(sizes.size());
    for (std::size_t i = 0; fits && i < sizes.size(); ++i) {
        const std::int64_t size = tensor.size(std::int64_t(i));
        fits = sizes[i] == kAnySize ? size >= 1 : size == sizes[i];
    }
    if (!fits)
        return corrupt(name, "is of the shape " + spelled(tensor.sizes()) + ", not " + spelled(sizes));
    return tensor;
}

} // namespace

Result<at::Tensor> floatInput(const TensorMap &inputs, const std::string &name,
                              const std::vector<std::int64_t> &sizes)
{
    auto tensor = sizedInput(inputs, name, sizes);
    if (!tensor)
        return tensor;
    if (!at::isFloatingType(tensor->scalar_type()))
        return corrupt(name, "holds no floating-point numbers");
    return tensor->to(at::kFloat);
}

Result<at::Tensor> bitsInput(const TensorMap &inputs, const std::string &name, std::int64_t tokens,
                             std::int64_t bits)
{
    auto tensor = sizedInput(inputs, name, {tokens, bits});
    if (!tensor)
        return tensor;
    if (!at::isIntegralType(tensor->scalar_type(), true))
        return corrupt(name, "holds no bits");
    if (tensor->ne(0).logical_and(tensor->ne(1)).any().item<bool>())
        return corrupt(name, "holds a number that is neither 0 nor 1");
    return tensor->to(at::kByte);
}

} // namespace faststar::pipeline
