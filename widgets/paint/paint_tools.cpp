// SPDX-License-Identifier: Apache-2.0
#include "widgets/paint/paint_tools.h"

#include <QLocale>
#include <QPainter>
#include <QTransform>

#include <algorithm>
#include <cmath>

#include "widgets/theme.h"

namespace faststar::widgets
{

namespace
{

QFont interFont(int pixels, QFont::Weight weight)
{
    QFont font = axisFont();
    font.setPixelSize(pixels);
    font.setWeight(weight);
    return font;
}

} // namespace

double pixelRatio(const QPainter &painter)
{
    return painter.device() != nullptr ? painter.device()->devicePixelRatioF() : 1.0;
}

double onPixelCentre(const QPainter &painter, double coordinate)
{
    const double ratio = pixelRatio(painter);
    return (std::floor(coordinate * ratio) + 0.5) / ratio;
}

double betweenPixels(const QPainter &painter, double coordinate)
{
    const double ratio = pixelRatio(painter);
    return std::round(coordinate * ratio) / ratio;
}

QRectF betweenPixels(const QPainter &painter, const QRectF &area)
{
    const double left = betweenPixels(painter, area.left());
    const double top = betweenPixels(painter, area.top());
    return {left, top, betweenPixels(painter, area.right()) - left,
            betweenPixels(painter, area.bottom()) - top};
}

QBrush hatchBrush(const QColor &colour, int period, double ratio)
{
    const int size = std::max(2, int(std::lround(period * ratio)));
    QImage tile(size, size, QImage::Format_ARGB32_Premultiplied);
    tile.fill(Qt::transparent);
    QPainter painter(&tile);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, ratio));
    for (int shift = -1; shift <= 1; ++shift) // the corners belong to the neighbours' lines
        painter.drawLine(QPointF(shift * size - 1.0, size + 1.0), QPointF((shift + 1) * size + 1.0, -1.0));
    painter.end();
    QBrush brush(tile);
    brush.setTransform(QTransform::fromScale(1.0 / ratio, 1.0 / ratio));
    return brush;
}

void fillHatch(QPainter &painter, const QRectF &area, const QColor &colour)
{
    if (area.width() > 0.0 && area.height() > 0.0)
        painter.fillRect(area, hatchBrush(colour, kBarHatch, pixelRatio(painter)));
}

void strokeInside(QPainter &painter, const QRectF &area, const QColor &colour, double width, double radius)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.setBrush(Qt::NoBrush);
    const double half = width / 2.0;
    painter.drawRoundedRect(area.adjusted(half, half, -half, -half), radius, radius);
    painter.restore();
}

QImage toQImage(const Image &image)
{
    if (image.width <= 0 || image.height <= 0 ||
        image.rgb.size() != std::size_t(image.width) * std::size_t(image.height) * 3)
        return {};
    // A copy: the pixels must not die with the image, and 32 bits are what painting wants.
    return QImage(image.rgb.data(), image.width, image.height, qsizetype(image.width) * 3,
                  QImage::Format_RGB888)
        .convertToFormat(QImage::Format_RGB32);
}

void drawPicture(QPainter &painter, const QRectF &area, const QImage &image, bool smooth)
{
    if (image.isNull() || area.isEmpty())
        return;
    painter.save();
    painter.setRenderHint(QPainter::SmoothPixmapTransform, smooth);
    painter.drawImage(area, image, QRectF(image.rect()));
    painter.restore();
}

QFont smallFont()
{
    return interFont(12, QFont::Normal);
}

QFont smallBoldFont()
{
    return interFont(12, QFont::DemiBold);
}

QFont titleFont()
{
    return interFont(13, QFont::DemiBold);
}

QFont smallNumberFont()
{
    QFont font = numberFont();
    font.setPixelSize(11);
    return font;
}

QString mapLabel(const GridShape &shape)
{
    return QStringLiteral("%1×%2").arg(shape.h).arg(shape.w);
}

QString numberLabel(std::int64_t number)
{
    return QLocale().toString(qlonglong(number));
}

QString percentLabel(int permille)
{
    return QLocale().toString(permille / 10.0, 'f', permille % 10 == 0 ? 0 : 1) + QStringLiteral(" %");
}

} // namespace faststar::widgets
