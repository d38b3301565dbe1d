// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLineEdit>

namespace faststar::widgets
{

struct Theme;

// A line to type a number into, over the place where a painted view shows it. Hidden until opened;
// Return and losing the focus take what was typed, Escape does not.
class InlineField : public QLineEdit
{
    Q_OBJECT

public:
    explicit InlineField(QWidget *parent);

    void open(const QRect &place, const QString &text, const Theme &theme);

Q_SIGNALS:
    void committed(const QString &text);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void close(bool commit);
};

} // namespace faststar::widgets
