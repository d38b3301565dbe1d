// SPDX-License-Identifier: Apache-2.0
//
// Tells what happens: sentences on stderr, and with --json one object a line on stdout.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "app/cli/console.h"
#include "core/domain/result.h"

namespace faststar::cli
{

class Reporter
{
public:
    Reporter(Console &console, bool json) : m_console(console), m_json(json) {}

    [[nodiscard]] Console &console() const { return m_console; }
    [[nodiscard]] bool json() const { return m_json; }

    // {"event": name, ...fields} with --json; nothing without.
    void event(std::string_view name, const nlohmann::json &fields) const;
    void warn(const std::string &message) const;
    // Tells an error and gives the exit code that goes with it.
    [[nodiscard]] int fail(const Error &error) const;

private:
    Console &m_console;
    bool m_json;
};

// One line of JSON; bytes that are not UTF-8 are replaced.
[[nodiscard]] std::string jsonLine(const nlohmann::json &value);

} // namespace faststar::cli
