// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/domain/grids.h"
#include "widgets/heatmap/map_kind.h"
#include "widgets/painted_view.h"
#include "widgets/plot/plot_axes.h"

namespace faststar::widgets
{

// How often scores occur, over all latent frames. With a cut, what lies right of it is kept; without, a
// mask of the same shape tells. The axis is logarithmic where scores span more than a factor of 30.
class HistogramView : public PaintedView
{
    Q_OBJECT

public:
    explicit HistogramView(QWidget *parent = nullptr);

    void setScores(MapKind kind, std::shared_ptr<const ScoreGrid> scores);
    void setKept(std::shared_ptr<const MaskGrid> kept);
    void setCut(std::optional<double> cut);

    struct Bin {
        double low = 0.0;
        double high = 0.0;
        std::int64_t kept = 0;
        std::int64_t pruned = 0;
    };
    [[nodiscard]] const std::vector<Bin> &bins() const { return m_bins; }
    [[nodiscard]] bool isLogarithmic() const { return m_axis.logarithmic; }

    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] TableRows table() const override;
    [[nodiscard]] QSize sizeHint() const override { return {336, 128}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 96}; }

protected:
    [[nodiscard]] QString toolTipAt(const QPointF &place) const override;
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void count();
    [[nodiscard]] PlotAxis axis() const;
    [[nodiscard]] QRectF chartRect() const;
    [[nodiscard]] QString words(const Bin &bin) const;

    MapKind m_kind = MapKind::Fused;
    std::shared_ptr<const ScoreGrid> m_scores;
    std::shared_ptr<const MaskGrid> m_kept;
    std::optional<double> m_cut;
    std::vector<Bin> m_bins;
    PlotAxis m_axis; // low, high, logarithmic
    std::int64_t m_keptCount = 0;
    std::int64_t m_prunedCount = 0;
    int m_current = -1;
};

} // namespace faststar::widgets
