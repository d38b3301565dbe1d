// SPDX-License-Identifier: Apache-2.0
#include "widgets/heatmap/heatmap_quad.h"

#include <QGridLayout>

#include <algorithm>

namespace faststar::widgets
{

namespace
{

constexpr std::array kKinds{MapKind::Spatial, MapKind::Temporal, MapKind::Fused, MapKind::Mask};

} // namespace

HeatmapQuad::HeatmapQuad(HeatmapView::Form form, QWidget *parent)
    : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(form == HeatmapView::Form::Small ? 8 : 4);
    for (const MapKind kind : kKinds) {
        auto *view = new HeatmapView(kind, form, this);
        m_views[std::size_t(kind)] = view;
        connect(view, &ProbedView::tokenHovered, this, &HeatmapQuad::tokenHovered);
        connect(view, &ProbedView::hoverEnded, this, &HeatmapQuad::hoverEnded);
        connect(view, &ProbedView::scaleRequested, this, &HeatmapQuad::scaleRequested);
        connect(view, &PaintedView::tableRequested, this, [this, kind] { Q_EMIT tableRequested(kind); });
        connect(view, &ProbedView::tokenPicked, this, [this](int t, int row, int column) {
            setProbe(MapPlace{t, row, column});
            Q_EMIT tokenPicked(t, row, column);
        });
        connect(view, &PannedView::viewTransformChanged, this, [this](const ViewTransform &change) {
            if (!m_locked)
                return;
            setViewTransform(change);
            Q_EMIT viewTransformChanged(change);
        });
    }
    arrange();
}

void HeatmapQuad::setTheme(const Theme &theme)
{
    for (HeatmapView *view : m_views)
        view->setTheme(theme);
}

void HeatmapQuad::setScores(const std::shared_ptr<const ScoreMaps> &scores)
{
    if (scores == m_scores)
        return;
    m_scores = scores;
    const auto maps = [&]() -> std::array<std::shared_ptr<const ScoreGrid>, 3> {
        if (scores == nullptr)
            return {};
        return {distanceOf(scores->spatialSimilarity), distanceOf(scores->temporalSimilarity),
                std::shared_ptr<const ScoreGrid>(scores, &scores->score)};
    }();
    for (HeatmapView *view : m_views)
        view->setProbeGrid(scores != nullptr ? scores->score.shape : GridShape{});
    for (std::size_t i = 0; i < maps.size(); ++i)
        m_views[i]->setMap(maps[i]);
    refreshLook();
}

void HeatmapQuad::setMask(const std::shared_ptr<const MaskGrid> &mask, MaskStyle style)
{
    for (HeatmapView *view : m_views)
        view->setMask(mask, style);
}

void HeatmapQuad::setCut(std::optional<double> cut)
{
    for (HeatmapView *view : m_views)
        view->setCut(cut);
}

void HeatmapQuad::setLook(ColourMap map, ColourScale::Kind kind, bool shared)
{
    m_look.map = map;
    m_look.kind = kind;
    m_shared = shared;
    refreshLook();
}

void HeatmapQuad::refreshLook()
{
    m_look.shared.reset();
    if (m_shared) {
        for (const HeatmapView *view : m_views) {
            if (view->map() == nullptr || view->map()->values.empty())
                continue;
            const ColourRange own = ownRange(view->map()->values);
            m_look.shared = m_look.shared ? ColourRange{std::min(own.low, m_look.shared->low),
                                                        std::max(own.high, m_look.shared->high)}
                                          : own;
        }
    }
    for (HeatmapView *view : m_views)
        view->setLook(m_look);
}

void HeatmapQuad::setFrame(int t)
{
    for (HeatmapView *view : m_views)
        view->setFrame(t);
}

void HeatmapQuad::setPicture(const QImage &picture)
{
    for (HeatmapView *view : m_views)
        view->setPicture(picture);
}

void HeatmapQuad::setPictureSize(const QSize &size)
{
    for (HeatmapView *view : m_views) {
        view->setPictureSize(size);
        view->updateGeometry();
    }
}

void HeatmapQuad::setMapOpacity(double opacity)
{
    for (HeatmapView *view : m_views)
        view->setMapOpacity(opacity);
}

void HeatmapQuad::setProbe(const std::optional<MapPlace> &place)
{
    for (HeatmapView *view : m_views)
        view->setProbe(place);
}

void HeatmapQuad::setProbeWords(const QString &before, const QString &after)
{
    for (HeatmapView *view : m_views)
        view->setProbeWords(before, after);
}

void HeatmapQuad::setSingle(std::optional<MapKind> kind)
{
    if (kind == m_single)
        return;
    m_single = kind;
    arrange();
}

void HeatmapQuad::setLocked(bool locked)
{
    m_locked = locked;
    if (locked)
        setViewTransform(view(m_single.value_or(MapKind::Spatial))->viewTransform());
}

void HeatmapQuad::setViewTransform(const ViewTransform &transform)
{
    for (HeatmapView *view : m_views)
        view->setViewTransform(transform);
}

void HeatmapQuad::arrange()
{
    for (std::size_t i = 0; i < m_views.size(); ++i) {
        m_grid->removeWidget(m_views[i]);
        const bool isShown = !m_single || std::size_t(*m_single) == i;
        m_views[i]->setVisible(isShown);
        if (isShown)
            m_grid->addWidget(m_views[i], m_single ? 0 : int(i / 2), m_single ? 0 : int(i % 2));
    }
    for (int i = 0; i < 2; ++i) {
        m_grid->setRowStretch(i, m_single && i == 1 ? 0 : 1);
        m_grid->setColumnStretch(i, m_single && i == 1 ? 0 : 1);
    }
}

} // namespace faststar::widgets
