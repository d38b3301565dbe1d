// SPDX-License-Identifier: Apache-2.0
#include "core/model/tokenizer.h"

#include <cstdint>
#include <exception>
#include <string_view>

#include <sentencepiece_processor.h>

#include "core/model/checkpoint/mapped_file.h"
#include "core/model/spiece_check.h"

namespace faststar::model
{

namespace
{

// The largest known T5 vocabulary (250,112 pieces) takes 4.3 MB.
constexpr std::uint64_t kMaxFileBytes = 64U << 20;

} // namespace

struct Tokenizer::Impl {
    sentencepiece::SentencePieceProcessor processor;
};

Tokenizer::Tokenizer(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Tokenizer::~Tokenizer() = default;

Result<std::unique_ptr<Tokenizer>> Tokenizer::load(const std::filesystem::path &file, int vocabulary)
{
    const auto mapped = MappedFile::open(file);
    if (!mapped)
        return tl::unexpected(mapped.error());
    const auto bytes = (*mapped)->bytes();
    if (bytes.size() > kMaxFileBytes)
        return failure(ErrorCode::CorruptFile, file.string() + ": " + std::to_string(bytes.size()) +
                                                   " bytes, too large for a SentencePiece model");
    const std::string_view data(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    if (const auto sound = checkSentencePieceModel(data, file.string()); !sound)
        return tl::unexpected(sound.error());

    auto impl = std::make_unique<Impl>();
    try {
        if (const auto status = impl->processor.LoadFromSerializedProto(data); !status.ok())
            return failure(ErrorCode::CorruptFile,
                           file.string() + ": not a usable SentencePiece model: " + status.ToString());
    } catch (const std::exception &error) { // the trie builder throws on pieces that it cannot hold
        return failure(ErrorCode::CorruptFile,
                       file.string() + ": not a usable SentencePiece model: " + error.what());
    }
    const int pieces = impl->processor.GetPieceSize();
    if (impl->processor.eos_id() != kEndToken)
        return failure(ErrorCode::CorruptFile, file.string() + ": the end token has the id " +
                                                   std::to_string(impl->processor.eos_id()) +
                                                   ", a T5 model has it at 1");
    if (pieces > vocabulary)
        return failure(ErrorCode::ModelMismatch, file.string() + ": has " + std::to_string(pieces) +
                                                     " pieces, the text encoder's vocabulary only " +
                                                     std::to_string(vocabulary));
    return std::unique_ptr<Tokenizer>(new Tokenizer(std::move(impl)));
}

std::vector<int> Tokenizer::encode(const std::string &text) const
{
    std::vector<int> ids;
    const auto status = m_impl->processor.Encode(text, &ids);
    if (!status.ok())
        ids.clear();
    return ids;
}

} // namespace faststar::model
