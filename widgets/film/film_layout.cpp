// SPDX-License-Identifier: Apache-2.0
#include "widgets/film/film_layout.h"

#include <QPointF>

#include <algorithm>

namespace faststar::widgets
{

namespace
{

constexpr double kGap = 4.0;
constexpr double kClipGap = 12.0;

} // namespace

FilmLayout FilmLayout::of(const Schedule &schedule)
{
    FilmLayout layout;
    for (const Scale &scale : schedule.scales)
        layout.rows = std::max(layout.rows, scale.indexInClip + 1);
    double left = 0.0;
    for (int clip = 0; clip < int(schedule.clips.size()); ++clip) {
        for (int frame = 0; frame < schedule.clips[std::size_t(clip)].latentFrames; ++frame) {
            layout.columns.push_back({clip, frame, left});
            left += kThumbWidth + kGap;
        }
        left += kClipGap - kGap;
    }
    return layout;
}

double FilmLayout::columnsWidth() const
{
    return columns.empty() ? 0.0 : columns.back().left + kThumbWidth;
}

QRectF FilmLayout::cellRect(int row, int column, const QPointF &scrolled) const
{
    if (row < 0 || row >= rows || column < 0 || column >= int(columns.size()))
        return {};
    return {kPadding + kLabels + columns[std::size_t(column)].left - scrolled.x(),
            kHead + row * kRow + (kRow - kThumbHeight) / 2.0 - scrolled.y(), kThumbWidth, kThumbHeight};
}

QRectF FilmLayout::rowRect(int row, double width, double down) const
{
    return row < 0 || row >= rows ? QRectF() : QRectF(0, kHead + row * kRow - down, width, kRow);
}

int FilmLayout::scaleOf(const Schedule &schedule, int clip, int row)
{
    const auto found = std::find_if(schedule.scales.begin(), schedule.scales.end(), [&](const Scale &scale) {
        return scale.clip == clip && scale.indexInClip == row;
    });
    return found != schedule.scales.end() ? found->index : -1;
}

int FilmLayout::columnOf(int clip, int frame) const
{
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const FilmColumn &column) {
        return column.clip == clip && column.frame == frame;
    });
    return found != columns.end() ? int(found - columns.begin()) : -1;
}

int FilmLayout::rowOf(const Schedule &schedule, int scale)
{
    return scale >= 0 && scale < int(schedule.scales.size()) ? schedule.scales[std::size_t(scale)].indexInClip
                                                             : -1;
}

} // namespace faststar::widgets
