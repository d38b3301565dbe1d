// SPDX-License-Identifier: Apache-2.0
#include "widgets/plot/line_plot.h"

#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <QSaveFile>
#include <QStringList>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>
#include <limits>
#include <ranges>

namespace faststar::widgets
{

namespace
{

constexpr double kPadding = 12.0;
constexpr double kGap = 8.0;
constexpr double kLegendRow = 20.0;
constexpr double kLineWidth = 2.0;
constexpr double kMarkRadius = 3.0;
constexpr double kTickSpacing = 64.0; // least between labels of the horizontal axis
constexpr double kRowSpacing = 28.0;

bool isPoint(const QPointF &point)
{
    return std::isfinite(point.x()) && std::isfinite(point.y());
}

// The ends of the data in one direction, given ends first.
void fit(PlotAxis &axis, const PlotMeasure &measure, const std::vector<PlotSeries> &series,
         double (QPointF::*coordinate)() const, int atMost)
{
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const PlotSeries &one : series) {
        for (const QPointF &point : one.points) {
            const double value = (point.*coordinate)();
            if (!isPoint(point) || (measure.logarithmic && value <= 0.0))
                continue;
            low = std::min(low, value);
            high = std::max(high, value);
        }
    }
    axis.logarithmic = measure.logarithmic;
    axis.low = low;
    axis.high = high;
    roundOutwards(axis, atMost);
    axis.low = measure.low.value_or(axis.low);
    axis.high = measure.high.value_or(axis.high);
}

// A line of one device pixel is crisp only when it lies on a pixel's centre.
double onPixelCentre(const QPainter &painter, double coordinate)
{
    const double ratio = painter.device() != nullptr ? painter.device()->devicePixelRatioF() : 1.0;
    return (std::floor(coordinate * ratio) + 0.5) / ratio;
}

void paintMark(QPainter &painter, PlotMark mark, const QPointF &at)
{
    const double r = kMarkRadius;
    switch (mark) {
    case PlotMark::None:
        break;
    case PlotMark::Circle:
        painter.drawEllipse(at, r, r);
        break;
    case PlotMark::Square:
        painter.drawRect(QRectF(at.x() - r, at.y() - r, 2 * r, 2 * r));
        break;
    case PlotMark::Diamond: {
        const double d = r * 1.4;
        painter.drawPolygon(
            QPolygonF({at + QPointF(0, -d), at + QPointF(d, 0), at + QPointF(0, d), at + QPointF(-d, 0)}));
        break;
    }
    }
}

QPen penOf(const PlotSeries &series)
{
    QPen pen(series.colour, kLineWidth, series.dashed ? Qt::DashLine : Qt::SolidLine, Qt::FlatCap,
             Qt::RoundJoin);
    return pen;
}

// Edges of a line of whole pixels lie between pixels.
double betweenPixels(const QPainter &painter, double coordinate)
{
    const double ratio = painter.device() != nullptr ? painter.device()->devicePixelRatioF() : 1.0;
    return std::round(coordinate * ratio) / ratio;
}

bool isSame(double a, double b)
{
    return a == b || (std::isnan(a) && std::isnan(b));
}

} // namespace

bool PlotSeries::operator==(const PlotSeries &other) const
{
    const auto isSamePoint = [](const QPointF &a, const QPointF &b) {
        return isSame(a.x(), b.x()) && isSame(a.y(), b.y());
    };
    return name == other.name && colour == other.colour && mark == other.mark && dashed == other.dashed &&
           std::equal(points.begin(), points.end(), other.points.begin(), other.points.end(), isSamePoint);
}

LinePlot::LinePlot(QWidget *parent)
    : QWidget(parent), m_theme(themeOf(ThemeKind::Dark)), m_emptyText(tr("No numbers yet"))
{
    describe();
}

void LinePlot::setTheme(const Theme &theme)
{
    if (theme == m_theme)
        return;
    m_theme = theme;
    update();
}

void LinePlot::setMeasures(const PlotMeasure &horizontal, const PlotMeasure &vertical)
{
    if (horizontal == m_horizontal && vertical == m_vertical)
        return;
    m_horizontal = horizontal;
    m_vertical = vertical;
    changed();
}

void LinePlot::setSeries(std::vector<PlotSeries> series)
{
    if (series == m_series)
        return;
    m_series = std::move(series);
    changed();
}

void LinePlot::setMarker(const std::optional<PlotMarker> &marker)
{
    if (marker == m_marker)
        return;
    m_marker = marker;
    changed();
}

void LinePlot::setEmptyText(const QString &text)
{
    if (text == m_emptyText)
        return;
    m_emptyText = text;
    changed();
}

