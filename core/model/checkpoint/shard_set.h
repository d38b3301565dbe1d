// SPDX-License-Identifier: Apache-2.0
//
// Finds the files that make up one checkpoint and joins their tensors.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/model/checkpoint/stored_tensor.h"

namespace faststar::model
{

// What WeightSource::open accepts. Every tensor name occurs once in the result.
[[nodiscard]] Result<std::vector<StoredTensor>> readCheckpoint(const std::filesystem::path &path,
                                                               const std::vector<std::string> &dictionaries);

// The file or index that `folder`'s checkpoint starts with, or the shards themselves (sorted) where there
// is no index. NotFound when the folder holds none; CorruptFile when a numbered shard is missing.
[[nodiscard]] Result<std::vector<std::filesystem::path>> checkpointFiles(const std::filesystem::path &folder);

} // namespace faststar::model
