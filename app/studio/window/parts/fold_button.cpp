// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/parts/fold_button.h"

#include "widgets/look/icon.h"

namespace faststar::studio
{

FoldButton::FoldButton(const QString &text, QWidget *folded, QWidget *parent)
    : QPushButton(text, parent), m_folded(folded), m_theme(widgets::themeOf(widgets::ThemeKind::Dark))
{
    setProperty("fold", true);
    setCheckable(true);
    setIconSize(QSize(16, 16));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_folded->setVisible(false);
    connect(this, &QPushButton::toggled, this, [this](bool open) {
        m_folded->setVisible(open);
        showState();
        Q_EMIT opened(open);
    });
    showState();
}

void FoldButton::setTheme(const widgets::Theme &theme)
{
    m_theme = theme;
    showState();
}

void FoldButton::setOpen(bool open)
{
    setChecked(open);
}

void FoldButton::showState()
{
    const QString name = isChecked() ? QStringLiteral("down") : QStringLiteral("right");
    setIcon(widgets::themedIcon(name, m_theme.text2, m_theme.disabled, m_theme.text2));
    setAccessibleDescription(isChecked() ? tr("open") : tr("folded"));
}

} // namespace faststar::studio