QSize LinePlot::sizeHint() const
{
    return {480, 180};
}

QSize LinePlot::minimumSizeHint() const
{
    return {240, 120};
}

bool LinePlot::saveSvg(const QString &path) const
{
    QSaveFile file(path); // takes its name only when complete
    if (!file.open(QIODevice::WriteOnly))
        return false;
    QSvgGenerator generator;
    generator.setOutputDevice(&file);
    generator.setSize(size());
    generator.setViewBox(rect());
    generator.setTitle(accessibleName());
    generator.setDescription(accessibleDescription());
    QPainter painter;
    if (!painter.begin(&generator))
        return false;
    paint(painter, rect());
    return painter.end() && file.commit();
}

void LinePlot::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    paint(painter, rect());
}

LinePlot::Frame LinePlot::layOut(const QRectF &bounds) const
{
    Frame frame;
    const QFontMetricsF metrics(axisFont());
    const bool legend = m_series.size() > 1;
    frame.area = bounds.adjusted(kPadding, kPadding + (legend ? kLegendRow : 0.0), -kPadding,
                                 -(metrics.height() + 2.0 * kGap));

    const int rows = std::max(2, int(frame.area.height() / kRowSpacing));
    fit(frame.vertical, m_vertical, m_series, &QPointF::y, rows);
    frame.rows = ticksOf(frame.vertical, rows);
    if (!frame.rows.empty() && !m_vertical.unit.isEmpty())
        frame.rows.back().label += QLatin1Char(' ') + m_vertical.unit;
    double widest = 0.0;
    for (const PlotTick &tick : frame.rows)
        widest = std::max(widest, metrics.horizontalAdvance(tick.label));
    frame.area.setLeft(bounds.left() + kPadding + widest + kGap);

    const int columns = std::max(2, int(frame.area.width() / kTickSpacing));
    fit(frame.horizontal, m_horizontal, m_series, &QPointF::x, columns);
    frame.columns = ticksOf(frame.horizontal, columns);
    if (!frame.columns.empty() && !m_horizontal.title.isEmpty())
        frame.columns.front().label = m_horizontal.title + QLatin1Char(' ') + frame.columns.front().label;
    if (!frame.columns.empty()) // the last label stands centred under its tick
        frame.area.setRight(
            std::min(frame.area.right(),
                     bounds.right() - kGap - metrics.horizontalAdvance(frame.columns.back().label) / 2.0));

    frame.horizontal.pixelLow = frame.area.left();
    frame.horizontal.pixelHigh = frame.area.right();
    frame.vertical.pixelLow = frame.area.bottom();
    frame.vertical.pixelHigh = frame.area.top();
    return frame;
}

