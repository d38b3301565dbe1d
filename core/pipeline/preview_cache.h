// SPDX-License-Identifier: Apache-2.0
//
// Remembers the preview projection that was fitted for a model without one, in the user's cache folder
// ($XDG_CACHE_HOME or ~/.cache, faststar/preview/<weight hash>.json).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/domain/model_config.h"

namespace faststar::pipeline
{

// Empty when neither variable is set: then nothing is remembered.
[[nodiscard]] std::filesystem::path previewCacheFolder();

// Empty when there is none, or when the file is not what was written (it is untrusted).
[[nodiscard]] std::optional<PreviewProjection> cachedPreview(const std::filesystem::path &folder,
                                                             const std::string &hash);

// Best effort: a cache that cannot be written is no error.
void cachePreview(const std::filesystem::path &folder, const std::string &hash,
                  const PreviewProjection &projection);

} // namespace faststar::pipeline
