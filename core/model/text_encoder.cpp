// SPDX-License-Identifier: Apache-2.0
#include "core/model/text_encoder.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <nlohmann/json.hpp>

#include "core/model/checkpoint/json_document.h"
#include "core/model/t5_stack.h"
#include "core/model/tokenizer.h"

namespace faststar::model
{

namespace
{

using nlohmann::json;

// Far more text than the longest prompt can use; keeps a huge file given as a prompt harmless.
constexpr std::size_t kMaxTextBytes = 256U << 10;

// Reads one key after the other and remembers the first thing that is wrong.
class ConfigReader
{
public:
    ConfigReader(const json &object, std::string fileName) : m_object(object), m_fileName(std::move(fileName))
    {
    }

    int integer(const char *key, int low, int high, int fallback = -1)
    {
        const auto found = m_object.find(key);
        if (found == m_object.end() && fallback >= 0)
            return fallback;
        if (found == m_object.end())
            return fail(key, "is missing"), low;
        if (!found->is_number_integer())
            return fail(key, "is not a whole number"), low;
        const auto value = found->is_number_unsigned() && found->get<std::uint64_t>() > std::uint64_t(high)
                               ? std::numeric_limits<std::int64_t>::max()
                               : found->get<std::int64_t>();
        if (value < low || value > high)
            return fail(key, "is " + found->dump() + ", allowed are " + std::to_string(low) + " to " +
                                 std::to_string(high)),
                   low;
        return int(value);
    }

    double positive(const char *key, double fallback)
    {
        const auto found = m_object.find(key);
        if (found == m_object.end())
            return fallback;
        if (!found->is_number() || !(found->get<double>() > 0.0) || found->get<double>() > 1.0)
            return fail(key, "is not a number above 0 and up to 1"), fallback;
        return found->get<double>();
    }

    void require(const char *key, const char *wanted, bool mayBeAbsent)
    {
        const auto found = m_object.find(key);
        if (found == m_object.end() ? mayBeAbsent : found->is_string() && *found == wanted)
            return;
        failWith(ErrorCode::UnknownFormat, key,
                 std::string("must be \"") + wanted + "\"; other kinds of T5 are not read");
    }

    [[nodiscard]] const std::optional<Error> &problem() const { return m_problem; }

    void fail(const std::string &key, const std::string &what)
    {
        failWith(ErrorCode::CorruptFile, key, what);
    }

private:
    void failWith(ErrorCode code, const std::string &key, const std::string &what)
    {
        if (!m_problem)
            m_problem = Error{code, m_fileName + ": \"" + key + "\" " + what};
    }

    const json &m_object;
    std::string m_fileName;
    std::optional<Error> m_problem;
};

} // namespace

struct TextEncoder::Impl {
    TextEncoderConfig config;
    std::unique_ptr<Tokenizer> tokenizer;
    T5Stack stack;
};

TextEncoder::TextEncoder(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
TextEncoder::~TextEncoder() = default;

Result<TextEncoderConfig> TextEncoder::readConfig(const std::filesystem::path &folder)
{
    const auto file = folder / "config.json";
    const auto object = readJsonFile(file);
    if (!object)
        return tl::unexpected(object.error());
    if (!object->is_object())
        return failure(ErrorCode::CorruptFile, file.string() + ": not a JSON object");

    ConfigReader reader(*object, file.string());
    reader.require("model_type", "t5", true);
    reader.require("feed_forward_proj", "gated-gelu", false);
    TextEncoderConfig config;
    config.width = reader.integer("d_model", 1, 1 << 16);
    config.headDim = reader.integer("d_kv", 1, 1 << 12);
    config.mlpWidth = reader.integer("d_ff", 1, 1 << 18);
    config.depth = reader.integer("num_layers", 1, 1 << 10);
    config.heads = reader.integer("num_heads", 1, 1 << 10);
    config.vocabulary = reader.integer("vocab_size", 2, 1 << 22);
    config.buckets = reader.integer("relative_attention_num_buckets", 4, 1 << 12, 32);
    config.maxDistance = reader.integer("relative_attention_max_distance", 2, 1 << 20, 128);
    config.eps = reader.positive("layer_norm_epsilon", 1e-6);
    if (config.buckets % 2 != 0)
        reader.fail("relative_attention_num_buckets", "is odd");
    if (config.maxDistance <= config.buckets / 4)
        reader.fail("relative_attention_max_distance", "is not above a quarter of the number of buckets");
    if (reader.problem())
        return tl::unexpected(*reader.problem());
    return config;
}

Result<std::unique_ptr<TextEncoder>> TextEncoder::load(const std::filesystem::path &folder,
                                                       const gpu::Placement &placement)
{
    const c10::InferenceMode inference;
    const auto config = readConfig(folder);
    if (!config)
        return tl::unexpected(config.error());
    auto tokenizer = Tokenizer::load(folder / "spiece.model", config->vocabulary);
    if (!tokenizer)
        return tl::unexpected(tokenizer.error());
    const auto weights = WeightSource::open(folder);
    if (!weights)
        return tl::unexpected(weights.error());
    auto stack = T5Stack::load(*weights, *config, placement);
    if (!stack)
        return tl::unexpected(stack.error());
    return std::unique_ptr<TextEncoder>(
        new TextEncoder(std::make_unique<Impl>(Impl{*config, std::move(*tokenizer), std::move(*stack)})));
}

const TextEncoderConfig &TextEncoder::config() const
{
    return m_impl->config;
}

TokenizedText TextEncoder::tokenize(const std::string &text, int maxTokens) const
{
    TokenizedText result;
    result.cut = text.size() > kMaxTextBytes;
    result.ids = m_impl->tokenizer->encode(result.cut ? text.substr(0, kMaxTextBytes) : text);
    const auto room = std::size_t(std::max(maxTokens, 1) - 1);
    if (result.ids.size() > room) {
        result.ids.resize(room);
        result.cut = true;
    }
    result.ids.push_back(Tokenizer::kEndToken);
    return result;
}

at::Tensor TextEncoder::encode(const std::vector<int> &ids, const std::stop_token &stop) const
{
    const c10::InferenceMode inference;
    return m_impl->stack.forward(at::tensor(ids, at::kLong), stop);
}

} // namespace faststar::model
