// SPDX-License-Identifier: Apache-2.0
//
// Zoom and position of a picture in a view, in a form that views of any size can share.
#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>

namespace faststar::widgets
{

struct ViewTransform {
    double zoom = 1.0;        // 1 = the whole picture fits, to kMostZoom
    QPointF centre{0.5, 0.5}; // of the view, as a place of the picture in [0, 1] x [0, 1]

    bool operator==(const ViewTransform &) const = default;
};

inline constexpr double kMostZoom = 64.0;

// Where the picture lies when seen through `area`. Empty where either has no size.
[[nodiscard]] QRectF placeOfPicture(const ViewTransform &view, const QSizeF &picture, const QRectF &area);

// Zoom by a factor; the place of the picture under `at` stays there.
[[nodiscard]] ViewTransform zoomedAt(const ViewTransform &view, const QSizeF &picture, const QRectF &area,
                                     double factor, const QPointF &at);
// The picture follows a drag.
[[nodiscard]] ViewTransform moved(const ViewTransform &view, const QSizeF &picture, const QRectF &area,
                                  const QPointF &by);

} // namespace faststar::widgets
