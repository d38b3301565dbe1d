// SPDX-License-Identifier: Apache-2.0
#include "widgets/heatmap/colour_bar.h"

#include <QCoreApplication>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>

#include <cmath>
#include <limits>

#include "widgets/paint/paint_tools.h"

namespace faststar::widgets
{

namespace
{

constexpr double kLabelGap = 8.0;
constexpr double kLabelHeight = 16.0;
constexpr double kTickOver = 2.0; // the tick is wider than the bar

void drawLabel(QPainter &painter, const QRectF &bar, double middle, const QString &words)
{
    painter.drawText(QRectF(bar.right() + kLabelGap, middle - kLabelHeight / 2.0, 100.0, kLabelHeight),
                     Qt::AlignLeft | Qt::AlignVCenter, words);
}

} // namespace

void paintColourBar(QPainter &painter, const QRectF &bar, const MapLook &look, ColourRange range,
                    std::optional<double> cut, const Theme &theme)
{
    if (bar.isEmpty())
        return;
    const ColourTable &table = colourTable(look.map);
    QImage colours(1, int(table.size()), QImage::Format_RGB32);
    for (int i = 0; i < colours.height(); ++i) {
        const Rgb &colour = table[table.size() - 1 - std::size_t(i)];
        colours.setPixel(0, i, qRgb(colour[0], colour[1], colour[2]));
    }
    painter.save();
    QPainterPath shape;
    shape.addRoundedRect(bar, 2.0, 2.0);
    painter.setClipPath(shape);
    painter.drawImage(bar, colours);
    painter.restore();

    painter.setFont(smallNumberFont());
    const ColourScale scale(table, range, look.kind, theme.danger);
    double cutAt = std::numeric_limits<double>::quiet_NaN();
    if (cut && std::isfinite(*cut) && range.high > range.low) {
        cutAt = betweenPixels(painter, bar.bottom() - scale.positionOf(*cut) * bar.height());
        painter.fillRect(QRectF(bar.left() - kTickOver, cutAt - 1.0, bar.width() + 2.0 * kTickOver, 2.0),
                         theme.text);
        painter.setPen(theme.text);
        drawLabel(painter, bar, cutAt, scoreLabel(*cut));
    }
    // The ends stand in line with the bar's; the cut comes before them where there is no room for both.
    painter.setPen(theme.text2);
    const double top = bar.top() + kLabelHeight / 2.0 - 4.0;
    const double bottom = bar.bottom() - kLabelHeight / 2.0 + 4.0;
    const auto isFree = [&](double at) { return !(std::abs(at - cutAt) < kLabelHeight - 2.0); };
    if (isFree(top))
        drawLabel(painter, bar, top, scoreLabel(range.high));
    // Next to nothing is nothing on a linear bar.
    const double low = scale.valueOf(0.0);
    const bool isZero = look.kind == ColourScale::Kind::Linear && std::abs(low) < 0.005 * range.high;
    if (isFree(bottom))
        drawLabel(painter, bar, bottom, scoreLabel(isZero ? 0.0 : low));
    painter.setFont(axisFont());
    painter.setPen(theme.text3);
    double line = top;
    const auto remark = [&](const QString &words) {
        line += kLabelHeight;
        if (isFree(line) && line + kLabelHeight < bottom)
            drawLabel(painter, bar, line, words);
    };
    if (look.shared)
        remark(QCoreApplication::translate("ColourBar", "shared"));
    if (look.kind == ColourScale::Kind::Logarithmic)
        remark(QCoreApplication::translate("ColourBar", "log"));
}

QString scoreLabel(double score)
{
    if (!std::isfinite(score))
        return QStringLiteral("–");
    const QLocale locale;
    const double size = std::abs(score);
    if (size != 0.0 && (size < 0.01 || size >= 1e4))
        return locale.toString(score, 'g', 2);
    return locale.toString(score, 'f', size >= 100.0 ? 0 : 2);
}

} // namespace faststar::widgets
