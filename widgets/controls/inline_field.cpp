// SPDX-License-Identifier: Apache-2.0
#include "widgets/controls/inline_field.h"

#include <QKeyEvent>

#include "widgets/theme.h"

namespace faststar::widgets
{

InlineField::InlineField(QWidget *parent) : QLineEdit(parent)
{
    setFont(numberFont());
    setFocusPolicy(Qt::ClickFocus);
    hide();
}

void InlineField::open(const QRect &place, const QString &text, const Theme &theme)
{
    QPalette colours = palette();
    colours.setColor(QPalette::Base, theme.field);
    colours.setColor(QPalette::Text, theme.text);
    setPalette(colours);
    setGeometry(place);
    setText(text);
    show();
    setFocus(Qt::OtherFocusReason);
    selectAll();
}

void InlineField::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        close(true);
        break;
    case Qt::Key_Escape:
        close(false);
        break;
    default:
        QLineEdit::keyPressEvent(event);
    }
}

void InlineField::focusOutEvent(QFocusEvent *event)
{
    QLineEdit::focusOutEvent(event);
    close(true);
}

// Hiding takes the focus away and would come here again.
void InlineField::close(bool commit)
{
    if (isHidden())
        return;
    hide();
    parentWidget()->setFocus(Qt::OtherFocusReason);
    if (commit)
        Q_EMIT committed(text());
}

} // namespace faststar::widgets
