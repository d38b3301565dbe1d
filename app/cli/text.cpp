// SPDX-License-Identifier: Apache-2.0
#include "app/cli/text.h"

#include <cstddef>

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

void loadTexts(const std::string &locale, std::initializer_list<std::filesystem::path> folders)
{
    const auto name = locale.substr(0, locale.find_first_of(".@"));
    if (name.empty() || name == "C" || name == "POSIX")
        return;
    for (const auto &folder : folders) {
        if (translator().load(QLocale(QString::fromStdString(name)), QStringLiteral("faststar"),
                              QStringLiteral("_"), QString::fromStdString(folder.string())))
            return;
    }
}

std::string text(const char *context, const char *source)
{
    const QString translated = translator().translate(context, source);
    return translated.isEmpty() ? std::string(source) : translated.toStdString();
}

#else

void loadTexts(const std::string & /*locale*/, std::initializer_list<std::filesystem::path> /*folders*/) {}

std::string text(const char * /*context*/, const char *source)
{
    return source;
}

#endif

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
