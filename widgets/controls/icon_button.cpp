// SPDX-License-Identifier: Apache-2.0
#include "widgets/controls/icon_button.h"

#include "widgets/look/icon.h"

namespace faststar::widgets
{

IconButton::IconButton(const QString &icon, const QString &words, Kind kind, QWidget *parent)
    : QToolButton(parent), m_icon(icon), m_kind(kind), m_theme(themeOf(ThemeKind::Dark))
{
    if (kind != Kind::Bare)
        setProperty("filled", kind == Kind::Tall ? "tall" : "true");
    setIconSize(QSize(16, 16));
    setFocusPolicy(Qt::StrongFocus);
    setPopupMode(QToolButton::InstantPopup);
    setWords(words);
    setTheme(m_theme);
}

void IconButton::setTheme(const Theme &theme)
{
    m_theme = theme;
    setIcon(
        themedIcon(m_icon, m_kind == Kind::Bare ? theme.text2 : theme.text, theme.disabled, theme.onSoft));
}

void IconButton::setIconName(const QString &icon)
{
    if (icon == m_icon)
        return;
    m_icon = icon;
    setTheme(m_theme);
}

void IconButton::setWords(const QString &words)
{
    setToolTip(words);
    setAccessibleName(words);
}

} // namespace faststar::widgets
