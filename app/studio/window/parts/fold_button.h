// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPushButton>

#include "widgets/theme.h"

namespace faststar::studio
{

// A heading that shows and hides what stands below it.
class FoldButton : public QPushButton
{
    Q_OBJECT

public:
    FoldButton(const QString &text, QWidget *folded, QWidget *parent = nullptr);

    void setTheme(const widgets::Theme &theme);
    void setOpen(bool open);

Q_SIGNALS:
    void opened(bool open);

private:
    void showState();

    QWidget *m_folded;
    widgets::Theme m_theme;
};

} // namespace faststar::studio
