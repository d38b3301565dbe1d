// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "app/studio/session/run_queue.h"
#include "widgets/look/style.h"

class QLabel;
class QListView;
class QPushButton;
class QStackedWidget;

namespace faststar::widgets
{
class IconButton;
}

namespace faststar::studio
{

// What runs next: reorder, edit, remove, empty, hold. Alt with the arrow keys moves an entry, Delete
// removes it, Return edits it.
class QueuePage : public QWidget
{
    Q_OBJECT

public:
    QueuePage(RunQueue &queue, widgets::Appearance &appearance, QWidget *parent = nullptr);

Q_SIGNALS:
    // The entry leaves the queue and its settings go to the panel.
    void editRequested(const faststar::GenerationRequest &request);
    void countChanged(int count);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    [[nodiscard]] int row() const;
    void move(int by);
    void edit();
    void remove();
    void refresh();

    RunQueue &m_queue;
    QStackedWidget *m_pages;
    QListView *m_list;
    widgets::IconButton *m_up;
    widgets::IconButton *m_down;
    QPushButton *m_edit;
    QPushButton *m_remove;
    QPushButton *m_clear;
    QPushButton *m_hold;
    QLabel *m_held;
};

} // namespace faststar::studio
