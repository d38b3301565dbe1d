// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "widgets/look/style.h"

class QLineEdit;

namespace faststar::widgets
{
class ShelfView;
}

namespace faststar::studio
{

// The runs of this and earlier sessions as cards, with a search.
class ShelfPage : public QWidget
{
    Q_OBJECT

public:
    explicit ShelfPage(widgets::Appearance &appearance, QWidget *parent = nullptr);

    [[nodiscard]] widgets::ShelfView *view() { return m_view; }
    // For the dock's title.
    [[nodiscard]] QWidget *search();

Q_SIGNALS:
    void searched(const QString &words);

private:
    widgets::ShelfView *m_view;
    QLineEdit *m_search;
};

} // namespace faststar::studio
