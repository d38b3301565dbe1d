// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/canvas/message_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/studio/window/parts/labels.h"
#include "app/studio/window/parts/themed.h"
#include "widgets/controls/icon_button.h"
#include "widgets/look/icon.h"

namespace faststar::studio
{

MessageBar::MessageBar(widgets::Appearance &appearance, QWidget *parent)
    : QWidget(parent), m_appearance(appearance), m_icon(new QLabel(this)),
      m_title(makeParagraph({}, "title", this)), m_safe(makeParagraph({}, "label", this)),
      m_details(makeParagraph({}, "number2", this)), m_ways(new QHBoxLayout),
      m_close(followTheme(
          new widgets::IconButton(QStringLiteral("x"), tr("Close"), widgets::IconButton::Kind::Bare, this),
          appearance))
{
    setSurface(this, "danger");
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 12, 8, 12);
    row->setSpacing(12);
    m_icon->setFixedWidth(16);
    m_icon->setContentsMargins(0, 2, 0, 0);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    auto *column = new QVBoxLayout;
    column->setSpacing(0);
    column->addWidget(m_title);
    column->addWidget(m_safe);
    m_details->setContentsMargins(0, 4, 0, 0);
    column->addWidget(m_details);
    column->addSpacing(8);
    m_ways->setSpacing(8);
    column->addLayout(m_ways);
    row->addLayout(column, 1);
    row->addWidget(m_close, 0, Qt::AlignTop);
    connect(m_close, &QToolButton::clicked, this, &MessageBar::dismiss);
    connect(&m_appearance, &widgets::Appearance::changed, this, &MessageBar::showIcon);
    hide();
}

QString MessageBar::title() const
{
    return m_title->text();
}

void MessageBar::showMessage(const Message &message)
{
    m_message = message;
    switch (message.kind) {
    case Message::Kind::Danger:
        setSurface(this, "danger");
        break;
    case Message::Kind::Warning:
        setSurface(this, "warn");
        break;
    case Message::Kind::Question:
        setSurface(this, "accent");
        break;
    }
    m_title->setText(message.title);
    m_safe->setText(message.safe);
    m_safe->setVisible(!message.safe.isEmpty());
    m_details->setText(message.details);
    m_details->hide();
    while (QLayoutItem *item = m_ways->takeAt(0)) {
        if (QWidget *button = item->widget()) {
            button->hide(); // it may be the one whose click led here
            button->deleteLater();
        }
        delete item;
    }
    for (std::size_t i = 0; i < message.ways.size(); ++i) {
        const MessageWay &way = message.ways[i];
        auto *button = new QPushButton(way.text, this);
        button->setProperty("primary", i == 0);
        connect(button, &QPushButton::clicked, this, [this, way] {
            if (way.closes)
                dismiss();
            if (way.take)
                way.take();
        });
        m_ways->addWidget(button);
    }
    if (!message.details.isEmpty()) {
        auto *button = new QPushButton(tr("Details"), this);
        button->setProperty("flat", true);
        connect(button, &QPushButton::clicked, this,
                [this] { m_details->setVisible(m_details->isHidden()); });
        m_ways->addWidget(button);
    }
    m_ways->addStretch(1);
    setAccessibleName(QStringLiteral("%1. %2").arg(message.title, message.safe));
    showIcon();
    show();
}

void MessageBar::dismiss()
{
    hide();
}

void MessageBar::showIcon()
{
    const auto &theme = m_appearance.theme();
    const bool isQuestion = m_message.kind == Message::Kind::Question;
    const bool isDanger = m_message.kind == Message::Kind::Danger;
    const QColor colour = isQuestion ? theme.onSoft : isDanger ? theme.danger : theme.warn;
    const QString name = isQuestion ? QStringLiteral("info")
                         : isDanger ? QStringLiteral("err")
                                    : QStringLiteral("warn");
    m_icon->setPixmap(widgets::iconPixmap(name, 16, colour, devicePixelRatioF()));
}

} // namespace faststar::studio
