// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/parts/action_button.h"

#include <QAction>
#include <QPainter>
#include <QStyleOptionButton>
#include <QStylePainter>

#include "widgets/look/icon.h"

namespace faststar::studio
{

namespace
{

constexpr int kIcon = 16;
constexpr int kGap = 6;
constexpr int kKeyPadding = 5;

QFont wordsFont(const QFont &font)
{
    QFont bold = font;
    bold.setWeight(QFont::DemiBold);
    return bold;
}

QFont keyFont(const QFont &font)
{
    QFont small = font;
    small.setPixelSize(11);
    small.setWeight(QFont::Medium);
    return small;
}

void follow(QPushButton *button, const QAction *action)
{
    QString words = action->iconText();
    button->setText(words);
    button->setAccessibleName(words);
    button->setEnabled(action->isEnabled());
    const QString keys = keysOf(action);
    button->setToolTip(keys.isEmpty() ? action->toolTip()
                                      : QStringLiteral("%1 (%2)").arg(action->toolTip(), keys));
}

} // namespace

QPushButton *makeActionButton(QAction *action, QWidget *parent)
{
    auto *button = new QPushButton(parent);
    follow(button, action);
    QObject::connect(action, &QAction::changed, button, [button, action] { follow(button, action); });
    QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
    return button;
}

QString keysOf(const QAction *action)
{
    return keyNames(action->shortcut().toString(QKeySequence::NativeText)).join(QLatin1Char('+'));
}

QStringList keyNames(const QString &keys)
{
    QStringList names = keys.split(QLatin1Char('+'), Qt::SkipEmptyParts);
    if (keys.endsWith(QLatin1String("++")) || keys == QLatin1String("+"))
        names << QStringLiteral("+");
    for (QString &name : names) {
        if (name == QLatin1String("Return"))
            name = QObject::tr("Enter", "key");
        else if (name == QLatin1String("Ctrl"))
            name = QObject::tr("Ctrl", "key");
    }
    return names;
}

PrimaryButton::PrimaryButton(QAction *action, QString icon, QWidget *parent)
    : QPushButton(parent), m_icon(std::move(icon)),
      m_key(keysOf(action).replace(QLatin1Char('+'), QLatin1Char(' ')))
{
    setProperty("primary", true);
    setProperty("tall", true);
    follow(this, action);
    connect(action, &QAction::changed, this, [this, action] { follow(this, action); });
    connect(this, &QPushButton::clicked, action, &QAction::trigger);
}

void PrimaryButton::setRemark(const QString &remark)
{
    m_key = remark;
    update();
}

int PrimaryButton::wordsWidth() const
{
    return kIcon + kGap + QFontMetrics(wordsFont(font())).horizontalAdvance(text());
}

int PrimaryButton::keyWidth() const
{
    return m_key.isEmpty() ? 0 : QFontMetrics(keyFont(font())).horizontalAdvance(m_key) + 2 * kKeyPadding;
}

QSize PrimaryButton::sizeHint() const
{
    return {wordsWidth() + (m_key.isEmpty() ? 0 : kGap + keyWidth()) + 24, QPushButton::sizeHint().height()};
}

QSize PrimaryButton::minimumSizeHint() const
{
    return {wordsWidth() + 16, QPushButton::sizeHint().height()};
}

void PrimaryButton::paintEvent(QPaintEvent *)
{
    QStylePainter painter(this);
    QStyleOptionButton option;
    initStyleOption(&option);
    option.text.clear();
    option.icon = {};
    painter.drawControl(QStyle::CE_PushButton, option);
    painter.setRenderHint(QPainter::Antialiasing);

    const QColor ink = palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled,
                                       isEnabled() ? QPalette::HighlightedText : QPalette::ButtonText);
    const bool hasKey = keyWidth() > 0 && isEnabled() && wordsWidth() + kGap + keyWidth() + 16 <= width();
    int x = (width() - wordsWidth() - (hasKey ? kGap + keyWidth() : 0)) / 2;
    widgets::paintIcon(painter, m_icon, QRectF(x, (height() - kIcon) / 2.0, kIcon, kIcon), ink);
    x += kIcon + kGap;
    painter.setPen(ink);
    painter.setFont(wordsFont(font()));
    const int advance = QFontMetrics(painter.font()).horizontalAdvance(text());
    painter.drawText(QRect(x, 0, advance + 2, height()), Qt::AlignLeft | Qt::AlignVCenter, text());
    if (!hasKey)
        return;
    x += advance + kGap;
    const QRectF frame(x + 0.5, (height() - 18) / 2.0 + 0.5, keyWidth() - 1, 17);
    QColor faint = ink;
    faint.setAlphaF(0.4F);
    painter.setPen(faint);
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(frame, 4, 4);
    painter.setPen(ink);
    painter.setFont(keyFont(font()));
    painter.drawText(frame, Qt::AlignCenter, m_key);
}

} // namespace faststar::studio
