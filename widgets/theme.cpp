// SPDX-License-Identifier: Apache-2.0
#include "widgets/theme.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace faststar::widgets
{

namespace
{

// One colour in every theme, 0xRRGGBB.
struct Row {
    ThemeToken token;
    QRgb dark;
    QRgb light;
    QRgb grey;
};

constexpr Row kRows[] = {
    // clang-format off
    {{"window", &Theme::window}, 0x181818, 0xE0E0E0, 0x3C3C3C},
    {{"panel", &Theme::panel}, 0x212121, 0xF6F6F6, 0x484848},
    {{"raised", &Theme::raised}, 0x2E2E2E, 0xFFFFFF, 0x555555},
    {{"hover", &Theme::hover}, 0x3A3A3A, 0xEBEBEB, 0x626262},
    {{"pressed", &Theme::pressed}, 0x191919, 0xDADADA, 0x404040},
    {{"canvas", &Theme::canvas}, 0x303030, 0xBDBDBD, 0x777777},
    {{"well", &Theme::well}, 0x171717, 0xE9E9E9, 0x3E3E3E},
    {{"field", &Theme::field}, 0x171717, 0xFFFFFF, 0x3E3E3E},
    {{"btn-line", &Theme::buttonLine}, 0x2E2E2E, 0xD2D2D2, 0x555555},
    {{"text", &Theme::text}, 0xECECEC, 0x1A1A1A, 0xFAFAFA},
    {{"text2", &Theme::text2}, 0xB8B8B8, 0x474747, 0xDEDEDE},
    {{"text3", &Theme::text3}, 0x9A9A9A, 0x616161, 0xCCCCCC},
    {{"disabled", &Theme::disabled}, 0x6C6C6C, 0x9A9A9A, 0x969696},
    {{"line", &Theme::line}, 0x383838, 0xD2D2D2, 0x5C5C5C},
    {{"track", &Theme::track}, 0x444444, 0xCFCFCF, 0x6E6E6E},
    {{"control", &Theme::control}, 0x707070, 0x858585, 0xA0A0A0},
    {{"accent", &Theme::accent}, 0x4F9DFF, 0x0B5FCC, 0x8AB8FF},
    {{"accent-fill", &Theme::accentFill}, 0x1F6FD6, 0x0F62CC, 0x0F5FC4},
    {{"accent-fill-hover", &Theme::accentFillHover}, 0x2674DA, 0x0B55B4, 0x1468D2},
    {{"accent-fill-pressed", &Theme::accentFillPressed}, 0x195BAF, 0x0C50A7, 0x0C4EA1},
    {{"accent-soft", &Theme::accentSoft}, 0x1E3450, 0xDCE9FB, 0x33506F},
    {{"on-soft", &Theme::onSoft}, 0x4F9DFF, 0x0B5FCC, 0xD6E8FF},
    {{"on-accent", &Theme::onAccent}, 0xFFFFFF, 0xFFFFFF, 0xFFFFFF},
    {{"kept", &Theme::kept}, 0x62E2C2, 0x00624F, 0xA8FBD4},
    {{"pruned", &Theme::pruned}, 0x8F8F8F, 0x767676, 0xB8B8B8},
    {{"spatial", &Theme::spatial}, 0xE79A2E, 0x965400, 0xF7B540},
    {{"temporal", &Theme::temporal}, 0xDDA6E6, 0x7A2A88, 0xECCCF9},
    {{"fused", &Theme::fused}, 0xF4F4F4, 0x1A1A1A, 0xFFFFFF},
    {{"guidance", &Theme::guidance}, 0xF1E07A, 0x6E6200, 0xF4E98C},
    {{"overhead", &Theme::overhead}, 0xFF8A5C, 0xA83208, 0xFF9E71},
    {{"warn", &Theme::warn}, 0xF2C94C, 0x7A5A00, 0xFFDF7A},
    {{"danger", &Theme::danger}, 0xFF7A70, 0xB3261E, 0xFFB4AC},
    {{"danger-soft", &Theme::dangerSoft}, 0x3A2220, 0xFBE5E3, 0x5E3C3A},
    {{"warn-soft", &Theme::warnSoft}, 0x372F18, 0xFBF1D3, 0x585032},
    {{"stage1", &Theme::stage1}, 0x8FA3BC, 0x4D6580, 0xA9BDD6},
    {{"stage2", &Theme::stage2}, 0xC2CCD9, 0x8296AD, 0xDCE4EE},
    {{"stage3", &Theme::stage3}, 0x64717F, 0x2F3C4A, 0x7F8FA1},
    {{"stage4", &Theme::stage4}, 0x565656, 0xA9A9A9, 0x6A6A6A},
    {{"stage5", &Theme::stage5}, 0x7C7C7C, 0x7A7A7A, 0x8E8E8E},
    // clang-format on
};

Theme makeTheme(QRgb Row::*column)
{
    Theme theme;
    for (const Row &row : kRows)
        theme.*row.token.colour = QColor::fromRgb(row.*column);
    return theme;
}

double linear(int channel)
{
    const double value = channel / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(const QColor &colour)
{
    return 0.2126 * linear(colour.red()) + 0.7152 * linear(colour.green()) + 0.0722 * linear(colour.blue());
}

} // namespace

const Theme &themeOf(ThemeKind kind)
{
    static const Theme dark = makeTheme(&Row::dark);
    static const Theme light = makeTheme(&Row::light);
    static const Theme grey = makeTheme(&Row::grey);
    switch (kind) {
    case ThemeKind::Light:
        return light;
    case ThemeKind::Grey:
        return grey;
    case ThemeKind::Dark:
        break;
    }
    return dark;
}

std::span<const ThemeToken> themeTokens()
{
    static const auto tokens = [] {
        std::array<ThemeToken, std::size(kRows)> list{};
        std::transform(std::begin(kRows), std::end(kRows), list.begin(),
                       [](const Row &row) { return row.token; });
        return list;
    }();
    return tokens;
}

double contrast(const QColor &a, const QColor &b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

QFont axisFont()
{
    QFont font(QStringLiteral("Inter"));
    font.setPixelSize(11);
    return font;
}

QFont numberFont()
{
    QFont font(QStringLiteral("JetBrains Mono"));
    font.setStyleHint(QFont::Monospace);
    font.setPixelSize(12);
    return font;
}

} // namespace faststar::widgets
