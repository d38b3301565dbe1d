// SPDX-License-Identifier: Apache-2.0
#include "app/cli/reporter.h"

#include <nlohmann/json.hpp>

#include "app/cli/exit_codes.h"
#include "app/cli/messages.h"

namespace faststar::cli
{

std::string jsonLine(const nlohmann::json &value)
{
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void Reporter::event(std::string_view name, const nlohmann::json &fields) const
{
    if (!m_json)
        return;
    auto object = fields;
    object["event"] = name;
    m_console.data(jsonLine(object));
}

void Reporter::warn(const std::string &message) const
{
    m_console.warn(message);
    event("warning", {{"message", message}});
}

int Reporter::fail(const Error &error) const
{
    const auto sentence = sentenceOf(error);
    const int code = exitCodeOf(error.code);
    m_console.error(sentence);
    event("error",
          {{"code", codeName(error.code)}, {"message", sentence}, {"detail", error.detail}, {"exit", code}});
    return code;
}

} // namespace faststar::cli
