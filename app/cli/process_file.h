// SPDX-License-Identifier: Apache-2.0
//
// Files of requests for `generate --process`. Either a JSON array of objects or one object a line
// (empty lines are skipped). An object's keys are the flags' long names with '_' for '-':
//   prompt, negative_prompt, image, video, output, seed, width, height, size, aspect, frames, method,
//   ratios ([0.2,0.3,0.4,0.7] or "0.2,0.3,0.4,0.7"), p, guidance, guidance_scale, tau_image,
//   tau_video, greedy (true), count, option ({"mask_mode": "nearest"})
// What an object leaves out is taken from the command line. An unknown key is an error.
#pragma once

#include <string>
#include <vector>

#include "app/cli/options.h"
#include "core/domain/result.h"

namespace faststar::cli
{

// NotFound, Unreadable; CorruptFile (the detail names file and entry) for what is no such file.
[[nodiscard]] Result<std::vector<RequestOptions>> readProcessFile(const std::string &path,
                                                                  const RequestOptions &defaults);

// The format in a few lines, for --help.
[[nodiscard]] std::string processFileHelp();

} // namespace faststar::cli
