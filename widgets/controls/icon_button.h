// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QToolButton>

#include "widgets/theme.h"

namespace faststar::widgets
{

// A button that is only an icon; `words` are its tooltip and what assistive tools read.
class IconButton : public QToolButton
{
    Q_OBJECT

public:
    // Bare: on panels. Filled: 28 px beside inputs. Tall: 36 px beside the primary button.
    enum class Kind { Bare, Filled, Tall };

    IconButton(const QString &icon, const QString &words, Kind kind = Kind::Bare, QWidget *parent = nullptr);

    void setTheme(const Theme &theme);
    void setIconName(const QString &icon);
    void setWords(const QString &words);

private:
    QString m_icon;
    Kind m_kind;
    Theme m_theme;
};

} // namespace faststar::widgets
