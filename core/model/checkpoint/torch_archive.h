// SPDX-License-Identifier: Apache-2.0
//
// PyTorch's zip archives (.pth, .pt, .bin): a pickle that describes tensors, and one stored entry a
// storage. Nothing in the pickle is executed; tensor data are used where they lie in the mapped file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/model/checkpoint/stored_tensor.h"

namespace faststar::model
{

// The tensors of the first of `dictionaries` that the top level has (empty = of the top level itself),
// those of nested dictionaries as "outer.inner". Whatever is neither tensor nor dictionary is ignored.
// NotFound, Unreadable, CorruptFile, ModelMismatch (no such dictionary), or UnknownFormat (the old format
// without zip, compressed or big-endian archives).
[[nodiscard]] Result<std::vector<StoredTensor>>
readTorchArchive(const std::filesystem::path &file, const std::vector<std::string> &dictionaries);

} // namespace faststar::model
