// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/painted_view.h"

namespace faststar::widgets
{

// The frames of a clip from left to right, with a tick each where there is room. Frames count from 0.
class FrameSlider : public PaintedView
{
    Q_OBJECT

public:
    explicit FrameSlider(QWidget *parent = nullptr);

    void setClip(int count, double framesPerSecond);
    void setFrame(int frame);
    [[nodiscard]] int frame() const { return m_frame; }

    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] QSize sizeHint() const override { return {240, 28}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {60, 28}; }

Q_SIGNALS:
    void frameRequested(int frame); // by the user

protected:
    [[nodiscard]] QString toolTipAt(const QPointF &place) const override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    [[nodiscard]] QRectF trackRect() const;
    [[nodiscard]] double xOf(int frame) const;
    [[nodiscard]] int frameAt(double x) const;
    void request(int frame);

    int m_count = 0;
    double m_rate = 16.0;
    int m_frame = 0;
    bool m_dragging = false;
};

} // namespace faststar::widgets
