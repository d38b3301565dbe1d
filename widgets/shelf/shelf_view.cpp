// SPDX-License-Identifier: Apache-2.0
#include "widgets/shelf/shelf_view.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>

namespace faststar::widgets
{

namespace
{

constexpr int kBarWidth = 8;
constexpr int kFrameMs = 62; // 16 frames a second
constexpr int kMostSelected = 2;

} // namespace

ShelfView::ShelfView(QWidget *parent) : PaintedView(parent), m_bar(new QScrollBar(Qt::Vertical, this))
{
    setAccessibleName(tr("Shelf"));
    setHasTable(true);
    m_bar->setFocusPolicy(Qt::NoFocus);
    m_bar->hide();
    connect(m_bar, &QScrollBar::valueChanged, this, [this] { update(); });
    m_play.setInterval(kFrameMs);
    connect(&m_play, &QTimer::timeout, this, [this] {
        ++m_hoverFrame;
        if (m_hovered >= 0)
            update(cardRect(m_hovered).toAlignedRect());
    });
}

void ShelfView::setCards(std::vector<ShelfCard> cards)
{
    const qint64 was = m_current < shownCount() ? card(m_current).id : 0;
    m_cards = std::move(cards);
    hover(-1);
    filter();
    for (int shown = 0; shown < shownCount(); ++shown) {
        if (card(shown).id == was)
            m_current = shown;
    }
    const auto isGone = [this](qint64 id) {
        return std::none_of(m_cards.begin(), m_cards.end(),
                            [id](const ShelfCard &one) { return one.id == id; });
    };
    const auto count = m_selection.size();
    m_selection.removeIf(isGone);
    if (m_selection.size() != count)
        Q_EMIT selectionChanged(m_selection);
    valueChanged();
}

void ShelfView::setFilter(const QString &text)
{
    if (text == m_filter)
        return;
    m_filter = text;
    hover(-1);
    filter();
    valueChanged();
}

void ShelfView::setSelection(const QList<qint64> &ids)
{
    const QList<qint64> valid = ids.mid(0, kMostSelected);
    if (std::ranges::equal(valid, m_selection)) // QList's == compares one place past two empty lists
        return;
    m_selection = valid;
    valueChanged();
}

void ShelfView::filter()
{
    const QStringList words = m_filter.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    m_shown.clear();
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        const ShelfCard &one = m_cards[i];
        const QString text = QStringLiteral("%1 %2 %3").arg(one.title, stateWords(one), one.words);
        const bool hasAll = std::all_of(words.begin(), words.end(), [&](const QString &word) {
            return text.contains(word, Qt::CaseInsensitive);
        });
        if (hasAll)
            m_shown.push_back(i);
    }
    m_current = std::clamp(m_current, 0, std::max(0, shownCount() - 1));
    fitBar();
}

int ShelfView::shownAt(const QPointF &place) const
{
    for (int shown = 0; shown < shownCount(); ++shown) {
        if (cardRect(shown).contains(place))
            return shown;
    }
    return -1;
}

void ShelfView::resizeEvent(QResizeEvent *event)
{
    PaintedView::resizeEvent(event);
    fitBar();
}

void ShelfView::fitBar()
{
    const double bottom = m_shown.empty() ? 0.0 : cardRect(shownCount() - 1).bottom() + m_bar->value() + 12.0;
    m_bar->setPageStep(height());
    m_bar->setSingleStep(40);
    m_bar->setRange(0, std::max(0, int(bottom) - height()));
    m_bar->setGeometry(width() - kBarWidth, 0, kBarWidth, height());
    m_bar->setVisible(m_bar->maximum() > 0);
}

void ShelfView::mousePressEvent(QMouseEvent *event)
{
    const int shown = shownAt(event->position());
    if (event->button() != Qt::LeftButton || shown < 0) {
        PaintedView::mousePressEvent(event);
        return;
    }
    m_current = shown;
    select(card(shown).id, event->modifiers().testFlag(Qt::ControlModifier) ||
                               event->modifiers().testFlag(Qt::ShiftModifier));
}

