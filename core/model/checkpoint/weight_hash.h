// SPDX-License-Identifier: Apache-2.0
//
// A name for a set of weights, for recipes and caches. Not a defence against forgery.
#pragma once

#include <string>

#include "core/domain/result.h"
#include "core/model/model_folder.h"

namespace faststar::model
{

// 32 hexadecimal digits. Two lanes of 64 bits (FNV-1a over 8-byte words with a final mix) over, part by
// part and file by file in the order of their names: the length, and the content. Files up to 64 MiB count
// whole; of a larger one the first and last MiB (headers, directories) and 64 blocks of 64 KiB at even
// distances. So the same files give the same name wherever they lie, renaming shards or folders aside, and
// a 22 GB release is named in well under a second.
[[nodiscard]] Result<std::string> weightHash(const ModelFolder &folder);

} // namespace faststar::model
