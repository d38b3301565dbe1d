// SPDX-License-Identifier: Apache-2.0
//
// Reading of JSON text that came from a file: nothing is trusted, every complaint names the key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/domain/result.h"

namespace faststar::store
{

inline constexpr std::size_t kMaxJsonBytes = std::size_t(8)
                                             << 20; // a prompt may have 1 MiB, escaped six times that
inline constexpr int kMaxJsonDepth = 16;

// CorruptFile ("`source`: ...") when the text is too long, nested too deeply, not JSON or not an object.
[[nodiscard]] Result<nlohmann::json> parseObject(std::string_view text, const std::string &source);

// Takes typed values out of one object. The first complaint is kept; afterwards every getter returns
// its fallback, so that a caller asks once at the end.
class ObjectReader
{
public:
    // `path` is put before the names of keys ("request." or empty).
    ObjectReader(const nlohmann::json &object, std::string path) : m_object(object), m_path(std::move(path))
    {
    }

    [[nodiscard]] std::string text(const char *key, std::string fallback, std::size_t maxBytes = 1U << 20);
    [[nodiscard]] std::int64_t integer(const char *key, std::int64_t fallback, std::int64_t least,
                                       std::int64_t most);
    // A finite number in [least, most]; with `allowInfinity` also the text "inf".
    [[nodiscard]] double number(const char *key, double fallback, double least, double most,
                                bool allowInfinity = false);
    [[nodiscard]] bool boolean(const char *key, bool fallback);
    // Null when absent; complains when it is there and no object.
    [[nodiscard]] const nlohmann::json *object(const char *key);
    // Null when absent; complains when it is there and not an array of `size` values.
    [[nodiscard]] const nlohmann::json *array(const char *key, std::size_t size);
    void require(const char *key);
    void complain(const std::string &key, const std::string &what);

    [[nodiscard]] const std::optional<std::string> &problem() const { return m_problem; }

private:
    [[nodiscard]] const nlohmann::json *find(const char *key) const;

    const nlohmann::json &m_object;
    std::string m_path;
    std::optional<std::string> m_problem;
};

} // namespace faststar::store
