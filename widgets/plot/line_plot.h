// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointF>
#include <QString>
#include <QWidget>

#include <optional>
#include <vector>

#include "widgets/plot/plot_axes.h"
#include "widgets/theme.h"

class QPainter;

namespace faststar::widgets
{

// Shapes tell series apart where colours cannot.
enum class PlotMark { None, Circle, Square, Diamond };

struct PlotSeries {
    QString name;
    std::vector<QPointF> points; // left to right; a NaN breaks the line
    QColor colour;
    PlotMark mark = PlotMark::None;
    bool dashed = false;

    // Exact, and a NaN equals a NaN: a curve with a hole is itself.
    bool operator==(const PlotSeries &other) const;
};

// What an axis measures. Ends that are not given follow the data, rounded outwards.
struct PlotMeasure {
    QString title; // before the first number of the horizontal axis
    QString unit;  // after the highest number of the vertical axis
    bool logarithmic = false;
    std::optional<double> low;
    std::optional<double> high;

    bool operator==(const PlotMeasure &) const = default;
};

// A vertical line at a value, with words beside it.
struct PlotMarker {
    double at = 0.0;
    QString label;

    bool operator==(const PlotMarker &) const = default;
};

// One or more lines over common axes. Belongs to the GUI thread; setters that change nothing repaint
// nothing. Its accessible description says in words what it shows.
class LinePlot : public QWidget
{
    Q_OBJECT

public:
    explicit LinePlot(QWidget *parent = nullptr);

    void setTheme(const Theme &theme);
    void setMeasures(const PlotMeasure &horizontal, const PlotMeasure &vertical);
    void setSeries(std::vector<PlotSeries> series);
    void setMarker(const std::optional<PlotMarker> &marker);
    // Shown while there is no point: a noun phrase and how to fill the plot.
    void setEmptyText(const QString &text);

    // The picture as it is now, as SVG; false where the file cannot be written (then none is left).
    [[nodiscard]] bool saveSvg(const QString &path) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    struct Frame {
        PlotAxis horizontal;
        PlotAxis vertical;
        std::vector<PlotTick> columns;
        std::vector<PlotTick> rows;
        QRectF area; // of the lines
    };

    [[nodiscard]] Frame layOut(const QRectF &bounds) const;
    void paint(QPainter &painter, const QRectF &bounds) const;
    void paintGrid(QPainter &painter, const Frame &frame) const;
    void paintSeries(QPainter &painter, const Frame &frame, const PlotSeries &series) const;
    void paintMarker(QPainter &painter, const Frame &frame) const;
    void paintLegend(QPainter &painter, const QRectF &bounds) const;
    void describe();
    void changed();

    Theme m_theme;
    PlotMeasure m_horizontal;
    PlotMeasure m_vertical;
    std::vector<PlotSeries> m_series;
    std::optional<PlotMarker> m_marker;
    QString m_emptyText;
};

} // namespace faststar::widgets
