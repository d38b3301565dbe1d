// SPDX-License-Identifier: Apache-2.0
//
// What painted views share: lines on device pixels, hatches, words, pictures.
#pragma once

#include <QBrush>
#include <QFont>
#include <QImage>
#include <QRectF>
#include <QString>

#include <cstdint>

#include "core/domain/grids.h"

class QPainter;

namespace faststar::widgets
{

// Distances between the lines of a hatch, in pixels along the horizontal.
inline constexpr int kBarHatch = 6;
inline constexpr int kMaskHatch = 8;

// Device pixels a logical one, of what the painter paints on.
[[nodiscard]] double pixelRatio(const QPainter &painter);
// A line of one device pixel is crisp only on a pixel's centre; edges of areas lie between pixels.
[[nodiscard]] double onPixelCentre(const QPainter &painter, double coordinate);
[[nodiscard]] double betweenPixels(const QPainter &painter, double coordinate);
[[nodiscard]] QRectF betweenPixels(const QPainter &painter, const QRectF &area);

// Lines of one pixel from bottom left to top right, `period` pixels apart along the horizontal.
[[nodiscard]] QBrush hatchBrush(const QColor &colour, int period, double ratio);
// The pruned part of a bar.
void fillHatch(QPainter &painter, const QRectF &area, const QColor &colour);

// A line of `width` inside the edge of an area: the ring of focus or selection.
void strokeInside(QPainter &painter, const QRectF &area, const QColor &colour, double width, double radius);

// Rows top to bottom; null where the image contradicts itself or has no pixels.
[[nodiscard]] QImage toQImage(const Image &image);
// A picture drawn into an area, smooth or as blocks.
void drawPicture(QPainter &painter, const QRectF &area, const QImage &image, bool smooth);

// Words: 12 px for labels, 13 px semibold for titles. Numbers and axes have theirs in theme.h.
[[nodiscard]] QFont smallFont();
[[nodiscard]] QFont smallBoldFont();
[[nodiscard]] QFont titleFont();
// The number font at the size of axes.
[[nodiscard]] QFont smallNumberFont();

// "8×13": rows × columns of a map.
[[nodiscard]] QString mapLabel(const GridShape &shape);
// With the locale's separator of thousands.
[[nodiscard]] QString numberLabel(std::int64_t number);
// "20 %", "12.5 %" of permille.
[[nodiscard]] QString percentLabel(int permille);

} // namespace faststar::widgets
