// SPDX-License-Identifier: Apache-2.0
//
// Text to token ids by a SentencePiece model, the way T5 reads it. Thread safe once loaded.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/domain/result.h"

namespace faststar::model
{

class Tokenizer
{
public:
    static constexpr int kEndToken = 1;

    // `file` is a spiece.model (untrusted). NotFound, Unreadable, or CorruptFile, naming the file; also
    // CorruptFile when piece 1 is not the end token, ModelMismatch when there are more pieces than
    // `vocabulary` rows of the embedding.
    static Result<std::unique_ptr<Tokenizer>> load(const std::filesystem::path &file, int vocabulary);
    ~Tokenizer();
    Tokenizer(const Tokenizer &) = delete;
    Tokenizer &operator=(const Tokenizer &) = delete;

    // Ids of the pieces, without an end token. Control symbols in the text ("</s>") are plain text, and
    // invalid UTF-8 is replaced by U+FFFD. Whitespace and Unicode forms are the model file's own rules.
    [[nodiscard]] std::vector<int> encode(const std::string &text) const;

private:
    struct Impl;
    explicit Tokenizer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace faststar::model