void LinePlot::paint(QPainter &painter, const QRectF &bounds) const
{
    painter.fillRect(bounds, m_theme.panel);
    painter.setFont(axisFont());
    const Frame frame = layOut(bounds);
    if (!frame.horizontal.isUsable() || !frame.vertical.isUsable()) {
        painter.setPen(m_theme.text2);
        painter.drawText(bounds.adjusted(kPadding, kPadding, -kPadding, -kPadding),
                         Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    paintGrid(painter, frame);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.save();
    painter.setClipRect(
        frame.area.adjusted(-kMarkRadius - 2, -kMarkRadius - 2, kMarkRadius + 2, kMarkRadius + 2));
    for (const PlotSeries &series : m_series)
        paintSeries(painter, frame, series);
    painter.restore();
    paintMarker(painter, frame);
    if (m_series.size() > 1)
        paintLegend(painter, bounds);
}

void LinePlot::paintGrid(QPainter &painter, const Frame &frame) const
{
    const QFontMetricsF metrics(axisFont());
    for (const PlotTick &tick : frame.rows) {
        const double y = onPixelCentre(painter, frame.vertical.pixelOf(tick.value));
        painter.setPen(QPen(m_theme.line, 0)); // cosmetic: one device pixel
        painter.drawLine(QPointF(frame.area.left(), y), QPointF(frame.area.right(), y));
        painter.setPen(m_theme.text3);
        const QRectF place(frame.area.left() - kGap - 200.0, y - metrics.height() / 2.0, 200.0,
                           metrics.height());
        painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter, tick.label);
    }
    double taken = -std::numeric_limits<double>::infinity();
    for (const PlotTick &tick : frame.columns) {
        const double x = onPixelCentre(painter, frame.horizontal.pixelOf(tick.value));
        painter.setPen(QPen(m_theme.control, 0));
        painter.drawLine(QPointF(x, frame.area.bottom() + 1.0), QPointF(x, frame.area.bottom() + 5.0));
        const double width = metrics.horizontalAdvance(tick.label);
        // The first label carries the title and begins at its tick.
        const bool first = &tick == &frame.columns.front();
        const double left = first && !m_horizontal.title.isEmpty() ? x : x - width / 2.0;
        if (tick.label.isEmpty() || left < taken + kGap)
            continue;
        taken = left + width;
        painter.setPen(m_theme.text3);
        painter.drawText(QRectF(left, frame.area.bottom() + kGap, width + 1.0, metrics.height()),
                         Qt::AlignLeft | Qt::AlignTop, tick.label);
    }
}

void LinePlot::paintSeries(QPainter &painter, const Frame &frame, const PlotSeries &series) const
{
    QPainterPath path;
    std::vector<QPointF> places;
    bool isBroken = true;
    for (const QPointF &point : series.points) {
        const QPointF place(frame.horizontal.pixelOf(point.x()), frame.vertical.pixelOf(point.y()));
        if (!isPoint(place)) {
            isBroken = true;
            continue;
        }
        if (isBroken)
            path.moveTo(place);
        else
            path.lineTo(place);
        isBroken = false;
        places.push_back(place);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(penOf(series));
    painter.drawPath(path);
    painter.setPen(Qt::NoPen);
    painter.setBrush(series.colour);
    for (const QPointF &place : places)
        paintMark(painter, series.mark, place);
}

void LinePlot::paintMarker(QPainter &painter, const Frame &frame) const
{
    if (!m_marker)
        return;
    const double x = betweenPixels(painter, frame.horizontal.pixelOf(m_marker->at));
    if (!(x >= frame.area.left() - 0.5 && x <= frame.area.right() + 0.5))
        return;
    painter.setPen(QPen(m_theme.accent, kLineWidth));
    painter.drawLine(QPointF(x, frame.area.top()), QPointF(x, frame.area.bottom()));
    if (m_marker->label.isEmpty())
        return;
    const QFontMetricsF metrics(axisFont());
    const double width = metrics.horizontalAdvance(m_marker->label);
    const bool fitsRight = x + kGap + width <= frame.area.right();
    QRectF place(fitsRight ? x + kGap : x - kGap - width, frame.area.top(), width, metrics.height());
    painter.fillRect(place.adjusted(-3, -1, 3, 1), m_theme.panel); // over the lines it must stay readable
    painter.setPen(m_theme.text);
    painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, m_marker->label);
}

void LinePlot::paintLegend(QPainter &painter, const QRectF &bounds) const
{
    constexpr double kSample = 20.0;
    const QFontMetricsF metrics(axisFont());
    double right = bounds.right() - kPadding;
    const double y = bounds.top() + kPadding + metrics.height() / 2.0;
    for (const auto &series : std::views::reverse(m_series)) {
        const double width = metrics.horizontalAdvance(series.name);
        painter.setPen(m_theme.text2);
        painter.drawText(QRectF(right - width, y - metrics.height() / 2.0, width + 1.0, metrics.height()),
                         Qt::AlignLeft | Qt::AlignVCenter, series.name);
        right -= width + kGap;
        painter.setBrush(Qt::NoBrush);
        painter.setPen(penOf(series));
        painter.drawLine(QPointF(right - kSample, y), QPointF(right, y));
        painter.setPen(Qt::NoPen);
        painter.setBrush(series.colour);
        paintMark(painter, series.mark, QPointF(right - kSample / 2.0, y));
        right -= kSample + 2.0 * kGap;
    }
}

// "psnr per frame: 17 points, 35.51 to 36.34 dB. Marker at frame 9: worst."
void LinePlot::describe()
{
    const QLocale locale;
    QStringList sentences;
    for (const PlotSeries &series : m_series) {
        double low = std::numeric_limits<double>::infinity();
        double high = -low;
        qsizetype count = 0;
        for (const QPointF &point : series.points) {
            if (!isPoint(point))
                continue;
            ++count;
            low = std::min(low, point.y());
            high = std::max(high, point.y());
        }
        if (count > 0)
            sentences += tr("%1: %2 points, %3 to %4 %5.")
                             .arg(series.name, locale.toString(count), locale.toString(low, 'g', 4),
                                  locale.toString(high, 'g', 4), m_vertical.unit);
    }
    if (sentences.isEmpty())
        sentences += m_emptyText;
    else if (m_marker)
        sentences += tr("Marker at %1 %2: %3.")
                         .arg(m_horizontal.title, locale.toString(m_marker->at, 'g', 4), m_marker->label);
    setAccessibleDescription(sentences.join(QLatin1Char(' ')));
}

void LinePlot::changed()
{
    describe();
    update();
}

} // namespace faststar::widgets
