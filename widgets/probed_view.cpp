// SPDX-License-Identifier: Apache-2.0
#include "widgets/probed_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

#include "widgets/paint/paint_tools.h"

namespace faststar::widgets
{

void ProbedView::setProbeGrid(const GridShape &grid)
{
    if (grid == m_grid)
        return;
    m_grid = grid;
    m_hovered.reset();
    valueChanged();
}

void ProbedView::setFrame(int t)
{
    if (t == m_frame)
        return;
    m_frame = t;
    m_hovered.reset();
    frameChanged();
    valueChanged();
}

void ProbedView::setProbe(const std::optional<MapPlace> &place)
{
    if (place == m_probe)
        return;
    m_probe = place;
    valueChanged();
}

void ProbedView::setProbeWords(const QString &before, const QString &after)
{
    if (before == m_wordsBefore && after == m_wordsAfter)
        return;
    m_wordsBefore = before;
    m_wordsAfter = after;
    valueChanged();
}

std::optional<MapPlace> ProbedView::placeAt(const QPointF &position) const
{
    const QRectF picture = pictureRect();
    if (m_grid.h <= 0 || m_grid.w <= 0 || picture.isEmpty() || !stageRect().contains(position) ||
        !picture.contains(position))
        return std::nullopt;
    const auto cell = [](double share, int count) { return std::clamp(int(share * count), 0, count - 1); };
    return MapPlace{m_frame, cell((position.y() - picture.top()) / picture.height(), m_grid.h),
                    cell((position.x() - picture.left()) / picture.width(), m_grid.w)};
}

QString ProbedView::placeLabel(const MapPlace &place)
{
    return tr("τ %1, row %2, column %3").arg(place.t).arg(place.row).arg(place.column);
}

void ProbedView::paintProbe(QPainter &painter) const
{
    if (!m_probe || m_probe->t != m_frame || m_grid.h <= 0 || m_grid.w <= 0 || m_probe->row < 0 ||
        m_probe->row >= m_grid.h || m_probe->column < 0 || m_probe->column >= m_grid.w)
        return;
    const QRectF picture = pictureRect();
    if (picture.isEmpty())
        return;
    const QSizeF cell(picture.width() / m_grid.w, picture.height() / m_grid.h);
    const QRectF square = betweenPixels(painter, QRectF(picture.left() + m_probe->column * cell.width(),
                                                        picture.top() + m_probe->row * cell.height(),
                                                        cell.width(), cell.height()));
    painter.save();
    painter.setClipRect(stageRect().adjusted(-3, -3, 3, 3));
    strokeInside(painter, square.adjusted(-3, -3, 3, 3), Qt::black, 1.0, 0.0);
    strokeInside(painter, square.adjusted(-2, -2, 2, 2), Qt::white, 2.0, 0.0);
    strokeInside(painter, square, Qt::black, 1.0, 0.0);
    painter.restore();
}

QString ProbedView::spokenProbe(const QString &value) const
{
    if (!m_probe)
        return value;
    QStringList words{m_wordsBefore, placeLabel(*m_probe), value, m_wordsAfter};
    words.removeAll(QString());
    return words.join(QStringLiteral(", "));
}

void ProbedView::mousePressEvent(QMouseEvent *event)
{
    const auto place = placeAt(event->position());
    if (event->button() == Qt::LeftButton && place)
        pick(*place);
    else
        PannedView::mousePressEvent(event);
}

void ProbedView::mouseMoveEvent(QMouseEvent *event)
{
    PannedView::mouseMoveEvent(event);
    const auto place = placeAt(event->position());
    if (place == m_hovered)
        return;
    m_hovered = place;
    if (place)
        Q_EMIT tokenHovered(place->t, place->row, place->column);
    else
        Q_EMIT hoverEnded();
}

void ProbedView::leaveEvent(QEvent *event)
{
    PannedView::leaveEvent(event);
    if (!m_hovered)
        return;
    m_hovered.reset();
    Q_EMIT hoverEnded();
}

void ProbedView::keyPressEvent(QKeyEvent *event)
{
    if (zoomKey(event))
        return;
    if (event->key() == Qt::Key_PageUp || event->key() == Qt::Key_PageDown) {
        Q_EMIT scaleRequested(event->key() == Qt::Key_PageUp ? -1 : 1);
        return;
    }
    const bool isArrow = event->key() == Qt::Key_Left || event->key() == Qt::Key_Right ||
                         event->key() == Qt::Key_Up || event->key() == Qt::Key_Down;
    if (!isArrow || m_grid.h <= 0 || m_grid.w <= 0) {
        PannedView::keyPressEvent(event);
        return;
    }
    // Without a probe the first arrow puts it into the middle.
    MapPlace place{m_frame, m_grid.h / 2, m_grid.w / 2};
    if (m_probe) {
        const int right = int(event->key() == Qt::Key_Right) - int(event->key() == Qt::Key_Left);
        const int down = int(event->key() == Qt::Key_Down) - int(event->key() == Qt::Key_Up);
        place.row = std::clamp(m_probe->row + down, 0, m_grid.h - 1);
        place.column = std::clamp(m_probe->column + right, 0, m_grid.w - 1);
    }
    pick(place);
}

void ProbedView::pick(const MapPlace &place)
{
    setProbe(place);
    Q_EMIT tokenPicked(place.t, place.row, place.column);
}

} // namespace faststar::widgets
