// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTimer>
#include <QWidget>

#include <functional>

#include "widgets/look/style.h"

class QLabel;
class QPushButton;

namespace faststar::studio
{

// Good news at the bottom right of its parent for six seconds, longer while the mouse is on it.
class Toast : public QWidget
{
    Q_OBJECT

public:
    Toast(widgets::Appearance &appearance, QWidget *parent);

    void tell(const QString &title, const QString &remark, const QString &wayText = {},
              const std::function<void()> &way = {});

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    void place();

    widgets::Appearance &m_appearance;
    QLabel *m_icon;
    QLabel *m_title;
    QLabel *m_remark;
    QPushButton *m_way;
    std::function<void()> m_take;
    QTimer m_timer;
};

} // namespace faststar::studio
