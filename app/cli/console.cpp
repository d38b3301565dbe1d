// SPDX-License-Identifier: Apache-2.0
#include "app/cli/console.h"

#include <cstdint>
#include <ostream>

#include "app/cli/text.h"
#include "core/domain/utf8.h"

namespace faststar::cli
{

namespace
{

// Bytes of a character that may reach a terminal; 0 where there is none.
std::size_t printableLength(std::string_view text, std::size_t at)
{
    const std::size_t length = utf8SequenceLength(text, at);
    // U+0080..U+009F are controls too.
    return length == 2 && std::uint8_t(text[at]) == 0xC2 && std::uint8_t(text[at + 1]) < 0xA0 ? 0 : length;
}

// At most `columns` characters (not bytes), so that a status line never wraps.
std::string_view cutTo(std::string_view text, int columns)
{
    int seen = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if ((std::uint8_t(text[at]) & 0xC0) != 0x80 && seen++ == columns)
            return text.substr(0, at);
    }
    return text;
}

} // namespace

std::string harmless(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = printableLength(text, at);
        const auto lead = std::uint8_t(text[at]);
        if (lead == '\n' || lead == '\t' || lead == '\r')
            out += ' ';
        else if (length == 0 || lead < 0x20 || lead == 0x7F)
            out += '?';
        else
            out += text.substr(at, length);
        at += length == 0 ? 1 : length;
    }
    return out;
}

Console::Console(std::ostream &data, std::ostream &people, ConsoleSettings settings)
    : m_data(data), m_people(people), m_settings(settings)
{
}

bool Console::data(std::string_view line)
{
    const std::scoped_lock lock(m_mutex);
    if (m_dataLost)
        return false;
    eraseStatus(); // both streams may be the same terminal
    m_data << line << '\n' << std::flush;
    m_dataLost = !m_data.good();
    return !m_dataLost;
}

bool Console::dataLost() const
{
    const std::scoped_lock lock(m_mutex);
    return m_dataLost;
}

void Console::say(std::string_view line)
{
    const std::scoped_lock lock(m_mutex);
    writeLine({}, line);
}

void Console::detail(std::string_view line)
{
    if (!m_settings.verbose)
        return;
    const std::scoped_lock lock(m_mutex);
    writeLine({}, line);
}

void Console::warn(std::string_view sentence)
{
    const std::scoped_lock lock(m_mutex);
    const auto label = text("faststar", "warning:") + " ";
    writeLine(m_settings.colour ? "\033[33m" + label + "\033[0m" : label, sentence);
}

void Console::error(std::string_view sentence)
{
    const std::scoped_lock lock(m_mutex);
    const auto label = text("faststar", "error:") + " ";
    writeLine(m_settings.colour ? "\033[31m" + label + "\033[0m" : label, sentence);
}

void Console::status(std::string_view line)
{
    if (!m_settings.animate)
        return;
    const std::scoped_lock lock(m_mutex);
    const auto clean = harmless(line);
    m_people << "\r\033[K" << cutTo(clean, m_settings.columns - 1) << std::flush;
    m_hasStatus = true;
}

void Console::clearStatus()
{
    const std::scoped_lock lock(m_mutex);
    eraseStatus();
    m_people << std::flush;
}

void Console::writeLine(std::string_view prefix, std::string_view line)
{
    eraseStatus();
    m_people << prefix << harmless(line) << '\n' << std::flush;
}

void Console::eraseStatus()
{
    if (m_hasStatus)
        m_people << "\r\033[K";
    m_hasStatus = false;
}

} // namespace faststar::cli
