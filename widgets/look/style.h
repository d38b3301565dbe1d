// SPDX-License-Identifier: Apache-2.0
//
// From the one token table to Qt: a palette, a style sheet, and their use on the application.
#pragma once

#include <QObject>
#include <QPalette>
#include <QString>

#include "widgets/theme.h"

class QApplication;

namespace faststar::widgets
{

// All roles in all groups.
[[nodiscard]] QPalette paletteOf(const Theme &theme);

// The template of studio.qss with every @token@ replaced. Fatal in debug builds where a name is unknown.
[[nodiscard]] QString styleSheetOf(const Theme &theme);

// What the user chose; FollowDesktop is dark where the desktop says nothing.
enum class ThemeChoice { FollowDesktop, Dark, Light, Grey };

// "follow", "dark", "light", "grey"; FollowDesktop for other text.
[[nodiscard]] QString themeChoiceName(ThemeChoice choice);
[[nodiscard]] ThemeChoice themeChoiceOf(const QString &name);

// The theme of the whole application. One, on the GUI thread, made before the first widget; lives until
// the application ends.
class Appearance : public QObject
{
    Q_OBJECT

public:
    explicit Appearance(QApplication &application);
    ~Appearance() override;

    void choose(ThemeChoice choice);
    [[nodiscard]] ThemeChoice choice() const { return m_choice; }
    [[nodiscard]] ThemeKind kind() const { return m_kind; }
    [[nodiscard]] const Theme &theme() const { return themeOf(m_kind); }

Q_SIGNALS:
    void changed(const faststar::widgets::Theme &theme);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void apply();
    [[nodiscard]] ThemeKind wantedKind() const;

    QApplication &m_application;
    QPalette m_desktop; // as it was before any theme of ours
    ThemeChoice m_choice = ThemeChoice::FollowDesktop;
    ThemeKind m_kind = ThemeKind::Dark;
    bool m_applying = false;
};

} // namespace faststar::widgets
