// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/domain/grids.h"
#include "core/domain/step_event.h"
#include "widgets/painted_view.h"
#include "widgets/plot/plot_axes.h"

namespace faststar::widgets
{

enum class StepState { ToCome, InWork, Done };

// One step of a run, in the order of the run.
struct TimelineStep {
    StepIndex index;
    GridShape shape;
    StepState state = StepState::ToCome;
    StageTimes times;        // of a step that is done
    double expectedMs = 0.0; // forecast, for the others
    double unprunedMs = 0.0; // the same step in full, measured or forecast; 0 = not known
    std::int64_t kept = 0;   // forecast unless done
    std::int64_t tokens = 0;
};

// A bar a step, stacked by what took the time; above it, hatched, what pruning saved. A click or the
// arrow keys move the cursor.
class TimelineView : public PaintedView
{
    Q_OBJECT

public:
    enum class Unit { Milliseconds, Tokens };

    explicit TimelineView(QWidget *parent = nullptr);

    void setSteps(std::vector<TimelineStep> steps);
    // One of them anew; others than 0 .. count - 1 are ignored.
    void setStep(int step, const TimelineStep &facts);
    void setUnit(Unit unit);
    [[nodiscard]] Unit unit() const { return m_unit; }
    void setCursor(std::optional<int> step);
    [[nodiscard]] std::optional<int> cursor() const { return m_cursor; }

    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] TableRows table() const override;
    [[nodiscard]] QSize sizeHint() const override { return {476, 200}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {260, 110}; }

Q_SIGNALS:
    void stepPicked(int step);
    // The words of the unit were clicked, or T pressed.
    void unitChanged(faststar::widgets::TimelineView::Unit unit);

protected:
    [[nodiscard]] QString toolTipAt(const QPointF &place) const override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    [[nodiscard]] QRectF chartRect() const;
    [[nodiscard]] QRectF unitRect() const;
    [[nodiscard]] QRectF columnOf(int step) const; // the whole height of the chart
    [[nodiscard]] int stepAt(const QPointF &place) const;
    [[nodiscard]] int clipsBefore(int step) const;
    [[nodiscard]] double amountOf(const TimelineStep &step) const;
    [[nodiscard]] double fullAmountOf(const TimelineStep &step) const;
    [[nodiscard]] bool hasPreview() const;
    [[nodiscard]] PlotAxis axis() const;
    [[nodiscard]] QString words(int step) const;
    void paintAxis(QPainter &painter, const PlotAxis &axis) const;
    void paintBar(QPainter &painter, const PlotAxis &axis, int step) const;
    void paintClips(QPainter &painter) const;
    void paintLegend(QPainter &painter) const;
    void pick(int step);
    void toggleUnit();

    std::vector<TimelineStep> m_steps;
    Unit m_unit = Unit::Milliseconds;
    std::optional<int> m_cursor;
};

} // namespace faststar::widgets
