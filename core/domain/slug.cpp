// SPDX-License-Identifier: Apache-2.0
#include "core/domain/slug.h"

#include <cstdint>
#include <vector>

namespace faststar
{

namespace
{

// Length of the UTF-8 sequence at `at`, and its code point; 0 for bytes that are not UTF-8.
std::size_t decodeUtf8(std::string_view text, std::size_t at, std::uint32_t &point)
{
    const auto lead = std::uint8_t(text[at]);
    const std::size_t length = lead >= 0xF0 && lead <= 0xF4  ? 4
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                                                             : 0;
    if (length == 0 || at + length > text.size())
        return 0;
    point = lead & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const auto byte = std::uint8_t(text[at + i]);
        if ((byte & 0xC0) != 0x80)
            return 0;
        point = point << 6 | (byte & 0x3Fu);
    }
    constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    return point >= kLeast[length] ? length : 0;
}

// Punctuation, controls, direction marks, symbols and private use do not belong into file names.
bool isWordPoint(std::uint32_t point)
{
    struct Range {
        std::uint32_t first;
        std::uint32_t last;
    };
    constexpr Range kOut[] = {{0x80, 0xBF},       {0xD7, 0xD7},       {0xF7, 0xF7},     {0x2000, 0x2BFF},
                              {0x2E00, 0x2E7F},   {0x3000, 0x3004},   {0x3008, 0x3020}, {0x3030, 0x303F},
                              {0xD800, 0xF8FF},   {0xFE00, 0xFE6F},   {0xFEFF, 0xFEFF}, {0xFF00, 0xFF0F},
                              {0xFF1A, 0xFF20},   {0xFF3B, 0xFF40},   {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFF},
                              {0x1F000, 0x1FAFF}, {0xE0000, 0x10FFFF}};
    for (const auto &range : kOut) {
        if (point >= range.first && point <= range.last)
            return false;
    }
    return true;
}

// The prompt as words: runs of letters and digits.
std::vector<std::string> wordsOf(std::string_view prompt)
{
    std::vector<std::string> words;
    std::string word;
    const auto finish = [&] {
        if (!word.empty())
            words.push_back(std::move(word));
        word.clear();
    };
    for (std::size_t at = 0; at < prompt.size();) {
        const char c = prompt[at];
        std::uint32_t point = 0;
        std::size_t length = 1;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            word += c;
        } else if (c >= 'A' && c <= 'Z') {
            word += char(c - 'A' + 'a');
        } else if (length = decodeUtf8(prompt, at, point); length > 0 && isWordPoint(point)) {
            word += prompt.substr(at, length);
        } else {
            finish();
        }
        at += length > 0 ? length : 1;
    }
    finish();
    return words;
}

} // namespace

std::string slugOf(std::string_view prompt, std::size_t maxBytes)
{
    std::string slug;
    for (const auto &word : wordsOf(prompt)) {
        if (slug.empty()) { // a first word that is too long is cut between characters
            std::size_t end = std::min(word.size(), maxBytes);
            while (end > 0 && end < word.size() && (std::uint8_t(word[end]) & 0xC0) == 0x80)
                --end;
            slug = word.substr(0, end);
        } else if (slug.size() + 1 + word.size() <= maxBytes) {
            slug += '-';
            slug += word;
        } else {
            break;
        }
    }
    return slug.empty() ? "clip" : slug;
}

} // namespace faststar
