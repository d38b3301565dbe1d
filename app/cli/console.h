// SPDX-License-Identifier: Apache-2.0
//
// The two streams of a command: data on stdout, everything for people on stderr.
#pragma once

#include <iosfwd>
#include <mutex>
#include <string>
#include <string_view>

namespace faststar::cli
{

struct ConsoleSettings {
    bool animate = false; // stderr is a terminal that may be rewritten
    bool colour = false;
    bool verbose = false;
    int columns = 80;
};

// Any thread. Text from outside is made harmless: control characters never reach the terminal.
class Console
{
public:
    Console(std::ostream &data, std::ostream &people, ConsoleSettings settings = {});

    // One line of data, flushed. False (and false from then on) when nobody reads any more.
    bool data(std::string_view line);
    [[nodiscard]] bool dataLost() const;

    // One line for people. A status line on the screen is removed first.
    void say(std::string_view line);
    void detail(std::string_view line); // only with --verbose
    void warn(std::string_view sentence);
    void error(std::string_view sentence);

    // Rewrites the last line; does nothing where animation is off.
    void status(std::string_view line);
    void clearStatus();

    [[nodiscard]] const ConsoleSettings &settings() const { return m_settings; }

private:
    void writeLine(std::string_view prefix, std::string_view line);
    void eraseStatus();

    std::ostream &m_data;
    std::ostream &m_people;
    ConsoleSettings m_settings;
    mutable std::mutex m_mutex;
    bool m_dataLost = false;
    bool m_hasStatus = false;
};

// Control characters and bytes that are not UTF-8 become '?'; line breaks become spaces.
[[nodiscard]] std::string harmless(std::string_view text);

} // namespace faststar::cli
