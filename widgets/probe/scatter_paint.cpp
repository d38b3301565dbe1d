// SPDX-License-Identifier: Apache-2.0
//
// The layout and painting of ScatterView.
#include <QLocale>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

#include "widgets/paint/paint_tools.h"
#include "widgets/probe/norm_contour.h"
#include "widgets/probe/scatter_view.h"
#include "widgets/ratios/norm_slider.h"

namespace faststar::widgets
{

namespace
{

constexpr double kLeft = 36.0;
constexpr double kTop = 8.0;
constexpr double kRight = 8.0;
constexpr double kBelow = 24.0; // numbers of the horizontal axis
constexpr double kLegend = 24.0;
constexpr double kRadius = 2.0;
constexpr double kOpacity = 0.85;

// One mark, drawn once and stamped for every point.
QPixmap stamp(const QColor &colour, bool filled, double ratio)
{
    const int side = int(std::ceil((2.0 * kRadius + 2.0) * ratio));
    QPixmap pixmap(side, side);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setOpacity(kOpacity);
    painter.setPen(filled ? QPen(Qt::NoPen) : QPen(colour, 0.8));
    painter.setBrush(filled ? QBrush(colour) : QBrush(Qt::NoBrush));
    const double middle = side / ratio / 2.0;
    painter.drawEllipse(QPointF(middle, middle), kRadius, kRadius);
    return pixmap;
}

} // namespace

QRectF ScatterView::chartRect() const
{
    return QRectF(rect()).adjusted(kLeft, kTop, -kRight, -kBelow - kLegend);
}

PlotAxis ScatterView::across() const
{
    PlotAxis axis = m_across;
    axis.pixelLow = chartRect().left();
    axis.pixelHigh = chartRect().right();
    return axis;
}

PlotAxis ScatterView::up() const
{
    PlotAxis axis = m_up;
    axis.pixelLow = chartRect().bottom();
    axis.pixelHigh = chartRect().top();
    return axis;
}

// What has no place on a logarithmic axis lies on its edge; what is no number at the far corner, as
// it is kept.
QPointF ScatterView::pixelOf(std::size_t index) const
{
    const auto place = [](const PlotAxis &axis, float score) {
        const double value = std::isfinite(score) ? double(score) : axis.high;
        return axis.pixelOf(std::clamp(value, axis.low, axis.high));
    };
    return {place(across(), m_spatial->values[index]), place(up(), m_temporal->values[index])};
}

std::vector<QPointF> ScatterView::contour() const
{
    if (!m_cut || isEmpty())
        return {};
    const PlotAxis horizontal = across();
    const PlotAxis vertical = up();
    std::vector<QPointF> points;
    for (const QPointF &score : normContour(*m_cut, m_p, m_across.low, m_up.low)) {
        if (score.x() > 0.0 && score.y() > 0.0)
            points.emplace_back(horizontal.pixelOf(score.x()), vertical.pixelOf(score.y()));
    }
    return points;
}

void ScatterView::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().panel);
    const QRectF chart = chartRect();
    if (isEmpty() || chart.width() < 8.0 || chart.height() < 8.0) {
        paintEmpty(painter, rect(), tr("No scores yet"), tr("Pruned steps have them."));
        paintFocus(painter);
        return;
    }
    paintAxes(painter);
    if (m_isStale || m_points.devicePixelRatio() != devicePixelRatioF())
        renderPoints();
    painter.drawPixmap(0, 0, m_points);
    paintContour(painter);
    if (m_probe) {
        const GridShape &shape = m_spatial->shape;
        const auto index = (std::int64_t{m_probe->t} * shape.h + m_probe->row) * shape.w + m_probe->column;
        if (m_probe->row >= 0 && m_probe->row < shape.h && m_probe->column >= 0 &&
            m_probe->column < shape.w && index >= 0 && index < shape.tokens()) {
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(QPen(theme().accent, 2.0));
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(pixelOf(std::size_t(index)), 6.0, 6.0);
        }
    }
    paintLegend(painter);
    paintFocus(painter);
}

void ScatterView::renderPoints()
{
    const double ratio = devicePixelRatioF();
    m_points = QPixmap(qRound(width() * ratio), qRound(height() * ratio));
    m_points.setDevicePixelRatio(ratio);
    m_isStale = false;
    if (m_points.isNull())
        return;
    m_points.fill(Qt::transparent);
    QPainter painter(&m_points);
    const QPixmap kept = stamp(theme().kept, true, ratio);
    const QPixmap pruned = stamp(theme().pruned, false, ratio);
    const double half = kept.width() / ratio / 2.0;
    for (std::size_t i = 0; i < m_spatial->values.size(); i += stride())
        painter.drawPixmap(pixelOf(i) - QPointF(half, half), isKept(i) ? kept : pruned);
}

