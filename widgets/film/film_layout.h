// SPDX-License-Identifier: Apache-2.0
//
// Where the cells of the film strip lie, apart from their painting.
#pragma once

#include <QRectF>

#include <vector>

#include "core/domain/schedule.h"

namespace faststar::widgets
{

struct FilmColumn {
    int clip = 0;
    int frame = 0;
    double left = 0.0; // from the first thumbnail, unscrolled
};

struct FilmLayout {
    static constexpr double kPadding = 12.0;
    static constexpr double kLabels = 84.0; // column of the scales' names
    static constexpr double kHead = 24.0;
    static constexpr double kRow = 40.0;
    static constexpr double kThumbWidth = 56.0;
    static constexpr double kThumbHeight = 32.0;
    static constexpr double kKeptGap = 8.0;
    static constexpr double kKept = 84.0; // column of the counts, at least

    int rows = 0;
    std::vector<FilmColumn> columns;

    [[nodiscard]] static FilmLayout of(const Schedule &schedule);

    [[nodiscard]] double columnsWidth() const;
    [[nodiscard]] double rowsHeight() const { return rows * kRow; }
    // Within the widget when scrolled by (across, down).
    [[nodiscard]] QRectF cellRect(int row, int column, const QPointF &scrolled) const;
    [[nodiscard]] QRectF rowRect(int row, double width, double down) const;

    // Scale of a row in a clip; -1 where there is none.
    [[nodiscard]] static int scaleOf(const Schedule &schedule, int clip, int row);
    // The column of a clip's frame; -1 where there is none.
    [[nodiscard]] int columnOf(int clip, int frame) const;
    // The row of a scale; -1 where there is none.
    [[nodiscard]] static int rowOf(const Schedule &schedule, int scale);
};

} // namespace faststar::widgets
