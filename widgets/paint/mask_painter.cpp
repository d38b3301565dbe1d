// SPDX-License-Identifier: Apache-2.0
#include "widgets/paint/mask_painter.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

#include "widgets/paint/paint_tools.h"

namespace faststar::widgets
{

namespace
{

constexpr double kLeastForBoundary = 10.0;
constexpr double kLightLine = 1.25;

// Kept or pruned by cell of one frame.
struct Cells {
    const std::uint8_t *values = nullptr;
    int rows = 0;
    int columns = 0;

    [[nodiscard]] bool isKept(int row, int column) const
    {
        return values[std::ptrdiff_t(row) * columns + column] != 0;
    }
};

// Neighbours in a row as one rectangle each: one fill a run and no seams.
template <typename Paint> void forRuns(const Cells &cells, const std::vector<double> &xs,
                                       const std::vector<double> &ys, bool kept, const Paint &paint)
{
    for (int row = 0; row < cells.rows; ++row) {
        for (int column = 0; column < cells.columns;) {
            const int first = column;
            while (column < cells.columns && cells.isKept(row, column) == kept)
                ++column;
            if (column > first) {
                const double left = xs[std::size_t(first)];
                const double top = ys[std::size_t(row)];
                paint(QRectF(left, top, xs[std::size_t(column)] - left, ys[std::size_t(row) + 1] - top));
            } else {
                ++column;
            }
        }
    }
}

void paintBoundary(QPainter &painter, const Cells &cells, const std::vector<double> &xs,
                   const std::vector<double> &ys)
{
    QPainterPath path;
    for (int row = 0; row < cells.rows; ++row) {
        const auto y = std::size_t(row);
        for (int column = 0; column < cells.columns; ++column) {
            const auto x = std::size_t(column);
            if (column + 1 < cells.columns && cells.isKept(row, column) != cells.isKept(row, column + 1)) {
                path.moveTo(xs[x + 1], ys[y]);
                path.lineTo(xs[x + 1], ys[y + 1]);
            }
            if (row + 1 < cells.rows && cells.isKept(row, column) != cells.isKept(row + 1, column)) {
                path.moveTo(xs[x], ys[y + 1]);
                path.lineTo(xs[x + 1], ys[y + 1]);
            }
        }
    }
    painter.setRenderHint(QPainter::Antialiasing);
    // Between two pixels a line of one would be grey on both.
    const double ratio = pixelRatio(painter);
    if (std::lround(kLightLine * ratio) % 2 == 1)
        painter.translate(0.5 / ratio, 0.5 / ratio);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 153), 3.0, Qt::SolidLine, Qt::SquareCap));
    painter.drawPath(path);
    painter.setPen(QPen(Qt::white, kLightLine, Qt::SolidLine, Qt::SquareCap));
    painter.drawPath(path);
}

} // namespace

std::vector<double> cellEdges(const QPainter &painter, double low, double high, int count)
{
    std::vector<double> edges;
    for (int i = 0; i <= count; ++i)
        edges.push_back(betweenPixels(painter, low + (high - low) * i / count));
    return edges;
}

bool hasFrame(const GridShape &shape, std::size_t values, int frame)
{
    return shape.t > 0 && shape.h > 0 && shape.w > 0 && frame >= 0 && frame < shape.t &&
           values == std::size_t(shape.tokens());
}

void paintMask(QPainter &painter, const QRectF &area, const MaskGrid &mask, int frame, MaskStyle style)
{
    if (area.isEmpty() || !hasFrame(mask.shape, mask.values.size(), frame))
        return;
    const Cells cells{mask.values.data() + std::ptrdiff_t(frame) * mask.shape.h * mask.shape.w, mask.shape.h,
                      mask.shape.w};
    const auto xs = cellEdges(painter, area.left(), area.right(), cells.columns);
    const auto ys = cellEdges(painter, area.top(), area.bottom(), cells.rows);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (style == MaskStyle::OneBit) {
        painter.fillRect(area, Qt::black);
        forRuns(cells, xs, ys, true, [&](const QRectF &run) { painter.fillRect(run, Qt::white); });
    } else if (style != MaskStyle::Outline) {
        const QBrush hatch = hatchBrush(QColor(255, 255, 255, 89), kMaskHatch, pixelRatio(painter));
        forRuns(cells, xs, ys, false, [&](const QRectF &run) {
            painter.fillRect(run, QColor(0, 0, 0, 153));
            if (style == MaskStyle::Hatch)
                painter.fillRect(run, hatch);
        });
    }
    const double smaller = std::min(area.width() / cells.columns, area.height() / cells.rows);
    const bool isOutlined = style == MaskStyle::Hatch || style == MaskStyle::Outline;
    if (isOutlined && smaller >= kLeastForBoundary)
        paintBoundary(painter, cells, xs, ys);
    painter.restore();
}

} // namespace faststar::widgets
