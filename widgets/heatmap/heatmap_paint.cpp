// SPDX-License-Identifier: Apache-2.0
//
// The painting of HeatmapView.
#include <QPainter>

#include <algorithm>
#include <cmath>

#include "widgets/heatmap/colour_bar.h"
#include "widgets/heatmap/heatmap_measures.h"
#include "widgets/heatmap/heatmap_view.h"
#include "widgets/paint/paint_tools.h"

namespace faststar::widgets
{

namespace
{

constexpr double kLeastForCross = 5.0; // pixels a cell

} // namespace

void HeatmapView::paintEvent(QPaintEvent * /*event*/)
{
    const double ratio = devicePixelRatioF();
    const QSize wanted(qRound(width() * ratio), qRound(height() * ratio));
    if (m_isStale || m_painted.size() != wanted || m_painted.devicePixelRatio() != ratio)
        render();
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_painted);
    if (!isEmpty())
        paintProbe(painter);
    paintFocus(painter);
}

void HeatmapView::render()
{
    const double ratio = devicePixelRatioF();
    m_painted = QPixmap(qRound(width() * ratio), qRound(height() * ratio));
    m_painted.setDevicePixelRatio(ratio);
    m_isStale = false;
    if (m_painted.isNull())
        return;
    QPainter painter(&m_painted);
    const bool isSmall = m_form == Form::Small;
    painter.fillRect(rect(), isSmall ? theme().panel : theme().canvas);
    if (isSmall)
        paintLabel(painter);
    else
        paintTitle(painter);
    const QRectF stage = stageRect();
    if (isEmpty()) {
        if (isSmall)
            painter.fillRect(stage, theme().well);
        else
            paintEmpty(painter, QRectF(rect()).adjusted(0, kMapTitle, 0, 0), m_emptyTitle, m_emptySentence);
        return;
    }
    const QRectF place = betweenPixels(painter, pictureRect());
    painter.setClipRect(stage);
    paintMap(painter, place);
    painter.setClipping(false);
    const QRectF seen = place.intersected(stage);
    if (!isSmall && m_kind != MapKind::Mask)
        paintBar(painter, {seen.right() + kMapBarGap, seen.top(), kMapBarWidth, seen.height()});
}

void HeatmapView::paintTitle(QPainter &painter) const
{
    const QRectF title(0, 0, width(), kMapTitle);
    painter.fillRect(title, theme().panel);
    const QRectF line = title.adjusted(kMapPadding, 0, -kMapPadding, 0);
    painter.setFont(numberFont());
    const QString number = statistic();
    const double taken = QFontMetricsF(numberFont()).horizontalAdvance(number);
    painter.setPen(theme().text3);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, number);
    QFont letter = titleFont();
    letter.setWeight(QFont::Bold);
    painter.setFont(letter);
    painter.setPen(mapColour(m_kind, theme()));
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, mapLetter(m_kind));
    painter.setFont(titleFont());
    painter.setPen(theme().text);
    const QRectF name = line.adjusted(20, 0, -taken - kMapPadding, 0);
    painter.drawText(name, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetricsF(titleFont()).elidedText(mapName(m_kind), Qt::ElideRight, name.width()));
}

void HeatmapView::paintLabel(QPainter &painter) const
{
    const QRectF line(0, height() - kMapLabel, width(), kMapLabel);
    QFont letter = smallBoldFont();
    letter.setWeight(QFont::Bold);
    painter.setFont(letter);
    painter.setPen(mapColour(m_kind, theme()));
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, mapLetter(m_kind));
    painter.setFont(smallFont());
    painter.setPen(theme().text2);
    painter.drawText(line.adjusted(16, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, shortMapName(m_kind));
    if (m_kind != MapKind::Mask)
        return;
    painter.setFont(smallNumberFont());
    painter.setPen(theme().text3);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, statistic());
}

void HeatmapView::paintMap(QPainter &painter, const QRectF &place) const
{
    if (m_form == Form::Full)
        painter.fillRect(place.adjusted(-1, -1, 1, 1), QColor(0, 0, 0, 64));
    const bool isMask = m_kind == MapKind::Mask;
    if (!m_picture.isNull() && (isMask || m_opacity < 1.0))
        drawPicture(painter, place, m_picture, true);
    else
        painter.fillRect(place, theme().well);
    if (isMask) {
        paintMask(painter, place, *m_mask, frame(), m_maskStyle);
        return;
    }
    painter.setOpacity(m_picture.isNull() ? 1.0 : m_opacity);
    drawPicture(painter, place, mapImage(*m_map, frame(), m_look, m_range, theme().well), false);
    painter.setOpacity(1.0);
    paintCrosses(painter, place);
}

// What is not a number has no colour of the scale.
void HeatmapView::paintCrosses(QPainter &painter, const QRectF &place) const
{
    const GridShape &shape = m_map->shape;
    const double smaller = std::min(place.width() / shape.w, place.height() / shape.h);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().danger, 1.5));
    for (int row = 0; row < shape.h; ++row) {
        for (int column = 0; column < shape.w; ++column) {
            const auto at =
                (std::size_t(frame()) * std::size_t(shape.h) + std::size_t(row)) * std::size_t(shape.w) +
                std::size_t(column);
            if (std::isfinite(m_map->values[at]))
                continue;
            const QRectF cell(place.left() + place.width() * column / shape.w,
                              place.top() + place.height() * row / shape.h, place.width() / shape.w,
                              place.height() / shape.h);
            if (smaller < kLeastForCross) {
                painter.fillRect(cell, theme().danger);
                continue;
            }
            const double inset = smaller / 4.0;
            const QRectF cross = cell.adjusted(inset, inset, -inset, -inset);
            painter.drawLine(cross.topLeft(), cross.bottomRight());
            painter.drawLine(cross.topRight(), cross.bottomLeft());
        }
    }
    painter.restore();
}

void HeatmapView::paintBar(QPainter &painter, const QRectF &bar) const
{
    const std::optional<double> cut = m_kind == MapKind::Fused ? m_cut : std::nullopt;
    paintColourBar(painter, bar, m_look, m_range, cut, theme());
}

} // namespace faststar::widgets
