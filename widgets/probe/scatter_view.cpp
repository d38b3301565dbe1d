// SPDX-License-Identifier: Apache-2.0
#include "widgets/probe/scatter_view.h"

#include <QKeyEvent>
#include <QMouseEvent>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/domain/selection.h"
#include "widgets/paint/mask_painter.h"
#include "widgets/probe/norm_contour.h"

namespace faststar::widgets
{

namespace
{

constexpr std::size_t kMostPoints = 6000;
constexpr double kReach = 6.0;       // pixels, of the mouse
constexpr double kMostDecades = 3.0; // what is smaller lies on the edge

PlotAxis axisOf(const std::vector<float> &scores)
{
    double least = std::numeric_limits<double>::infinity();
    double most = 0.0;
    for (const float score : scores) {
        if (!std::isfinite(score) || score <= 0.0F)
            continue;
        least = std::min(least, double(score));
        most = std::max(most, double(score));
    }
    PlotAxis axis;
    axis.logarithmic = true;
    if (most > 0.0) {
        axis.low = std::max(least, most / std::pow(10.0, kMostDecades)) / 1.1;
        axis.high = most * 1.1;
    } else {
        axis.low = 0.001;
    }
    return axis;
}

} // namespace

ScatterView::ScatterView(QWidget *parent) : PaintedView(parent)
{
    setAccessibleName(tr("Spatial against temporal score"));
    setHasTable(true);
}

void ScatterView::setScores(std::shared_ptr<const ScoreGrid> spatial,
                            std::shared_ptr<const ScoreGrid> temporal)
{
    if (spatial == m_spatial && temporal == m_temporal)
        return;
    m_spatial = std::move(spatial);
    m_temporal = std::move(temporal);
    m_dragging = false;
    if (!isEmpty()) {
        m_across = axisOf(m_spatial->values);
        m_up = axisOf(m_temporal->values);
    }
    refit();
}

void ScatterView::setKept(std::shared_ptr<const MaskGrid> kept)
{
    if (kept == m_kept)
        return;
    m_kept = std::move(kept);
    m_isStale = true;
    valueChanged();
}

void ScatterView::setNorm(double p, std::optional<double> cut)
{
    if (cut && (!std::isfinite(*cut) || *cut <= 0.0))
        cut.reset();
    const bool isNewP = p >= 1.0 && p != m_p;
    if (!isNewP && cut == m_cut)
        return;
    if (p >= 1.0)
        m_p = p;
    m_cut = cut;
    m_isStale = true;
    if (isNewP)
        refit();
    else
        valueChanged();
}

void ScatterView::setProbe(const std::optional<MapPlace> &place)
{
    if (place == m_probe)
        return;
    m_probe = place;
    valueChanged();
}

bool ScatterView::isEmpty() const
{
    return m_spatial == nullptr || m_temporal == nullptr || m_spatial->shape != m_temporal->shape ||
           m_spatial->values.size() != m_temporal->values.size() ||
           !hasFrame(m_spatial->shape, m_spatial->values.size(), 0);
}

void ScatterView::refit()
{
    m_sorted.clear();
    if (!isEmpty()) {
        m_sorted = fuseScores(m_spatial->values, m_temporal->values, m_p);
        std::sort(m_sorted.begin(), m_sorted.end());
    }
    m_isStale = true;
    valueChanged();
}

std::size_t ScatterView::stride() const
{
    return isEmpty() ? 1 : (m_spatial->values.size() + kMostPoints - 1) / kMostPoints;
}

int ScatterView::ratioOf(double cut) const
{
    if (m_sorted.empty())
        return 0;
    const auto below = std::lower_bound(m_sorted.begin(), m_sorted.end(), float(cut)) - m_sorted.begin();
    return int(std::lround(1000.0 * double(below) / double(m_sorted.size())));
}

bool ScatterView::isKept(std::size_t index) const
{
    if (m_kept != nullptr && m_kept->values.size() == m_spatial->values.size())
        return m_kept->values[index] != 0;
    return !m_cut ||
           !(normOf(double(m_spatial->values[index]), double(m_temporal->values[index]), m_p) < *m_cut);
}

MapPlace ScatterView::placeOf(std::size_t index) const
{
    const GridShape &shape = m_spatial->shape;
    const auto frame = std::size_t(shape.h) * std::size_t(shape.w);
    return {int(index / frame), int(index % frame / std::size_t(shape.w)), int(index % std::size_t(shape.w))};
}

std::optional<std::size_t> ScatterView::nearest(const QPointF &place) const
{
    if (isEmpty())
        return std::nullopt;
    std::optional<std::size_t> best;
    double least = kReach * kReach;
    for (std::size_t i = 0; i < m_spatial->values.size(); i += stride()) {
        const QPointF away = pixelOf(i) - place;
        const double distance = QPointF::dotProduct(away, away);
        if (distance <= least) {
            least = distance;
            best = i;
        }
    }
    return best;
}

bool ScatterView::isOnContour(const QPointF &place) const
{
    const auto points = contour();
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
        const QPointF along = points[i + 1] - points[i];
        const double length = QPointF::dotProduct(along, along);
        const double at =
            length > 0.0 ? std::clamp(QPointF::dotProduct(place - points[i], along) / length, 0.0, 1.0) : 0.0;
        const QPointF away = place - (points[i] + at * along);
        if (QPointF::dotProduct(away, away) <= kReach * kReach)
            return true;
    }
    return false;
}

