// SPDX-License-Identifier: Apache-2.0
//
// The text encoder's vocabulary: a SentencePiece unigram model fitted to captions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "app/train/scene_options.h"
#include "core/domain/result.h"

namespace faststar::train
{

struct TokenizerOptions {
    SceneOptions data;
    std::uint64_t seed = 1;
    int captions = 20000;
    int mostPieces = 384; // a small language ends below that
    // As in model.json; half of the captions are those of 17, half of 33 frames.
    std::string promptPrefix = "<<<t={seconds}s>>>";
};

struct TrainedTokenizer {
    std::string model; // the bytes of spiece.model
    int pieces = 0;
    int longestCaption = 0; // tokens with the end token, over the captions
};

// InvalidRequest for numbers that give no tokenizer: 100 to 1000000 captions, 64 to 65536 pieces.
[[nodiscard]] Status checkOptions(const TokenizerOptions &options);

// Ids 0 padding, 1 end, 2 unknown, as T5 has them; nmt_nfkc. The same options give the same bytes. Internal
// with the library's own words.
[[nodiscard]] Result<TrainedTokenizer> trainTokenizer(const TokenizerOptions &options);

// FOLDER/spiece.model as it stands, longestCaption 0. NotFound, Unreadable; CorruptFile when it is none.
[[nodiscard]] Result<TrainedTokenizer> readTokenizer(const std::filesystem::path &folder);

// trainTokenizer() into FOLDER/spiece.model, which is replaced; the folder must exist. WriteFailed, NotFound.
[[nodiscard]] Result<TrainedTokenizer> writeTokenizer(const TokenizerOptions &options,
                                                      const std::filesystem::path &folder);
// Writes FOLDER/spiece.model. WriteFailed, NotFound.
[[nodiscard]] Status writeTokenizer(const TrainedTokenizer &tokenizer, const std::filesystem::path &folder);

} // namespace faststar::train
