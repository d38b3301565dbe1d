// SPDX-License-Identifier: Apache-2.0
#include "widgets/panned_view.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <cmath>

namespace faststar::widgets
{

namespace
{

constexpr double kWheelBase = 1.2; // a notch
constexpr double kNotch = 120.0;
constexpr double kKeyFactor = 1.25;

} // namespace

void PannedView::setViewTransform(const ViewTransform &view)
{
    if (view == m_view)
        return;
    m_view = view;
    pictureMoved();
    update();
}

void PannedView::setPictureSize(const QSize &size)
{
    if (size == m_pictureSize)
        return;
    m_pictureSize = size;
    pictureMoved();
    update();
}

QRectF PannedView::pictureRect() const
{
    return placeOfPicture(m_view, m_pictureSize, stageRect());
}

void PannedView::fit()
{
    change({});
}

void PannedView::zoomBy(double factor)
{
    change(zoomedAt(m_view, m_pictureSize, stageRect(), factor, stageRect().center()));
}

bool PannedView::zoomKey(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomBy(kKeyFactor);
        return true;
    case Qt::Key_Minus:
        zoomBy(1.0 / kKeyFactor);
        return true;
    case Qt::Key_0:
        fit();
        return true;
    default:
        return false;
    }
}

void PannedView::wheelEvent(QWheelEvent *event)
{
    const double notches = event->angleDelta().y() / kNotch;
    if (notches != 0.0)
        change(
            zoomedAt(m_view, m_pictureSize, stageRect(), std::pow(kWheelBase, notches), event->position()));
    event->accept();
}

void PannedView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::RightButton && event->button() != Qt::MiddleButton) {
        PaintedView::mousePressEvent(event);
        return;
    }
    m_dragFrom = event->position();
    m_isDragging = true;
    m_isDragged = false;
}

void PannedView::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_isDragging)
        return;
    const QPointF by = event->position() - m_dragFrom;
    if (!m_isDragged && by.manhattanLength() < QApplication::startDragDistance())
        return;
    m_isDragged = true;
    m_dragFrom = event->position();
    change(moved(m_view, m_pictureSize, stageRect(), by));
}

void PannedView::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::RightButton && event->button() != Qt::MiddleButton)
        return;
    const bool isClick = m_isDragging && !m_isDragged && event->button() == Qt::RightButton;
    m_isDragging = false;
    if (isClick) {
        QContextMenuEvent menu(QContextMenuEvent::Other, event->position().toPoint(),
                               event->globalPosition().toPoint());
        contextMenuEvent(&menu);
    }
}

// The right button drags, so its menu opens when it is let go without having moved.
void PannedView::contextMenuEvent(QContextMenuEvent *event)
{
    if (event->reason() != QContextMenuEvent::Mouse)
        PaintedView::contextMenuEvent(event);
}

void PannedView::change(const ViewTransform &view)
{
    if (view == m_view)
        return;
    setViewTransform(view);
    Q_EMIT viewTransformChanged(view);
}

} // namespace faststar::widgets
