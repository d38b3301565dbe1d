// SPDX-License-Identifier: Apache-2.0
#include "widgets/look/style.h"

#include <QApplication>
#include <QEvent>
#include <QFile>
#include <QGuiApplication>
#include <QProxyStyle>
#include <QRegularExpression>
#include <QStyle>

#include "widgets/look/fonts.h"
#include "widgets/look/icon.h"

// Static libraries must ask for their resources by name, outside of any namespace.
static void initLookResources()
{
    Q_INIT_RESOURCE(look);
}

namespace faststar::widgets
{

namespace
{

struct ChoiceName {
    ThemeChoice choice;
    const char *name;
};

constexpr ChoiceName kChoices[] = {{ThemeChoice::FollowDesktop, "follow"},
                                   {ThemeChoice::Dark, "dark"},
                                   {ThemeChoice::Light, "light"},
                                   {ThemeChoice::Grey, "grey"}};

// Fusion, whose menus underline their letters only while Alt is down.
class StudioStyle final : public QProxyStyle
{
public:
    StudioStyle() : QProxyStyle(QStringLiteral("Fusion")) {}

    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                  QStyleHintReturn *returnData) const override
    {
        if (hint == SH_UnderlineShortcut)
            return QGuiApplication::keyboardModifiers().testFlag(Qt::AltModifier) ? 1 : 0;
        return QProxyStyle::styleHint(hint, option, widget, returnData);
    }
};

QString templateText()
{
    initLookResources();
    QFile file(QStringLiteral(":/faststar/studio.qss"));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

// A name that is no token: derived from tokens.
QString derivedValue(const QString &name, const Theme &theme)
{
    if (name == QLatin1String("icon-check"))
        return iconFile(QStringLiteral("check"), theme.text);
    // The chosen one of several stands out of its well: lifted where surfaces are dark, lit where light.
    const bool isLight = theme.panel.lightness() > 128;
    if (name == QLatin1String("segment"))
        return (isLight ? theme.raised : theme.hover).name();
    if (name == QLatin1String("segment-line"))
        return (isLight ? theme.line : theme.hover).name();
    Q_ASSERT_X(false, "styleSheetOf", qPrintable(name));
    return {};
}

QString valueOf(const QString &name, const Theme &theme)
{
    for (const ThemeToken &token : themeTokens()) {
        if (name == QLatin1String(token.name))
            return (theme.*token.colour).name();
    }
    return derivedValue(name, theme);
}

} // namespace

QPalette paletteOf(const Theme &theme)
{
    QPalette palette;
    const auto set = [&palette](QPalette::ColorRole role, const QColor &colour) {
        palette.setColor(QPalette::All, role, colour);
    };
    set(QPalette::Window, theme.window);
    set(QPalette::WindowText, theme.text);
    set(QPalette::Base, theme.field);
    set(QPalette::AlternateBase, theme.panel);
    set(QPalette::ToolTipBase, theme.raised);
    set(QPalette::ToolTipText, theme.text);
    set(QPalette::Text, theme.text);
    set(QPalette::PlaceholderText, theme.text3);
    set(QPalette::Button, theme.raised);
    set(QPalette::ButtonText, theme.text);
    set(QPalette::BrightText, theme.danger);
    set(QPalette::Light, theme.hover);
    set(QPalette::Midlight, theme.hover);
    set(QPalette::Mid, theme.line);
    set(QPalette::Dark, theme.pressed);
    set(QPalette::Shadow, theme.pressed);
    set(QPalette::Highlight, theme.accentFill);
    set(QPalette::HighlightedText, theme.onAccent);
    set(QPalette::Link, theme.accent);
    set(QPalette::LinkVisited, theme.accent);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, theme.disabled);
    return palette;
}

QString styleSheetOf(const Theme &theme)
{
    static const QRegularExpression kName(QStringLiteral("@([a-z0-9-]+)@"));
    const QString text = templateText();
    QString sheet;
    qsizetype copied = 0;
    for (auto it = kName.globalMatch(text); it.hasNext();) {
        const auto match = it.next();
        sheet += QStringView(text).mid(copied, match.capturedStart() - copied);
        sheet += valueOf(match.captured(1), theme);
        copied = match.capturedEnd();
    }
    sheet += QStringView(text).mid(copied);
    return sheet;
}

QString themeChoiceName(ThemeChoice choice)
{
    for (const auto &entry : kChoices) {
        if (entry.choice == choice)
            return QLatin1String(entry.name);
    }
    return {};
}

ThemeChoice themeChoiceOf(const QString &name)
{
    for (const auto &entry : kChoices) {
        if (name == QLatin1String(entry.name))
            return entry.choice;
    }
    return ThemeChoice::FollowDesktop;
}

Appearance::Appearance(QApplication &application)
    : m_application(application), m_desktop(application.palette())
{
    loadFonts();
    QApplication::setStyle(new StudioStyle);
    QFont font(QStringLiteral("Inter"));
    font.setPixelSize(13);
    QApplication::setFont(font);
    m_application.installEventFilter(this);
    apply();
}

Appearance::~Appearance()
{
    m_application.removeEventFilter(this);
}

void Appearance::choose(ThemeChoice choice)
{
    m_choice = choice;
    if (wantedKind() == m_kind)
        return;
    apply();
    Q_EMIT changed(theme());
}

// Qt 6.4 cannot be asked for the desktop's scheme; its colours tell.
ThemeKind Appearance::wantedKind() const
{
    switch (m_choice) {
    case ThemeChoice::Dark:
        return ThemeKind::Dark;
    case ThemeChoice::Light:
        return ThemeKind::Light;
    case ThemeChoice::Grey:
        return ThemeKind::Grey;
    case ThemeChoice::FollowDesktop:
        break;
    }
    // Without a desktop that themes its programs Qt's own palette is light and says nothing.
    static const bool hasDesktop = !qEnvironmentVariableIsEmpty("XDG_CURRENT_DESKTOP");
    const bool isLight =
        m_desktop.color(QPalette::Window).lightness() > m_desktop.color(QPalette::WindowText).lightness();
    return hasDesktop && isLight ? ThemeKind::Light : ThemeKind::Dark;
}

void Appearance::apply()
{
    m_applying = true;
    m_kind = wantedKind();
    QApplication::setPalette(paletteOf(theme()));
    m_application.setStyleSheet(styleSheetOf(theme()));
    m_applying = false;
}

bool Appearance::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == &m_application && event->type() == QEvent::ThemeChange && !m_applying) {
        m_desktop = QApplication::style()->standardPalette();
        choose(m_choice);
    }
    return QObject::eventFilter(watched, event);
}

} // namespace faststar::widgets
