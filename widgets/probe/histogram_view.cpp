// SPDX-License-Identifier: Apache-2.0
#include "widgets/probe/histogram_view.h"

#include <QKeyEvent>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

#include "widgets/heatmap/colour_bar.h"
#include "widgets/paint/paint_tools.h"

namespace faststar::widgets
{

namespace
{

constexpr int kBins = 48;
constexpr double kWords = 20.0; // above and below the bars
constexpr double kLogFrom = 30.0;
constexpr double kMostDecades = 4.0; // what is smaller is counted in the first bin
constexpr double kPruned = 0.7;      // opacity

} // namespace

HistogramView::HistogramView(QWidget *parent) : PaintedView(parent)
{
    setAccessibleName(tr("Score histogram"));
    setHasTable(true);
}

void HistogramView::setScores(MapKind kind, std::shared_ptr<const ScoreGrid> scores)
{
    if (kind == m_kind && scores == m_scores)
        return;
    m_kind = kind;
    m_scores = std::move(scores);
    m_current = -1;
    count();
}

void HistogramView::setKept(std::shared_ptr<const MaskGrid> kept)
{
    if (kept == m_kept)
        return;
    m_kept = std::move(kept);
    count();
}

void HistogramView::setCut(std::optional<double> cut)
{
    if (cut && !std::isfinite(*cut))
        cut.reset();
    if (cut == m_cut)
        return;
    m_cut = cut;
    count();
}

void HistogramView::count()
{
    m_bins.clear();
    m_keptCount = 0;
    m_prunedCount = 0;
    double least = std::numeric_limits<double>::infinity();
    double positive = least;
    double most = -least;
    if (m_scores != nullptr) {
        for (const float score : m_scores->values) {
            if (!std::isfinite(score))
                continue;
            least = std::min(least, double(score));
            most = std::max(most, double(score));
            if (score > 0.0F)
                positive = std::min(positive, double(score));
        }
    }
    if (!(most >= least)) {
        valueChanged();
        return;
    }
    m_axis.logarithmic = least >= 0.0 && most > positive * kLogFrom;
    m_axis.low = m_axis.logarithmic ? std::max(positive, most / std::pow(10.0, kMostDecades)) : least;
    m_axis.high = most > m_axis.low ? most : m_axis.low + std::max(std::abs(m_axis.low), 1.0) * 0.5;
    PlotAxis places = m_axis;
    places.pixelLow = 0.0;
    places.pixelHigh = kBins;
    for (int i = 0; i < kBins; ++i)
        m_bins.push_back({places.valueOf(i), places.valueOf(i + 1), 0, 0});
    const bool hasMask = m_kept != nullptr && m_kept->values.size() == m_scores->values.size();
    for (std::size_t i = 0; i < m_scores->values.size(); ++i) {
        const double score = double(m_scores->values[i]);
        const bool isKept = m_cut ? !(score < *m_cut) : !hasMask || m_kept->values[i] != 0;
        (isKept ? m_keptCount : m_prunedCount) += 1;
        if (!std::isfinite(score))
            continue;
        const double place = places.pixelOf(score);
        const int bin = std::isnan(place) ? 0 : int(std::clamp(place, 0.0, double(kBins - 1)));
        Bin &into = m_bins[std::size_t(bin)];
        (isKept ? into.kept : into.pruned) += 1;
    }
    valueChanged();
}

QRectF HistogramView::chartRect() const
{
    return QRectF(rect()).adjusted(0, kWords, 0, -kWords);
}

PlotAxis HistogramView::axis() const
{
    PlotAxis axis = m_axis;
    axis.pixelLow = chartRect().left();
    axis.pixelHigh = chartRect().right();
    return axis;
}

QString HistogramView::words(const Bin &bin) const
{
    return tr("%1 to %2: %3 kept, %4 pruned")
        .arg(scoreLabel(bin.low), scoreLabel(bin.high), numberLabel(bin.kept), numberLabel(bin.pruned));
}

QString HistogramView::spokenValue() const
{
    if (m_bins.empty())
        return tr("No scores yet");
    if (m_current >= 0 && m_current < int(m_bins.size()))
        return words(m_bins[std::size_t(m_current)]);
    const QString counts = tr("%1: kept %2, pruned %3")
                               .arg(mapName(m_kind), numberLabel(m_keptCount), numberLabel(m_prunedCount));
    return m_cut ? counts + QStringLiteral(", ") + tr("cut %1").arg(QLocale().toString(*m_cut, 'f', 3))
                 : counts;
}

TableRows HistogramView::table() const
{
    TableRows table{{tr("From"), tr("To"), tr("Kept"), tr("Pruned")}, {}};
    for (const Bin &bin : m_bins)
        table.rows.push_back({QLocale().toString(bin.low, 'g', 4), QLocale().toString(bin.high, 'g', 4),
                              numberLabel(bin.kept), numberLabel(bin.pruned)});
    return table;
}

QString HistogramView::toolTipAt(const QPointF &place) const
{
    const QRectF chart = chartRect();
    if (m_bins.empty() || !chart.contains(place))
        return {};
    const int bin = std::clamp(int((place.x() - chart.left()) / chart.width() * kBins), 0, kBins - 1);
    return words(m_bins[std::size_t(bin)]);
}

void HistogramView::keyPressEvent(QKeyEvent *event)
{
    const bool isLeft = event->key() == Qt::Key_Left;
    if ((!isLeft && event->key() != Qt::Key_Right) || m_bins.empty()) {
        PaintedView::keyPressEvent(event);
        return;
    }
    m_current = std::clamp(m_current + (isLeft ? -1 : 1), 0, kBins - 1);
    valueChanged();
}

void HistogramView::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().panel);
    const QRectF chart = chartRect();
    if (m_bins.empty() || chart.height() < 4.0) {
        paintEmpty(painter, rect(), tr("No scores yet"), tr("Pruned steps have them."));
        paintFocus(painter);
        return;
    }
    std::int64_t most = 1;
    for (const Bin &bin : m_bins)
        most = std::max(most, bin.kept + bin.pruned);
    const double base = betweenPixels(painter, chart.bottom());
    for (int i = 0; i < kBins; ++i) {
        const Bin &bin = m_bins[std::size_t(i)];
        const double left = betweenPixels(painter, chart.left() + chart.width() * i / kBins);
        const double right = betweenPixels(painter, chart.left() + chart.width() * (i + 1) / kBins) - 1.0;
        const double wide = std::max(1.0, right - left);
        const auto heightOf = [&](std::int64_t count) {
            return std::round(double(count) / double(most) * chart.height());
        };
        const double kept = heightOf(bin.kept);
        const double all = heightOf(bin.kept + bin.pruned);
        painter.fillRect(QRectF(left, base - kept, wide, kept), theme().kept);
        painter.setOpacity(kPruned);
        painter.fillRect(QRectF(left, base - all, wide, all - kept), theme().pruned);
        painter.setOpacity(1.0);
        if (i == m_current && hasFocus())
            painter.fillRect(QRectF(left, base + 2.0, wide, 2.0), theme().accent);
    }
    painter.setPen(QPen(theme().control, 0));
    const double line = onPixelCentre(painter, base);
    painter.drawLine(QPointF(chart.left(), line), QPointF(chart.right(), line));

    painter.setFont(axisFont());
    const QFontMetricsF metrics(axisFont());
    const PlotAxis scale = axis();
    const QString keptWords = tr("kept %1").arg(numberLabel(m_keptCount));
    const QString prunedWords = tr("pruned %1").arg(numberLabel(m_prunedCount));
    painter.setPen(theme().text2);
    const double keptWide = metrics.horizontalAdvance(keptWords);
    const double prunedWide = metrics.horizontalAdvance(prunedWords);
    double middle = chart.center().x();
    if (m_cut) {
        const double at = scale.pixelOf(*m_cut);
        // A cut at nothing, or beyond every score, is at the end of the axis.
        const double inside = std::isnan(at) ? chart.left() : std::clamp(at, chart.left(), chart.right());
        const double x = betweenPixels(painter, inside);
        painter.fillRect(QRectF(x - 1.0, 4.0, 2.0, base - 4.0), theme().text);
        middle = inside;
    }
    middle = std::clamp(middle, chart.left() + prunedWide + 8.0,
                        std::max(chart.left() + prunedWide + 8.0, chart.right() - keptWide - 8.0));
    painter.drawText(QRectF(middle - 8.0 - prunedWide, 0, prunedWide + 1.0, 16.0), Qt::AlignVCenter,
                     prunedWords);
    painter.drawText(QRectF(middle + 8.0, 0, keptWide + 1.0, 16.0), Qt::AlignVCenter, keptWords);

    // The axis' name takes its place first; numbers stand where they fit beside it.
    const QString name = m_axis.logarithmic ? tr("%1, log").arg(mapName(m_kind)) : mapName(m_kind);
    const double nameWide = metrics.horizontalAdvance(name);
    const QRectF below(chart.left(), base + 4.0, chart.width(), 16.0);
    const QRectF namePlace(below.right() - nameWide, below.top(), nameWide + 1.0, 16.0);
    painter.drawText(namePlace, Qt::AlignVCenter, name);
    painter.setPen(theme().text3);
    double taken = below.left() - 8.0;
    for (const PlotTick &tick : ticksOf(scale, 5)) {
        const double wide = metrics.horizontalAdvance(tick.label);
        const double left = std::max(below.left(), scale.pixelOf(tick.value) - wide / 2.0);
        if (tick.label.isEmpty() || left < taken + 8.0 || left + wide > namePlace.left() - 8.0)
            continue;
        painter.drawText(QRectF(left, below.top(), wide + 1.0, 16.0), Qt::AlignVCenter, tick.label);
        taken = left + wide;
    }
    paintFocus(painter);
}

} // namespace faststar::widgets
