// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include <functional>
#include <vector>

#include "widgets/look/style.h"

class QHBoxLayout;
class QLabel;

namespace faststar::widgets
{
class IconButton;
}

namespace faststar::studio
{

struct MessageWay {
    QString text;
    std::function<void()> take;
    bool closes = true; // the bar, once taken
};

// What went wrong or needs an answer, over the canvas and never in a window of its own: what happened,
// what is safe, ways out.
struct Message {
    enum class Kind { Danger, Warning, Question };

    Kind kind = Kind::Danger;
    QString title;
    QString safe;                 // a sentence: what is not lost
    std::vector<MessageWay> ways; // the first is the primary one
    QString details;              // technical; empty = no such button
};

class MessageBar : public QWidget
{
    Q_OBJECT

public:
    explicit MessageBar(widgets::Appearance &appearance, QWidget *parent = nullptr);

    void showMessage(const Message &message);
    void dismiss();
    [[nodiscard]] bool isShown() const { return isVisibleTo(parentWidget()); }
    // Shown, and no mere warning.
    [[nodiscard]] bool isUrgent() const { return isShown() && m_message.kind != Message::Kind::Warning; }
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString safe() const { return m_message.safe; }

private:
    void showIcon();

    widgets::Appearance &m_appearance;
    Message m_message;
    QLabel *m_icon;
    QLabel *m_title;
    QLabel *m_safe;
    QLabel *m_details;
    QHBoxLayout *m_ways;
    widgets::IconButton *m_close;
};

} // namespace faststar::studio
