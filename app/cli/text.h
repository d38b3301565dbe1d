// SPDX-License-Identifier: Apache-2.0
//
// Sentences for people, in their language. In the full build Qt's catalogues translate them
// (faststar_<language>.qm beside the program's data); the headless build speaks English.
//
// Catalogue keepers: lupdate finds every text with
//     lupdate -tr-function-alias translate+=text -locations none app/cli -ts
//     translations/faststar_<language>.ts
// The context is always "faststar"; both arguments must be literals.
#pragma once

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faststar::cli
{

// The locales of messages, best first, as gettext reads the environment: LANGUAGE ("de:fr") before the first
// non-empty one of LC_ALL, LC_MESSAGES and LANG, except where that one is "C" or "POSIX" and asks for plain
// English. Empty = English.
[[nodiscard]] std::vector<std::string>
messageLocales(const std::function<std::optional<std::string>(const char *)> &variable);

// Loads the catalogue of the first of `locales` ("de_DE.UTF-8", "pt_BR") that a folder has one for; an
// English one before it ends the search. Once, before other threads start. English when there is none.
void loadTexts(const std::vector<std::string> &locales, std::initializer_list<std::filesystem::path> folders);

// The translation of `source`, or `source`. Any thread.
[[nodiscard]] std::string text(const char *context, const char *source);

// Puts the arguments in place of %1, %2, ... (%1 to %9). What an argument contains is not replaced again.
[[nodiscard]] std::string fillIn(std::string_view pattern, std::initializer_list<std::string_view> arguments);

} // namespace faststar::cli
