// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/painted_view.h"
#include "widgets/view_transform.h"

namespace faststar::widgets
{

// A view whose picture can be zoomed (wheel at the cursor, plus, minus, 0) and moved (right or middle
// button). Views are linked by handing viewTransformChanged of one to setViewTransform of the others.
class PannedView : public PaintedView
{
    Q_OBJECT

public:
    using PaintedView::PaintedView;

    void setViewTransform(const ViewTransform &view);
    [[nodiscard]] const ViewTransform &viewTransform() const { return m_view; }

    // Pixels of the whole picture, which give the aspect; {} shows nothing.
    void setPictureSize(const QSize &size);
    [[nodiscard]] const QSize &pictureSize() const { return m_pictureSize; }
    // Where the picture lies in the widget now.
    [[nodiscard]] QRectF pictureRect() const;

public Q_SLOTS:
    void fit();
    void zoomBy(double factor);

Q_SIGNALS:
    // By the user, or by fit and zoomBy; never by setViewTransform.
    void viewTransformChanged(const faststar::widgets::ViewTransform &view);

protected:
    // The part of the widget in which the picture is seen.
    [[nodiscard]] virtual QRectF stageRect() const { return rect(); }
    // Painted pixels are no longer right.
    virtual void pictureMoved() {}

    bool zoomKey(QKeyEvent *event);
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void change(const ViewTransform &view);

    ViewTransform m_view;
    QSize m_pictureSize;
    QPointF m_dragFrom;
    bool m_isDragging = false;
    bool m_isDragged = false;
};

} // namespace faststar::widgets
