// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/domain/grids.h"
#include "widgets/panned_view.h"

namespace faststar::widgets
{

// One position of a grid: latent frame, row, column.
struct MapPlace {
    int t = 0;
    int row = 0;
    int column = 0;

    bool operator==(const MapPlace &) const = default;
};

// A view over whose picture a grid of tokens can be probed: by hovering, by a click, by arrow keys.
// Page Up and Page Down ask for another scale.
class ProbedView : public PannedView
{
    Q_OBJECT

public:
    using PannedView::PannedView;

    // Positions that are told and marked; a grid without positions switches the probe off.
    void setProbeGrid(const GridShape &grid);
    [[nodiscard]] const GridShape &probeGrid() const { return m_grid; }
    // The latent frame that is shown, counted within the grid.
    void setFrame(int t);
    [[nodiscard]] int frame() const { return m_frame; }
    // The mark; drawn while its frame is shown.
    void setProbe(const std::optional<MapPlace> &place);
    [[nodiscard]] const std::optional<MapPlace> &probe() const { return m_probe; }
    // Spoken before and after the place: "step 21.0" and "kept, rank 119".
    void setProbeWords(const QString &before, const QString &after);

    [[nodiscard]] std::optional<MapPlace> placeAt(const QPointF &position) const;
    // "τ 1, row 5, column 9"
    [[nodiscard]] static QString placeLabel(const MapPlace &place);

Q_SIGNALS:
    void tokenHovered(int t, int row, int column);
    void hoverEnded();
    void tokenPicked(int t, int row, int column);
    // -1: the scale before, +1: the next one.
    void scaleRequested(int by);

protected:
    virtual void frameChanged() {}
    // White in black around the probed token.
    void paintProbe(QPainter &painter) const;
    // "step 21.0, τ 1, row 5, column 9, <value>, kept, rank 119"; without a probe, `value` alone.
    [[nodiscard]] QString spokenProbe(const QString &value) const;

    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void pick(const MapPlace &place);

    GridShape m_grid;
    int m_frame = 0;
    std::optional<MapPlace> m_probe;
    std::optional<MapPlace> m_hovered;
    QString m_wordsBefore;
    QString m_wordsAfter;
};

} // namespace faststar::widgets
