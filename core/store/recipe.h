// SPDX-License-Identifier: Apache-2.0
//
// The recipe: everything needed to make a clip again, as one JSON object inside the clip (MP4 key and
// PNG text chunk "faststar") or in a file beside it. Read as untrusted input.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/domain/request.h"
#include "core/domain/result.h"

namespace faststar::store
{

// The key of the MP4 entry and of the PNG text chunk.
inline constexpr const char *kRecipeKey = "faststar";
// Number of the layout. Readers ignore keys that they do not know, so it rises only when an old
// reader would misunderstand a new file.
inline constexpr int kRecipeSchema = 1;

struct RecipeModel {
    std::string name;
    std::string hash; // of the weights, hexadecimal

    bool operator==(const RecipeModel &) const = default;
};

struct Recipe {
    std::string app = "FastSTAR";
    int schema = kRecipeSchema;
    std::string version; // of the program
    RecipeModel model;
    GenerationRequest request; // effective values: nothing is left to defaults
    std::string device;        // "cpu"
    std::string profile;       // "cpu-f32"
    std::map<std::string, std::string>
        versions; // of the libraries that decide the numbers: "torch" -> "2.11.0"
    // What the request leaves to the program, as it was: "stale" -> "literal", "temporal_ref" -> one name a
    // video clip, separated by commas. For the record; a reader of the request needs none of it.
    std::map<std::string, std::string> effective;
    std::optional<int> stoppedAfterSteps; // the run was stopped and kept after that many steps

    bool operator==(const Recipe &) const = default;
};

// One line; "app", "schema" and "version" come first.
[[nodiscard]] std::string recipeToJson(const Recipe &recipe);

// `source` says where the text came from. CorruptFile when it is no recipe at all, UnknownFormat when its
// schema is newer, InvalidRequest naming the key when a value is wrong. Unknown keys are ignored.
[[nodiscard]] Result<Recipe> recipeFromJson(std::string_view text, const std::string &source);

} // namespace faststar::store
