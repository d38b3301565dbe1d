// SPDX-License-Identifier: Apache-2.0
#include "widgets/view_transform.h"

#include <algorithm>
#include <cmath>

namespace faststar::widgets
{

namespace
{

// Nothing but the background never fills the view, and the whole picture lies in the middle.
double settled(double centre, double shown)
{
    if (shown >= 1.0 || !std::isfinite(centre))
        return 0.5;
    return std::clamp(centre, shown / 2.0, 1.0 - shown / 2.0);
}

ViewTransform settled(ViewTransform view, const QSizeF &place, const QRectF &area)
{
    view.centre = {settled(view.centre.x(), area.width() / place.width()),
                   settled(view.centre.y(), area.height() / place.height())};
    return view;
}

// Of the picture on the screen.
QSizeF sizeAt(double zoom, const QSizeF &picture, const QRectF &area)
{
    if (picture.isEmpty() || area.isEmpty())
        return {};
    return picture * (zoom * std::min(area.width() / picture.width(), area.height() / picture.height()));
}

} // namespace

QRectF placeOfPicture(const ViewTransform &view, const QSizeF &picture, const QRectF &area)
{
    const QSizeF size = sizeAt(view.zoom, picture, area);
    if (size.isEmpty())
        return {};
    return {QPointF(area.center().x() - view.centre.x() * size.width(),
                    area.center().y() - view.centre.y() * size.height()),
            size};
}

ViewTransform zoomedAt(const ViewTransform &view, const QSizeF &picture, const QRectF &area, double factor,
                       const QPointF &at)
{
    const QRectF before = placeOfPicture(view, picture, area);
    if (before.isEmpty() || !(factor > 0.0))
        return view;
    ViewTransform after = view;
    after.zoom = std::clamp(view.zoom * factor, 1.0, kMostZoom);
    const QSizeF size = sizeAt(after.zoom, picture, area);
    const QPointF under((at.x() - before.left()) / before.width(), (at.y() - before.top()) / before.height());
    after.centre = {under.x() - (at.x() - area.center().x()) / size.width(),
                    under.y() - (at.y() - area.center().y()) / size.height()};
    return settled(after, size, area);
}

ViewTransform moved(const ViewTransform &view, const QSizeF &picture, const QRectF &area, const QPointF &by)
{
    const QSizeF size = sizeAt(view.zoom, picture, area);
    if (size.isEmpty())
        return view;
    ViewTransform after = view;
    after.centre -= QPointF(by.x() / size.width(), by.y() / size.height());
    return settled(after, size, area);
}

} // namespace faststar::widgets
