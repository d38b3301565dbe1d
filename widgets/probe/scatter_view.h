// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPixmap>

#include <memory>
#include <optional>
#include <vector>

#include "core/domain/grids.h"
#include "widgets/painted_view.h"
#include "widgets/plot/plot_axes.h"
#include "widgets/probed_view.h"

namespace faststar::widgets
{

// Every position by its spatial (to the right) and temporal score (upwards) on logarithmic axes; kept
// ones are filled, pruned ones hollow. The curve of the p-norm at the cut can be dragged, or moved with
// the arrow keys: that is the ratio of the step.
class ScatterView : public PaintedView
{
    Q_OBJECT

public:
    explicit ScatterView(QWidget *parent = nullptr);

    // Distances of one shape; null or different shapes empty the view.
    void setScores(std::shared_ptr<const ScoreGrid> spatial, std::shared_ptr<const ScoreGrid> temporal);
    // Of the same shape; null: the cut tells.
    void setKept(std::shared_ptr<const MaskGrid> kept);
    void setNorm(double p, std::optional<double> cut);
    void setProbe(const std::optional<MapPlace> &place);

    // "1,008 tokens, log axes"; says so where only some are drawn.
    [[nodiscard]] QString caption() const;
    // Share of positions whose score is below a cut, in permille.
    [[nodiscard]] int ratioOf(double cut) const;

    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] TableRows table() const override;
    [[nodiscard]] QSize sizeHint() const override { return {336, 392}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {220, 200}; }

Q_SIGNALS:
    void ratioDragged(int permille);   // at every move
    void ratioCommitted(int permille); // once, at the end
    void tokenPicked(int t, int row, int column);

protected:
    [[nodiscard]] QString toolTipAt(const QPointF &place) const override;
    void themeChanged() override { m_isStale = true; }
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    [[nodiscard]] bool isEmpty() const;
    [[nodiscard]] QRectF chartRect() const;
    [[nodiscard]] PlotAxis across() const;
    [[nodiscard]] PlotAxis up() const;
    [[nodiscard]] QPointF pixelOf(std::size_t index) const;
    [[nodiscard]] std::optional<std::size_t> nearest(const QPointF &place) const;
    [[nodiscard]] MapPlace placeOf(std::size_t index) const;
    [[nodiscard]] bool isKept(std::size_t index) const;
    [[nodiscard]] bool isOnContour(const QPointF &place) const;
    [[nodiscard]] std::vector<QPointF> contour() const; // in pixels
    [[nodiscard]] std::size_t stride() const;
    [[nodiscard]] QString words(std::size_t index) const;
    void refit();
    void renderPoints();
    void paintAxes(QPainter &painter) const;
    void paintContour(QPainter &painter) const;
    void paintLegend(QPainter &painter) const;
    void moveRatio(int by);

    std::shared_ptr<const ScoreGrid> m_spatial;
    std::shared_ptr<const ScoreGrid> m_temporal;
    std::shared_ptr<const MaskGrid> m_kept;
    std::vector<float> m_sorted; // fused scores with the p of the contour, ascending
    double m_p = 2.0;
    std::optional<double> m_cut;
    std::optional<MapPlace> m_probe;
    PlotAxis m_across; // without pixels
    PlotAxis m_up;
    QPixmap m_points;
    bool m_isStale = true;
    bool m_dragging = false;
    int m_dragBegan = 0;
};

} // namespace faststar::widgets
