// SPDX-License-Identifier: Apache-2.0
#include "widgets/player/frame_slider.h"

#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

#include "widgets/paint/paint_tools.h"

namespace faststar::widgets
{

namespace
{

constexpr double kThumb = 8.0; // radius
constexpr double kLeastTick = 4.0;
constexpr int kPage = 4; // pixel frames of a latent one

} // namespace

FrameSlider::FrameSlider(QWidget *parent) : PaintedView(parent)
{
    setAccessibleName(tr("Frame"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void FrameSlider::setClip(int count, double framesPerSecond)
{
    m_count = std::max(0, count);
    m_rate = std::isfinite(framesPerSecond) && framesPerSecond > 0.0 ? framesPerSecond : m_rate;
    m_frame = std::clamp(m_frame, 0, std::max(0, m_count - 1));
    setEnabled(m_count > 1);
    valueChanged();
}

void FrameSlider::setFrame(int frame)
{
    const int valid = std::clamp(frame, 0, std::max(0, m_count - 1));
    if (valid == m_frame)
        return;
    m_frame = valid;
    valueChanged();
}

QString FrameSlider::spokenValue() const
{
    if (m_count == 0)
        return tr("No clip");
    return tr("frame %1 of %2, %3 s")
        .arg(m_frame + 1)
        .arg(m_count)
        .arg(QLocale().toString(m_frame / m_rate, 'f', 2));
}

QString FrameSlider::toolTipAt(const QPointF &place) const
{
    if (m_count == 0)
        return {};
    const int frame = frameAt(place.x());
    return tr("frame %1, %2 s").arg(frame + 1).arg(QLocale().toString(frame / m_rate, 'f', 2));
}

QRectF FrameSlider::trackRect() const
{
    return {kThumb, height() / 2.0 - 2.0, std::max(1.0, width() - 2.0 * kThumb), 4.0};
}

double FrameSlider::xOf(int frame) const
{
    const QRectF track = trackRect();
    return track.left() + (m_count > 1 ? track.width() * frame / (m_count - 1) : 0.0);
}

int FrameSlider::frameAt(double x) const
{
    const QRectF track = trackRect();
    const double share = std::clamp((x - track.left()) / track.width(), 0.0, 1.0);
    return int(std::lround(share * std::max(0, m_count - 1)));
}

void FrameSlider::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF track = trackRect();
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().track);
    painter.drawRoundedRect(track.adjusted(-kThumb, 0, kThumb, 0), 2.0, 2.0);
    if (m_count < 2)
        return;
    const double x = xOf(m_frame);
    painter.setBrush(theme().accent);
    painter.drawRoundedRect(QRectF(track.left() - kThumb, track.top(), x - track.left() + kThumb, 4.0), 2.0,
                            2.0);
    if (track.width() / (m_count - 1) >= kLeastTick) {
        painter.setPen(QPen(theme().track, 0));
        for (int frame = 0; frame < m_count; ++frame) {
            const double at = onPixelCentre(painter, xOf(frame));
            painter.drawLine(QPointF(at, track.bottom() + 4.0), QPointF(at, track.bottom() + 6.0));
        }
    }
    painter.setPen(QPen(hasFocus() ? theme().accent : theme().panel, 2.0));
    painter.setBrush(theme().text);
    painter.drawEllipse(QPointF(x, track.center().y()), kThumb - 1.0, kThumb - 1.0);
}

void FrameSlider::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton) {
        PaintedView::mousePressEvent(event);
        return;
    }
    m_dragging = true;
    request(frameAt(event->position().x()));
}

void FrameSlider::mouseMoveEvent(QMouseEvent *event)
{
    if (m_dragging)
        request(frameAt(event->position().x()));
}

void FrameSlider::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        m_dragging = false;
}

void FrameSlider::wheelEvent(QWheelEvent *event)
{
    if (!hasFocus()) {
        event->ignore();
        return;
    }
    request(m_frame + (event->angleDelta().y() > 0 ? -1 : 1));
    event->accept();
}

void FrameSlider::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Left:
        request(m_frame - 1);
        break;
    case Qt::Key_Right:
        request(m_frame + 1);
        break;
    case Qt::Key_PageUp:
        request(m_frame + kPage);
        break;
    case Qt::Key_PageDown:
        request(m_frame - kPage);
        break;
    case Qt::Key_Home:
        request(0);
        break;
    case Qt::Key_End:
        request(m_count - 1);
        break;
    default:
        PaintedView::keyPressEvent(event);
    }
}

void FrameSlider::request(int frame)
{
    if (m_count == 0)
        return;
    const int before = m_frame;
    setFrame(frame);
    if (m_frame != before)
        Q_EMIT frameRequested(m_frame);
}

} // namespace faststar::widgets
