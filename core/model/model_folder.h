// SPDX-License-Identifier: Apache-2.0
//
// Finds out what lies in a folder: a model folder of ours (model.json) or a released InfinityStar
// download, recognised by file names and weight shapes. Reads headers only.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/domain/model_config.h"
#include "core/domain/result.h"

namespace faststar::model
{

struct ModelFolder {
    ModelConfig config;
    bool released = false; // a download as published
    std::filesystem::path root;
    std::filesystem::path transformer; // what WeightSource::open takes
    std::filesystem::path vae;
    std::vector<std::string> vaeDictionaries; // {"vae", "ema"} for a .pth
    std::filesystem::path textEncoder;        // folder; empty when the model has none
    std::vector<std::string> notes;           // unknown keys, extra tensors: worth telling, not errors
};

// NotFound, Unreadable, CorruptFile or ModelMismatch with a detail that names the file.
[[nodiscard]] Result<ModelFolder> openModelFolder(const std::filesystem::path &path);

// Parses the text of a model.json (untrusted: bounds are checked).
[[nodiscard]] Result<ModelConfig> parseModelConfig(const std::string &json, const std::string &fileName,
                                                   std::vector<std::string> &notes);

struct PartSize {
    std::string name;            // "transformer", "video_vae", "text_encoder"
    std::int64_t parameters = 0; // elements of the tensors the network uses
    std::string dtype;           // as stored: "float16", "bfloat16", ... ("mixed")
    std::uint64_t storedBytes = 0;
};

// Checks names and shapes of every part against the configuration, from headers alone.
[[nodiscard]] Result<std::vector<PartSize>> inspectParts(const ModelFolder &folder,
                                                         std::vector<std::string> &notes);

} // namespace faststar::model