void ScatterView::paintAxes(QPainter &painter) const
{
    const QRectF chart = chartRect();
    painter.setFont(axisFont());
    const PlotAxis horizontal = across();
    for (const PlotTick &tick : ticksOf(horizontal, 5)) {
        const double x = onPixelCentre(painter, horizontal.pixelOf(tick.value));
        if (tick.label.isEmpty())
            continue;
        painter.setPen(QPen(theme().line, 0));
        painter.drawLine(QPointF(x, chart.top()), QPointF(x, chart.bottom()));
        painter.setPen(theme().text3);
        painter.drawText(QRectF(x - 40.0, chart.bottom() + 4.0, 80.0, 16.0), Qt::AlignCenter, tick.label);
    }
    const PlotAxis vertical = up();
    for (const PlotTick &tick : ticksOf(vertical, 6)) {
        const double y = onPixelCentre(painter, vertical.pixelOf(tick.value));
        if (tick.label.isEmpty())
            continue;
        painter.setPen(QPen(theme().line, 0));
        painter.drawLine(QPointF(chart.left(), y), QPointF(chart.right(), y));
        painter.setPen(theme().text3);
        painter.drawText(QRectF(0, y - 8.0, kLeft - 6.0, 16.0), Qt::AlignRight | Qt::AlignVCenter,
                         tick.label);
    }
}

void ScatterView::paintContour(QPainter &painter) const
{
    const auto points = contour();
    if (points.size() < 2)
        return;
    const QRectF chart = chartRect();
    QPainterPath path(points.front());
    for (const QPointF &point : points)
        path.lineTo(point);
    painter.save();
    painter.setClipRect(chart.adjusted(0, -2, 2, 0));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(m_dragging ? theme().accent : theme().fused, 2.0));
    painter.drawPath(path);
    painter.restore();
    const QString words =
        tr("p = %1, cut %2").arg(NormSlider::label(m_p), QLocale().toString(*m_cut, 'f', 3));
    painter.setFont(axisFont());
    const double wide = QFontMetricsF(axisFont()).horizontalAdvance(words);
    const double y = std::clamp(points.front().y() - 22.0, chart.top(), chart.bottom() - 16.0);
    const QRectF place(chart.right() - wide - 8.0, y, wide, 16.0);
    painter.setOpacity(0.85);
    painter.fillRect(place.adjusted(-4, 0, 4, 0), theme().panel);
    painter.setOpacity(1.0);
    painter.setPen(theme().text);
    painter.drawText(place, Qt::AlignCenter, words);
}

void ScatterView::paintLegend(QPainter &painter) const
{
    const QRectF line(0, height() - 16.0, width(), 16.0);
    const QFontMetricsF metrics(smallFont());
    const QString directions = tr("S → T ↑");
    const double end = line.right() - metrics.horizontalAdvance(directions) - 12.0;
    double left = 0.0;
    painter.setFont(smallFont());
    painter.setRenderHint(QPainter::Antialiasing);
    const auto words = [&](double sample, const QString &text) {
        painter.setPen(theme().text2);
        painter.drawText(QRectF(left + sample + 4.0, line.top(), metrics.horizontalAdvance(text) + 1.0, 16.0),
                         Qt::AlignLeft | Qt::AlignVCenter, text);
        left += sample + 4.0 + metrics.horizontalAdvance(text) + 12.0;
    };
    const double middle = line.center().y();
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().kept);
    painter.drawEllipse(QPointF(left + 4.0, middle), 4.0, 4.0);
    words(8.0, tr("kept"));
    painter.setPen(QPen(theme().pruned, 1.0));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(QPointF(left + 4.0, middle), 3.5, 3.5);
    words(8.0, tr("pruned"));
    const QString contourName = tr("p-norm contour");
    if (left + 16.0 + metrics.horizontalAdvance(contourName) < end) {
        painter.fillRect(QRectF(left, middle - 1.0, 12.0, 2.0), theme().fused);
        words(12.0, contourName);
    }
    painter.setPen(theme().text3);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, directions);
}

} // namespace faststar::widgets
