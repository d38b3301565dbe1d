// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "widgets/painted_view.h"

namespace faststar::widgets
{

// From the unpruned run to this one.
struct WaterfallPart {
    enum class Kind { Total, Change };

    QString name; // "Head, sampling": may break after the comma
    Kind kind = Kind::Change;
    double ms = 0.0; // of a change: negative = gained

    bool operator==(const WaterfallPart &) const = default;
};

// What pruning cannot change, and the best it could do.
struct WaterfallCeiling {
    double decodeSeconds = 0.0;
    double seconds = 0.0; // with every prunable token gone
    double unprunedSeconds = 0.0;

    bool operator==(const WaterfallCeiling &) const = default;
};

// Totals at both ends, gains and costs between them. A cut axis is shown by a break and said in words,
// always with the ceiling.
class WaterfallView : public PaintedView
{
    Q_OBJECT

public:
    explicit WaterfallView(QWidget *parent = nullptr);

    // Empty: there is no unpruned run to compare with.
    void setParts(std::vector<WaterfallPart> parts);
    void setCeiling(const WaterfallCeiling &ceiling);

    // Where the axis begins, in ms; 0 = it is not cut.
    [[nodiscard]] double cutAt() const;
    [[nodiscard]] QString sentence() const;

    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] TableRows table() const override;
    [[nodiscard]] QSize sizeHint() const override { return {476, 216}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {320, 150}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void paintPart(QPainter &painter, const QRectF &chart, std::size_t part) const;
    // Level before and after a part.
    [[nodiscard]] std::pair<double, double> levelsOf(std::size_t part) const;
    [[nodiscard]] std::pair<double, double> range() const;

    std::vector<WaterfallPart> m_parts;
    WaterfallCeiling m_ceiling;
};

} // namespace faststar::widgets
