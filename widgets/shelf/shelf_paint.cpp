// SPDX-License-Identifier: Apache-2.0
//
// The layout and painting of ShelfView.
#include <QPaintEvent>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>

#include <algorithm>

#include "widgets/paint/paint_tools.h"
#include "widgets/shelf/shelf_view.h"

namespace faststar::widgets
{

namespace
{

constexpr double kMargin = 12.0;
constexpr double kTop = 8.0;
constexpr double kWidth = 152.0;
constexpr double kPicture = 70.0;
constexpr double kWords = 24.0;
constexpr double kLeastGap = 8.0;
constexpr double kRowGap = 12.0;
constexpr double kRadius = 6.0;

} // namespace

int ShelfView::columns() const
{
    return std::max(1, int((width() - 2.0 * kMargin + kLeastGap) / (kWidth + kLeastGap)));
}

QRectF ShelfView::cardRect(int shown) const
{
    const int count = columns();
    // What is left goes between the cards, as far as they still look like one row.
    const double spare = width() - 2.0 * kMargin - count * kWidth;
    const double gap = count > 1 ? std::clamp(spare / (count - 1), kLeastGap, 16.0) : 0.0;
    const int row = shown / count;
    const int column = shown % count;
    return {kMargin + column * (kWidth + gap), kTop + row * (kPicture + kWords + kRowGap) - m_bar->value(),
            kWidth, kPicture + kWords};
}

void ShelfView::paintEvent(QPaintEvent *event)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().panel);
    if (m_cards.empty())
        paintEmpty(painter, rect(), tr("No runs yet"), tr("Every run stays here until it is deleted."));
    else if (m_shown.empty())
        paintEmpty(painter, rect(), tr("No run has these words"), tr("Change or empty the search."));
    for (int shown = 0; shown < shownCount(); ++shown) {
        if (cardRect(shown).adjusted(-4, -4, 4, 4).intersects(QRectF(event->rect())))
            paintCard(painter, shown);
    }
    paintFocus(painter);
}

void ShelfView::paintCard(QPainter &painter, int shown) const
{
    const ShelfCard &one = card(shown);
    const QRectF place = cardRect(shown);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath shape;
    shape.addRoundedRect(place, kRadius, kRadius);
    painter.fillPath(shape, shown == m_hovered ? theme().hover : theme().raised);
    const QRectF top(place.left(), place.top(), place.width(), kPicture);
    painter.setClipPath(shape);
    painter.fillRect(top, theme().well);
    const bool isPlaying = shown == m_hovered && !one.clip.empty();
    const QImage &picture = isPlaying ? one.clip[std::size_t(m_hoverFrame) % one.clip.size()] : one.picture;
    if (!picture.isNull()) {
        // Fills the top with its own aspect: what is higher is cut evenly.
        const QSizeF whole = QSizeF(picture.size()).scaled(top.size(), Qt::KeepAspectRatioByExpanding);
        painter.setClipRect(top, Qt::IntersectClip);
        drawPicture(
            painter,
            {{top.center().x() - whole.width() / 2.0, top.center().y() - whole.height() / 2.0}, whole},
            picture, true);
    }
    painter.restore();

    const int order = int(m_selection.indexOf(one.id));
    const bool isCurrent = hasFocus() && shown == m_current;
    if (order >= 0)
        strokeInside(painter, place.adjusted(-2, -2, 2, 2), theme().accent, 2.0, kRadius + 1.0);
    else
        strokeInside(painter, place, isCurrent ? theme().accent : theme().line, 1.0, kRadius);

    const QRectF line = QRectF(place.left(), top.bottom(), place.width(), kWords).adjusted(8, 0, -8, 0);
    const bool isFinished = one.state == CardState::Finished;
    const QFont right = isFinished ? numberFont() : smallFont();
    const QString words = stateWords(one);
    const double taken = QFontMetricsF(right).horizontalAdvance(words);
    painter.setFont(right);
    const bool isBad = one.state == CardState::Failed;
    const bool isPlain = isFinished || one.state == CardState::Cancelled;
    painter.setPen(isBad                             ? theme().danger
                   : one.state == CardState::Running ? theme().accent
                   : isPlain                         ? theme().text2
                                                     : theme().warn);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, words);
    painter.setFont(smallBoldFont());
    painter.setPen(theme().text);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetricsF(smallBoldFont())
                         .elidedText(one.title, Qt::ElideRight, std::max(0.0, line.width() - taken - 8.0)));
}

} // namespace faststar::widgets
