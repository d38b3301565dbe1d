// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QList>
#include <QTimer>

#include <vector>

#include "widgets/painted_view.h"

class QScrollBar;

namespace faststar::widgets
{

enum class CardState { Finished, Running, Stopped, Cancelled, Failed, Interrupted };

// One run.
struct ShelfCard {
    qint64 id = 0;
    QString title; // "Run 6"
    QString time;  // "3.78 s"; shown where the run finished
    CardState state = CardState::Finished;
    QString words; // for searching and the tooltip: prompt, seed, method
    QImage picture;
    std::vector<QImage> clip; // played while the mouse rests on it; may be empty

    bool operator==(const ShelfCard &) const = default;
};

// All runs as cards, newest first as they were given. A click selects one, Ctrl or Shift a second one;
// Return or a double click opens, Delete asks to delete. Arrows move among the cards that the search
// left, Space selects the second one.
class ShelfView : public PaintedView
{
    Q_OBJECT

public:
    explicit ShelfView(QWidget *parent = nullptr);

    void setCards(std::vector<ShelfCard> cards);
    // Cards that have all words, in any case; empty = all.
    void setFilter(const QString &text);
    // At most two, in the order of selection.
    void setSelection(const QList<qint64> &ids);
    [[nodiscard]] const QList<qint64> &selection() const { return m_selection; }
    [[nodiscard]] int shownCount() const { return int(m_shown.size()); }

    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] TableRows table() const override;
    [[nodiscard]] QSize sizeHint() const override { return {508, 228}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {176, 120}; }

Q_SIGNALS:
    void selectionChanged(const QList<qint64> &ids);
    void openRequested(qint64 id);
    void settingsReuseRequested(qint64 id);
    void seedReuseRequested(qint64 id);
    void deleteRequested(qint64 id);

protected:
    [[nodiscard]] QString toolTipAt(const QPointF &place) const override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    [[nodiscard]] int columns() const;
    [[nodiscard]] QRectF cardRect(int shown) const;
    [[nodiscard]] int shownAt(const QPointF &place) const;
    [[nodiscard]] const ShelfCard &card(int shown) const { return m_cards[m_shown[std::size_t(shown)]]; }
    [[nodiscard]] QString stateWords(const ShelfCard &card) const;
    void filter();
    void fitBar();
    void hover(int shown);
    void moveTo(int shown);
    void select(qint64 id, bool add);
    void showMenu(int shown, const QPoint &at);
    void paintCard(QPainter &painter, int shown) const;

    std::vector<ShelfCard> m_cards;
    QString m_filter;
    std::vector<std::size_t> m_shown; // indices of cards
    QList<qint64> m_selection;
    int m_current = 0;
    int m_hovered = -1;
    int m_hoverFrame = 0;
    QTimer m_play;
    QScrollBar *m_bar;
};

} // namespace faststar::widgets
