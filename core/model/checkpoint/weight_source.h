// SPDX-License-Identifier: Apache-2.0
//
// Read-only view of the tensors in one checkpoint: a safetensors file, a sharded set with its index,
// or PyTorch zip archives. Opening reads headers only; tensor data stay in the memory-mapped files.
// Files are untrusted: every offset and size is checked against the file's length before use, and
// nothing in a file is ever executed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/domain/result.h"

namespace faststar::model
{

struct TensorInfo {
    std::string name;
    at::ScalarType type = at::kFloat;
    std::vector<std::int64_t> shape;
    std::uint64_t bytes = 0;
    std::filesystem::path file;

    [[nodiscard]] std::int64_t elements() const;
};

class WeightSource
{
public:
    // A .safetensors file, a *.safetensors.index.json, a .pth/.pt/.bin file, or a folder that holds
    // exactly one of: model.safetensors[.index.json], one .safetensors, pytorch_model.bin[.index.json],
    // .pth/.bin shards. For PyTorch archives `dictionaries` names the entries to try in order ("vae",
    // then "ema"); empty = the top level is the state dictionary.
    static Result<WeightSource> open(const std::filesystem::path &path,
                                     const std::vector<std::string> &dictionaries = {});

    // Tensors that are made when they are asked for, by name, shape and type: networks of real shapes without
    // a file. It lists no tensors.
    using Maker = std::function<at::Tensor(std::string_view name, const std::vector<std::int64_t> &shape,
                                           at::ScalarType type)>;
    static WeightSource made(Maker maker);

    WeightSource(WeightSource &&) noexcept;
    WeightSource &operator=(WeightSource &&) noexcept;
    ~WeightSource();

    [[nodiscard]] const std::vector<TensorInfo> &tensors() const; // sorted by name
    [[nodiscard]] const TensorInfo *find(std::string_view name) const;
    [[nodiscard]] const std::filesystem::path &path() const; // as opened, for messages

    // A copy of the tensor, converted to `type`. ModelMismatch (naming file and tensor) when it is
    // missing, of another shape, or not a floating-point tensor although `type` is one.
    [[nodiscard]] Result<at::Tensor> load(std::string_view name, const std::vector<std::int64_t> &shape,
                                          at::ScalarType type = at::kFloat) const;

private:
    struct Impl;
    explicit WeightSource(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

// Writes float32, float16, int32, int64 or uint8 tensors; to a temporary name, renamed when complete.
[[nodiscard]] Status writeSafetensors(const std::filesystem::path &path,
                                      const std::vector<std::pair<std::string, at::Tensor>> &tensors);

} // namespace faststar::model