void ScatterView::resizeEvent(QResizeEvent *event)
{
    PaintedView::resizeEvent(event);
    m_isStale = true;
}

void ScatterView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || isEmpty()) {
        PaintedView::mousePressEvent(event);
        return;
    }
    if (isOnContour(event->position())) {
        m_dragging = true;
        m_dragBegan = ratioOf(*m_cut);
    } else if (const auto index = nearest(event->position())) {
        const MapPlace place = placeOf(*index);
        setProbe(place);
        Q_EMIT tokenPicked(place.t, place.row, place.column);
    }
}

void ScatterView::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_dragging) {
        setCursor(!isEmpty() && isOnContour(event->position()) ? Qt::SizeAllCursor : Qt::ArrowCursor);
        return;
    }
    const QRectF chart = chartRect();
    const double x = std::clamp(event->position().x(), chart.left(), chart.right());
    const double y = std::clamp(event->position().y(), chart.top(), chart.bottom());
    setNorm(m_p, normOf(across().valueOf(x), up().valueOf(y), m_p));
    if (m_cut)
        Q_EMIT ratioDragged(ratioOf(*m_cut));
}

void ScatterView::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !m_dragging)
        return;
    m_dragging = false;
    if (m_cut && ratioOf(*m_cut) != m_dragBegan)
        Q_EMIT ratioCommitted(ratioOf(*m_cut));
}

void ScatterView::keyPressEvent(QKeyEvent *event)
{
    const int step = event->modifiers().testFlag(Qt::ShiftModifier) ? 1 : 10;
    switch (event->key()) {
    case Qt::Key_Up:
        moveRatio(step);
        break;
    case Qt::Key_Down:
        moveRatio(-step);
        break;
    case Qt::Key_PageUp:
        moveRatio(50);
        break;
    case Qt::Key_PageDown:
        moveRatio(-50);
        break;
    default:
        PaintedView::keyPressEvent(event);
    }
}

// A higher cut prunes more.
void ScatterView::moveRatio(int by)
{
    if (m_sorted.empty() || !m_cut)
        return;
    const int ratio = std::clamp(ratioOf(*m_cut) + by, 0, 1000);
    const auto kept = std::size_t(keptCount(std::int64_t(m_sorted.size()), ratio));
    setNorm(m_p, double(m_sorted[std::min(m_sorted.size() - kept, m_sorted.size() - 1)]));
    Q_EMIT ratioCommitted(ratio);
}

} // namespace faststar::widgets
