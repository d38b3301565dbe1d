// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include <array>
#include <memory>
#include <optional>

#include "core/domain/step_event.h"
#include "widgets/heatmap/heatmap_view.h"

class QGridLayout;

namespace faststar::widgets
{

// The three scores and the mask of a step, side by side or one at a time, with one zoom, one probe and
// one choice of colours. The small form is for the live step.
class HeatmapQuad : public QWidget
{
    Q_OBJECT

public:
    explicit HeatmapQuad(HeatmapView::Form form = HeatmapView::Form::Full, QWidget *parent = nullptr);

    void setTheme(const Theme &theme);
    // What was looked at; null empties the three. Probes are counted on this grid.
    void setScores(const std::shared_ptr<const ScoreMaps> &scores);
    // At the token grid of the step or any other with the same latent frames.
    void setMask(const std::shared_ptr<const MaskGrid> &mask, MaskStyle style = MaskStyle::Hatch);
    void setCut(std::optional<double> cut);
    // Colours and scale; `shared` puts all maps on one range (their lowest to their highest own end).
    void setLook(ColourMap map, ColourScale::Kind kind, bool shared);
    // The latent frame that is shown, within the clip.
    void setFrame(int t);
    void setPicture(const QImage &picture);
    void setPictureSize(const QSize &size);
    void setMapOpacity(double opacity);
    void setProbe(const std::optional<MapPlace> &place);
    void setProbeWords(const QString &before, const QString &after);
    // All four, or one.
    void setSingle(std::optional<MapKind> kind);
    [[nodiscard]] std::optional<MapKind> single() const { return m_single; }
    // Zoom and position in common (at first), or each for itself.
    void setLocked(bool locked);
    [[nodiscard]] bool isLocked() const { return m_locked; }
    void setViewTransform(const ViewTransform &view);

    [[nodiscard]] HeatmapView *view(MapKind kind) const { return m_views[std::size_t(kind)]; }

Q_SIGNALS:
    void tokenHovered(int t, int row, int column);
    void hoverEnded();
    void tokenPicked(int t, int row, int column);
    void scaleRequested(int by);
    void viewTransformChanged(const faststar::widgets::ViewTransform &view);
    void tableRequested(faststar::widgets::MapKind kind);

private:
    void arrange();
    void refreshLook();

    QGridLayout *m_grid;
    std::array<HeatmapView *, 4> m_views{};
    std::shared_ptr<const ScoreMaps> m_scores;
    MapLook m_look;
    bool m_shared = false;
    std::optional<MapKind> m_single;
    bool m_locked = true;
};

} // namespace faststar::widgets
