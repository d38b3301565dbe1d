// SPDX-License-Identifier: Apache-2.0
#include "widgets/canvas/picture_canvas.h"

#include <QLocale>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

#include "widgets/paint/paint_tools.h"

namespace faststar::widgets
{

namespace
{

constexpr double kMargin = 12.0;
constexpr double kBlocksFrom = 4.0; // screen pixels a picture pixel

} // namespace

PictureCanvas::PictureCanvas(QWidget *parent) : ProbedView(parent)
{
    setAccessibleName(tr("Canvas"));
    setAttribute(Qt::WA_OpaquePaintEvent);
}

void PictureCanvas::setPicture(const QImage &picture, const PictureFacts &facts)
{
    const QString before = pictureLabel();
    m_picture = picture;
    m_facts = picture.isNull() ? PictureFacts{} : facts;
    if (!picture.isNull() && pictureSize().isEmpty())
        setPictureSize(picture.size());
    changed();
    if (const QString label = pictureLabel(); label != before)
        Q_EMIT pictureLabelChanged(label);
}

QString PictureCanvas::pictureLabel() const
{
    switch (m_facts.kind) {
    case PictureKind::Preview:
        return m_facts.scale.h > 0 ? tr("Preview at %1").arg(mapLabel(m_facts.scale)) : tr("Preview");
    case PictureKind::Decoded:
        return tr("Decoded");
    case PictureKind::None:
        break;
    }
    return {};
}

void PictureCanvas::setHeatmap(std::shared_ptr<const ScoreGrid> map, const MapLook &look)
{
    if (map == m_map && look == m_look)
        return;
    m_map = std::move(map);
    m_look = look;
    changed();
}

void PictureCanvas::setHeatmapOpacity(double opacity)
{
    const double valid = std::isfinite(opacity) ? std::clamp(opacity, 0.0, 1.0) : m_opacity;
    if (valid == m_opacity)
        return;
    m_opacity = valid;
    changed();
}

void PictureCanvas::setMask(std::shared_ptr<const MaskGrid> mask, MaskStyle style)
{
    if (mask == m_mask && style == m_maskStyle)
        return;
    m_mask = std::move(mask);
    m_maskStyle = style;
    changed();
}

void PictureCanvas::setBackdrop(const std::optional<QColor> &colour)
{
    if (colour == m_backdrop)
        return;
    m_backdrop = colour;
    changed();
}

QString PictureCanvas::spokenValue() const
{
    if (m_picture.isNull())
        return tr("No picture");
    QStringList words{pictureLabel()};
    if (m_facts.count > 0)
        words += tr("frame %1 of %2").arg(m_facts.number).arg(m_facts.count);
    words += tr("zoom %1 %").arg(QLocale().toString(std::lround(viewTransform().zoom * 100.0)));
    return spokenProbe(words.join(QStringLiteral(", ")));
}

QRectF PictureCanvas::stageRect() const
{
    return QRectF(rect()).adjusted(kMargin, kMargin, -kMargin, -kMargin);
}

void PictureCanvas::paintEvent(QPaintEvent * /*event*/)
{
    const double ratio = devicePixelRatioF();
    const QSize wanted(qRound(width() * ratio), qRound(height() * ratio));
    if (m_isStale || m_painted.size() != wanted || m_painted.devicePixelRatio() != ratio)
        render();
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_painted);
    if (!m_picture.isNull())
        paintProbe(painter);
    paintFocus(painter);
}

void PictureCanvas::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        Q_EMIT doubleClicked();
}

QImage PictureCanvas::toPicture(const Image &picture)
{
    return toQImage(picture);
}

void PictureCanvas::render()
{
    const double ratio = devicePixelRatioF();
    m_painted = QPixmap(qRound(width() * ratio), qRound(height() * ratio));
    m_painted.setDevicePixelRatio(ratio);
    m_isStale = false;
    if (m_painted.isNull())
        return;
    QPainter painter(&m_painted);
    painter.fillRect(rect(), m_backdrop.value_or(theme().canvas));
    const QRectF place = betweenPixels(painter, pictureRect());
    if (m_picture.isNull() || place.isEmpty())
        return;
    painter.setClipRect(rect());
    painter.fillRect(place.adjusted(-1, -1, 1, 1), QColor(0, 0, 0, 64));
    // The fitted picture stays smooth however large the window is; blocks are for looking closely.
    const bool isClose = viewTransform().zoom > 1.0 && place.width() / pictureSize().width() >= kBlocksFrom;
    drawPicture(painter, place, m_picture, !isClose);
    if (m_map != nullptr && m_opacity > 0.0) {
        painter.setOpacity(m_opacity);
        drawPicture(painter, place,
                    mapImage(*m_map, frame(), m_look, rangeOf(*m_map, m_look), theme().danger), false);
        painter.setOpacity(1.0);
    }
    if (m_mask != nullptr)
        paintMask(painter, place, *m_mask, frame(), m_maskStyle);
}

void PictureCanvas::changed()
{
    m_isStale = true;
    valueChanged();
}

} // namespace faststar::widgets
