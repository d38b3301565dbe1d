// SPDX-License-Identifier: Apache-2.0
#include "core/store/json_object.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace faststar::store
{

namespace
{

// The parser itself needs no stack for depth, but whoever walks the document later may.
int depthOf(std::string_view text)
{
    int depth = 0;
    int most = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            most = std::max(most, ++depth);
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return most;
}

} // namespace

Result<nlohmann::json> parseObject(std::string_view text, const std::string &source)
{
    const auto corrupt = [&](const std::string &what) {
        return failure(ErrorCode::CorruptFile, source + ": " + what);
    };
    if (text.size() > kMaxJsonBytes)
        return corrupt(std::to_string(text.size()) + " bytes of JSON, more than " +
                       std::to_string(kMaxJsonBytes));
    if (depthOf(text) > kMaxJsonDepth)
        return corrupt("JSON nested more than " + std::to_string(kMaxJsonDepth) + " deep");
    auto document = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (document.is_discarded())
        return corrupt("not valid JSON");
    if (!document.is_object())
        return corrupt("not a JSON object");
    return document;
}

const nlohmann::json *ObjectReader::find(const char *key) const
{
    const auto found = m_object.find(key);
    return m_problem || found == m_object.end() ? nullptr : &*found;
}

void ObjectReader::complain(const std::string &key, const std::string &what)
{
    if (!m_problem)
        m_problem = "\"" + m_path + key + "\" " + what;
}

void ObjectReader::require(const char *key)
{
    if (m_object.find(key) == m_object.end())
        complain(key, "is missing");
}

std::string ObjectReader::text(const char *key, std::string fallback, std::size_t maxBytes)
{
    const auto *value = find(key);
    if (value == nullptr)
        return fallback;
    if (!value->is_string())
        return complain(key, "is not a text"), fallback;
    const auto &string = value->get_ref<const std::string &>();
    if (string.size() > maxBytes)
        return complain(key, "is longer than " + std::to_string(maxBytes) + " bytes"), fallback;
    return string;
}

std::int64_t ObjectReader::integer(const char *key, std::int64_t fallback, std::int64_t least,
                                   std::int64_t most)
{
    const auto *value = find(key);
    if (value == nullptr)
        return fallback;
    if (!value->is_number_integer())
        return complain(key, "is not a whole number"), fallback;
    const bool beyond = value->is_number_unsigned() &&
                        value->get<std::uint64_t>() > std::uint64_t(std::numeric_limits<std::int64_t>::max());
    if (beyond || value->get<std::int64_t>() < least || value->get<std::int64_t>() > most)
        return complain(key, "is " + value->dump() + ", not from " + std::to_string(least) + " to " +
                                 std::to_string(most)),
               fallback;
    return value->get<std::int64_t>();
}

double ObjectReader::number(const char *key, double fallback, double least, double most, bool allowInfinity)
{
    const auto *value = find(key);
    if (value == nullptr)
        return fallback;
    if (allowInfinity && value->is_string() && *value == "inf")
        return std::numeric_limits<double>::infinity();
    if (!value->is_number())
        return complain(key, allowInfinity ? "is not a number or \"inf\"" : "is not a number"), fallback;
    const auto number = value->get<double>();
    if (!std::isfinite(number) || number < least || number > most)
        return complain(key, "is " + value->dump() + ", not from " + nlohmann::json(least).dump() + " to " +
                                 (allowInfinity ? "inf" : nlohmann::json(most).dump())),
               fallback;
    return number;
}

bool ObjectReader::boolean(const char *key, bool fallback)
{
    const auto *value = find(key);
    if (value == nullptr)
        return fallback;
    if (!value->is_boolean())
        return complain(key, "is not true or false"), fallback;
    return value->get<bool>();
}

const nlohmann::json *ObjectReader::object(const char *key)
{
    const auto *value = find(key);
    if (value != nullptr && !value->is_object())
        return complain(key, "is not an object"), nullptr;
    return value;
}

const nlohmann::json *ObjectReader::array(const char *key, std::size_t size)
{
    const auto *value = find(key);
    if (value != nullptr && (!value->is_array() || value->size() != size))
        return complain(key, "is not a list of " + std::to_string(size) + " values"), nullptr;
    return value;
}

} // namespace faststar::store
