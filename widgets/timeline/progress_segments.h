// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "widgets/painted_view.h"

namespace faststar::widgets
{

// One part of a run: load, image clip, video clip, decode, encode.
struct ProgressSegment {
    QString name;
    double seconds = 0.0; // forecast, then measured
    double done = 0.0;    // [0, 1]
    bool failed = false;

    bool operator==(const ProgressSegment &) const = default;
};

// Parts as wide as what they cost, so that per cent are of time. With names below, or bare for the
// status bar.
class ProgressSegments : public PaintedView
{
    Q_OBJECT

public:
    explicit ProgressSegments(bool labelled, QWidget *parent = nullptr);

    void setSegments(std::vector<ProgressSegment> segments);
    // Of the whole time, [0, 1].
    [[nodiscard]] double done() const;

    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] QSize sizeHint() const override { return {240, m_labelled ? 28 : 8}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {60, m_labelled ? 28 : 8}; }

protected:
    [[nodiscard]] QString toolTipAt(const QPointF &place) const override;
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] std::vector<QRectF> places() const;

    bool m_labelled;
    std::vector<ProgressSegment> m_segments;
};

} // namespace faststar::widgets
