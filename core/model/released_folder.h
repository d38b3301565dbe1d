// SPDX-License-Identifier: Apache-2.0
//
// Recognises a published InfinityStar download, which has no model.json, by file names and shapes.
#pragma once

#include "core/model/model_folder.h"

namespace faststar::model
{

// `path` is a transformer folder of the release, or the folder that holds them. NotFound when it is
// neither; ModelMismatch when the shapes contradict each other.
[[nodiscard]] Result<ModelFolder> openReleasedFolder(const std::filesystem::path &path);

} // namespace faststar::model
