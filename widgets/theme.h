// SPDX-License-Identifier: Apache-2.0
//
// The colours of the studio by name. Painted views are handed a Theme and hold no colour of their
// own. All chrome is neutral; text and marks keep the contrasts that tst_theme checks.
#pragma once

#include <QColor>
#include <QFont>

#include <span>

namespace faststar::widgets
{

enum class ThemeKind { Dark, Light, Grey };

struct Theme {
    // Surfaces: gaps and bars, docks, buttons and menus, round the picture, empty bars, inputs.
    QColor window, panel, raised, hover, pressed, canvas, well, field, buttonLine;
    // Values and titles, labels, hints and axes (the darkest that stays readable), disabled words.
    QColor text, text2, text3, disabled;
    // Dividers, empty tracks, borders of inputs.
    QColor line, track, control;
    // The one accent: what is in work, selected or focused, and the primary button.
    QColor accent, accentFill, accentFillHover, accentFillPressed, accentSoft, onSoft, onAccent;
    // Data. Pruned is always hatched or hollow and never a text colour.
    QColor kept, pruned, spatial, temporal, fused, guidance, overhead;
    // Always with an icon and words.
    QColor warn, danger, dangerSoft, warnSoft;
    // Stages of a step, bottom-up in the timeline.
    QColor stage1, stage2, stage3, stage4, stage5;

    bool operator==(const Theme &) const = default;
};

// A colour by the name that style sheets use ("accent-fill").
struct ThemeToken {
    const char *name;
    QColor Theme::*colour;
};

[[nodiscard]] const Theme &themeOf(ThemeKind kind);
[[nodiscard]] std::span<const ThemeToken> themeTokens();

// WCAG 2 contrast of two opaque colours, 1 to 21.
[[nodiscard]] double contrast(const QColor &a, const QColor &b);

// Words on axes (11 px) and numbers, whose digits must not move (12 px). The families come with the
// packages; where they are missing Qt takes its default and the fixed-width one.
[[nodiscard]] QFont axisFont();
[[nodiscard]] QFont numberFont();

} // namespace faststar::widgets
