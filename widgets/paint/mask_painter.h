// SPDX-License-Identifier: Apache-2.0
//
// A mask over a picture: what was pruned is dark and hatched, so that colour never speaks alone.
#pragma once

#include <QRectF>

#include <cstddef>
#include <vector>

#include "core/domain/grids.h"

class QPainter;

namespace faststar::widgets
{

// Dim and hatch with the boundary; the boundary alone; dim alone; white is kept and black is pruned.
enum class MaskStyle { Hatch, Outline, Dim, OneBit };

// Edges of a grid's cells over `area`, count + 1 of them, between device pixels.
[[nodiscard]] std::vector<double> cellEdges(const QPainter &painter, double low, double high, int count);

// Is there such a frame, and as many values as the shape says?
[[nodiscard]] bool hasFrame(const GridShape &shape, std::size_t values, int frame);

// Latent frame `frame` of the mask over `area`. Cells below 10 pixels get no boundary. Draws nothing
// where there is no such frame.
void paintMask(QPainter &painter, const QRectF &area, const MaskGrid &mask, int frame, MaskStyle style);

} // namespace faststar::widgets
