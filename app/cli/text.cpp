// SPDX-License-Identifier: Apache-2.0
#include "app/cli/text.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#if FASTSTAR_STUDIO
#include <QLocale>
#include <QTranslator>
#endif

namespace faststar::cli
{

#if FASTSTAR_STUDIO

namespace
{

QTranslator &translator()
{
    static QTranslator instance;
    return instance;
}

} // namespace

void loadTexts(const std::vector<std::string> &locales, std::initializer_list<std::filesystem::path> folders)
{
    for (const std::string &name : locales) {
        const QLocale locale(QString::fromStdString(name));
        if (locale.language() == QLocale::English)
            return; // what the sources speak
        for (const auto &folder : folders) {
            if (translator().load(locale, QStringLiteral("faststar"), QStringLiteral("_"),
                                  QString::fromStdString(folder.string())))
                return;
        }
    }
}

std::string text(const char *context, const char *source)
{
    const QString translated = translator().translate(context, source);
    return translated.isEmpty() ? std::string(source) : translated.toStdString();
}

#else

void loadTexts(const std::vector<std::string> & /*locales*/,
               std::initializer_list<std::filesystem::path> /*folders*/)
{
}

std::string text(const char * /*context*/, const char *source)
{
    return source;
}

#endif

std::vector<std::string>
messageLocales(const std::function<std::optional<std::string>(const char *)> &variable)
{
    // Encoding and modifier do not choose a catalogue.
    const auto plain = [](const std::string &locale) { return locale.substr(0, locale.find_first_of(".@")); };
    std::string base;
    for (const char *name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        if (base.empty())
            base = variable(name).value_or(std::string());
    }
    base = plain(base);
    if (base.empty() || base == "C" || base == "POSIX")
        return {};
    std::vector<std::string> locales;
    const std::string wanted = variable("LANGUAGE").value_or(std::string());
    for (std::size_t first = 0; first < wanted.size();) {
        const std::size_t end = std::min(wanted.find(':', first), wanted.size());
        if (std::string locale = plain(wanted.substr(first, end - first)); !locale.empty())
            locales.push_back(std::move(locale));
        first = end + 1;
    }
    locales.push_back(std::move(base));
    return locales;
}

std::string fillIn(std::string_view pattern, std::initializer_list<std::string_view> arguments)
{
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '%' && i + 1 < pattern.size() && pattern[i + 1] >= '1' && pattern[i + 1] <= '9') {
            const auto index = std::size_t(pattern[i + 1] - '1');
            if (index < arguments.size()) {
                out += *(arguments.begin() + index);
                ++i;
                continue;
            }
        }
        out += pattern[i];
    }
    return out;
}

} // namespace faststar::cli
