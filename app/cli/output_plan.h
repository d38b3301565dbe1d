// SPDX-License-Identifier: Apache-2.0
//
// Where results go, and whether they can: decided before any work is done.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/cli/options.h"
#include "core/domain/result.h"

namespace faststar::cli
{

// The targets of one clip; empty = not wanted.
struct OutputPlan {
    std::filesystem::path clip;      // as given with -o; empty = a name is made up
    std::filesystem::path directory; // where a made-up name goes
    std::string stem;                // its beginning: slug and seed
    bool clipIsFolder = false;       // a folder of PNG instead of a file
    std::filesystem::path masks;
    std::filesystem::path scores;
    std::filesystem::path overlay;
    std::filesystem::path frames;
    std::filesystem::path trace;
    std::filesystem::path preview;
    bool overwrite = false;
};

// The extras of `options` and the clip of `output`.
[[nodiscard]] OutputPlan planOutputs(const OutputOptions &options, const std::string &output,
                                     const std::string &stem, bool hasVideo);

// Refuses (InvalidRequest, AlreadyExists) what cannot work: a target that exists, a folder that is
// missing or may not be written to, two results of the same name, a result over one of the `inputs`.
[[nodiscard]] Status checkOutputs(const std::vector<OutputPlan> &plans,
                                  const std::vector<std::string> &inputs);

// The made-up name that is free now: <stem>.mp4, <stem>-2.mp4, ... `first` skips names known to be taken.
[[nodiscard]] std::filesystem::path freeName(const OutputPlan &plan, int &number);

// May a new entry be made in this folder?
[[nodiscard]] Status checkFolder(const std::filesystem::path &folder);

} // namespace faststar::cli
