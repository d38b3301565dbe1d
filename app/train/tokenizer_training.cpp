// SPDX-License-Identifier: Apache-2.0
#include "app/train/tokenizer_training.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <vector>

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include "app/train/drawn_clips.h"
#include "core/domain/prompt_text.h"
#include "core/files/input_file.h"
#include "core/files/output_file.h"

namespace faststar::train
{

namespace
{

constexpr double kAspect = 336.0 / 192.0;
constexpr std::int64_t kMostBytes = std::int64_t{64} << 20;

class Captions final : public sentencepiece::SentenceIterator
{
public:
    explicit Captions(std::vector<std::string> texts) : m_texts(std::move(texts)) {}

    [[nodiscard]] bool done() const override { return m_next >= m_texts.size(); }
    void Next() override { ++m_next; }
    [[nodiscard]] const std::string &value() const override { return m_texts[m_next]; }
    [[nodiscard]] sentencepiece::util::Status status() const override { return {}; }

private:
    std::vector<std::string> m_texts;
    std::size_t m_next = 0;
};

std::vector<std::string> captionTexts(const TokenizerOptions &options)
{
    std::vector<std::string> texts;
    texts.reserve(std::size_t(options.captions));
    for (int i = 0; i < options.captions; ++i) {
        const int frames = i % 2 == 0 ? 17 : 33;
        const auto scene = makeScene(options.seed, std::uint64_t(i), kAspect, frames, options.data);
        texts.push_back(expandPromptTemplate(options.promptPrefix, frames, kFramesPerSecond) + scene.caption);
    }
    return texts;
}

// The trainer considers as pieces what occurs in several distinct words. In a language this small most words
// occur in one form only, so that each is shown in more forms once.
std::vector<std::string> wordForms(const std::vector<std::string> &texts)
{
    std::set<std::string> words;
    for (const auto &text : texts) {
        std::istringstream stream(text);
        for (std::string word; stream >> word;) {
            while (!word.empty() && (word.back() == '.' || word.back() == ','))
                word.pop_back();
            words.insert(word);
        }
    }
    std::vector<std::string> forms;
    forms.reserve(words.size());
    for (const auto &word : words)
        forms.push_back(std::string(word)
                            .append(" ")
                            .append(word)
                            .append(". ")
                            .append(word)
                            .append(", ")
                            .append(word)
                            .append("!"));
    return forms;
}

} // namespace

Status checkOptions(const TokenizerOptions &options)
{
    if (options.captions < 100 || options.captions > 1'000'000)
        return failure(ErrorCode::InvalidRequest, "captions: must be 100 to 1000000");
    if (options.mostPieces < 64 || options.mostPieces > 65536)
        return failure(ErrorCode::InvalidRequest, "pieces: must be 64 to 65536");
    return {};
}

Result<TrainedTokenizer> trainTokenizer(const TokenizerOptions &options)
{
    if (const auto good = checkOptions(options); !good)
        return tl::unexpected(good.error());
    const auto texts = captionTexts(options);
    auto sentences = texts;
    for (auto &forms : wordForms(texts))
        sentences.push_back(std::move(forms));
    Captions captions(std::move(sentences));
    TrainedTokenizer trained;
    // One thread and no shuffling: the same bytes every time.
    const auto status =
        sentencepiece::SentencePieceTrainer::Train({{"model_type", "unigram"},
                                                    {"vocab_size", std::to_string(options.mostPieces)},
                                                    {"hard_vocab_limit", "false"},
                                                    {"character_coverage", "1.0"},
                                                    {"normalization_rule_name", "nmt_nfkc"},
                                                    {"pad_id", "0"},
                                                    {"eos_id", "1"},
                                                    {"unk_id", "2"},
                                                    {"bos_id", "-1"},
                                                    {"num_threads", "1"},
                                                    {"shuffle_input_sentence", "false"},
                                                    {"minloglevel", "2"}},
                                                   &captions, &trained.model);
    if (!status.ok())
        return failure(ErrorCode::Internal, std::string("tokenizer: ") + status.error_message());
    sentencepiece::SentencePieceProcessor processor;
    if (const auto loaded = processor.LoadFromSerializedProto(trained.model); !loaded.ok())
        return failure(ErrorCode::Internal, std::string("tokenizer: ") + loaded.error_message());
    trained.pieces = processor.GetPieceSize();
    for (const auto &text : texts)
        trained.longestCaption =
            std::max(trained.longestCaption, int(processor.EncodeAsIds(text).size()) + 1);
    return trained;
}

Result<TrainedTokenizer> readTokenizer(const std::filesystem::path &folder)
{
    const auto path = folder / "spiece.model";
    const auto bytes = files::inputFileBytes(path, kMostBytes);
    if (!bytes)
        return tl::unexpected(bytes.error());
    std::ifstream stream(path, std::ios::binary);
    TrainedTokenizer tokenizer;
    tokenizer.model.assign(std::istreambuf_iterator<char>(stream), {});
    if (!stream)
        return failure(ErrorCode::Unreadable, path.string() + ": it cannot be read");
    sentencepiece::SentencePieceProcessor processor;
    if (const auto loaded = processor.LoadFromSerializedProto(tokenizer.model); !loaded.ok())
        return failure(ErrorCode::CorruptFile, path.string() + ": " + loaded.error_message());
    tokenizer.pieces = processor.GetPieceSize();
    return tokenizer;
}

Status writeTokenizer(const TrainedTokenizer &tokenizer, const std::filesystem::path &folder)
{
    auto file = files::OutputFile::create(folder / "spiece.model", files::Existing::Replace);
    if (!file)
        return tl::unexpected(file.error());
    if (auto written = file->write(tokenizer.model.data(), tokenizer.model.size()); !written)
        return written;
    return file->commit();
}

Result<TrainedTokenizer> writeTokenizer(const TokenizerOptions &options, const std::filesystem::path &folder)
{
    auto trained = trainTokenizer(options);
    if (!trained)
        return trained;
    if (const auto written = writeTokenizer(*trained, folder); !written)
        return tl::unexpected(written.error());
    return trained;
}

} // namespace faststar::train