void ShelfView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const int shown = shownAt(event->position());
    if (event->button() == Qt::LeftButton && shown >= 0)
        Q_EMIT openRequested(card(shown).id);
}

void ShelfView::mouseMoveEvent(QMouseEvent *event)
{
    hover(shownAt(event->position()));
}

void ShelfView::leaveEvent(QEvent *event)
{
    PaintedView::leaveEvent(event);
    hover(-1);
}

void ShelfView::wheelEvent(QWheelEvent *event)
{
    m_bar->setValue(m_bar->value() - event->angleDelta().y() / 2);
    hover(shownAt(event->position()));
    event->accept();
}

void ShelfView::contextMenuEvent(QContextMenuEvent *event)
{
    const bool isKey = event->reason() == QContextMenuEvent::Keyboard;
    const int shown = isKey ? m_current : shownAt(event->pos());
    if (shown < 0 || shown >= shownCount()) {
        PaintedView::contextMenuEvent(event);
        return;
    }
    m_current = shown;
    update();
    showMenu(shown, isKey ? mapToGlobal(cardRect(shown).center().toPoint()) : event->globalPos());
}

void ShelfView::showMenu(int shown, const QPoint &at)
{
    const qint64 id = card(shown).id;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Open"), this, [this, id] { Q_EMIT openRequested(id); });
    menu->addAction(tr("Re-use settings"), this, [this, id] { Q_EMIT settingsReuseRequested(id); });
    menu->addAction(tr("Re-use seed"), this, [this, id] { Q_EMIT seedReuseRequested(id); });
    menu->addSeparator();
    menu->addAction(tr("Move to trash"), this, [this, id] { Q_EMIT deleteRequested(id); });
    menu->addSeparator();
    menu->addActions(actions());
    menu->popup(at);
}

void ShelfView::keyPressEvent(QKeyEvent *event)
{
    if (m_shown.empty()) {
        PaintedView::keyPressEvent(event);
        return;
    }
    const qint64 id = card(m_current).id;
    switch (event->key()) {
    case Qt::Key_Left:
        moveTo(m_current - 1);
        break;
    case Qt::Key_Right:
        moveTo(m_current + 1);
        break;
    case Qt::Key_Up:
        moveTo(m_current - columns());
        break;
    case Qt::Key_Down:
        moveTo(m_current + columns());
        break;
    case Qt::Key_Home:
        moveTo(0);
        break;
    case Qt::Key_End:
        moveTo(shownCount() - 1);
        break;
    case Qt::Key_Space:
        select(id, true);
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        Q_EMIT openRequested(id);
        break;
    case Qt::Key_Delete:
        Q_EMIT deleteRequested(id);
        break;
    default:
        PaintedView::keyPressEvent(event);
    }
}

void ShelfView::moveTo(int shown)
{
    if (shown < 0 || shown >= shownCount())
        return;
    m_current = shown;
    const QRectF place = cardRect(shown);
    if (place.top() < 8.0)
        m_bar->setValue(m_bar->value() + int(place.top()) - 8);
    else if (place.bottom() > height() - 8.0)
        m_bar->setValue(m_bar->value() + int(place.bottom()) - height() + 8);
    valueChanged();
}

// Of three the oldest selection goes; what is selected alone stays so.
void ShelfView::select(qint64 id, bool add)
{
    QList<qint64> wanted = add ? m_selection : QList<qint64>();
    if (add && wanted.contains(id))
        wanted.removeAll(id);
    else
        wanted.append(id);
    while (wanted.size() > kMostSelected)
        wanted.removeFirst();
    valueChanged();
    if (wanted == m_selection)
        return;
    setSelection(wanted);
    Q_EMIT selectionChanged(m_selection);
}

void ShelfView::hover(int shown)
{
    if (shown == m_hovered)
        return;
    m_hovered = shown;
    m_hoverFrame = 0;
    if (shown >= 0 && !card(shown).clip.empty())
        m_play.start();
    else
        m_play.stop();
    update();
}

} // namespace faststar::widgets
