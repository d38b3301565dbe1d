// SPDX-License-Identifier: Apache-2.0
#include "widgets/timeline/timeline_view.h"

#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>

#include <algorithm>
#include <cmath>

#include "widgets/paint/paint_tools.h"

namespace faststar::widgets
{

namespace
{

// A duration that no clock gave counts as none.
double positive(double value)
{
    return std::isfinite(value) && value > 0.0 ? value : 0.0;
}

QString milliseconds(double ms)
{
    return QLocale().toString(positive(ms), 'f', ms < 10.0 ? 1 : 0);
}

} // namespace

TimelineView::TimelineView(QWidget *parent) : PaintedView(parent)
{
    setAccessibleName(tr("Timeline"));
    setHasTable(true);
}

void TimelineView::setSteps(std::vector<TimelineStep> steps)
{
    m_steps = std::move(steps);
    if (m_cursor && *m_cursor >= int(m_steps.size()))
        m_cursor.reset();
    valueChanged();
}

void TimelineView::setStep(int step, const TimelineStep &facts)
{
    if (step < 0 || step >= int(m_steps.size()))
        return;
    m_steps[std::size_t(step)] = facts;
    valueChanged();
}

void TimelineView::setUnit(Unit unit)
{
    if (unit == m_unit)
        return;
    m_unit = unit;
    valueChanged();
}

void TimelineView::setCursor(std::optional<int> step)
{
    if (step && (*step < 0 || *step >= int(m_steps.size())))
        step.reset();
    if (step == m_cursor)
        return;
    m_cursor = step;
    valueChanged();
}

double TimelineView::amountOf(const TimelineStep &step) const
{
    if (m_unit == Unit::Tokens)
        return double(std::max<std::int64_t>(step.kept, 0));
    return positive(step.state == StepState::Done ? step.times.total() : step.expectedMs);
}

double TimelineView::fullAmountOf(const TimelineStep &step) const
{
    return m_unit == Unit::Tokens ? double(std::max<std::int64_t>(step.tokens, 0))
                                  : positive(step.unprunedMs);
}

bool TimelineView::hasPreview() const
{
    return std::any_of(m_steps.begin(), m_steps.end(), [](const TimelineStep &step) {
        return step.times.preview > 0.02 * positive(step.times.total());
    });
}

PlotAxis TimelineView::axis() const
{
    PlotAxis axis;
    axis.low = 0.0;
    axis.high = 0.0;
    for (const TimelineStep &step : m_steps)
        axis.high = std::max({axis.high, amountOf(step), fullAmountOf(step)});
    if (axis.high <= 0.0)
        axis.high = 1.0;
    axis.high *= 1.02;
    axis.pixelLow = chartRect().bottom();
    axis.pixelHigh = chartRect().top();
    return axis;
}

// "Step 19.0, 8×13: 86 ms; blocks 60, head and sampling 14, ...; 291 of 416 tokens"
QString TimelineView::words(int step) const
{
    const TimelineStep &facts = m_steps[std::size_t(step)];
    QStringList parts{
        tr("step %1.%2, %3").arg(facts.index.scale).arg(facts.index.repetition).arg(mapLabel(facts.shape))};
    if (facts.state == StepState::Done) {
        parts += tr("%1 ms: blocks %2, head and sampling %3, quantiser %4, overhead %5")
                     .arg(milliseconds(facts.times.total()), milliseconds(facts.times.blocks),
                          milliseconds(facts.times.head), milliseconds(facts.times.quantizer),
                          milliseconds(facts.times.pruning));
    } else {
        parts += facts.state == StepState::InWork ? tr("in work") : tr("to come");
        parts += tr("forecast %1 ms").arg(milliseconds(facts.expectedMs));
    }
    const double saved = positive(facts.unprunedMs) - positive(facts.times.total());
    if (facts.state == StepState::Done && facts.kept < facts.tokens && saved > 0.0)
        parts += tr("%1 ms saved").arg(milliseconds(saved));
    parts += tr("%1 of %2 tokens").arg(numberLabel(facts.kept), numberLabel(facts.tokens));
    return parts.join(QStringLiteral(", "));
}

QString TimelineView::spokenValue() const
{
    if (m_steps.empty())
        return tr("No steps yet");
    if (m_cursor)
        return words(*m_cursor);
    const auto done = std::count_if(m_steps.begin(), m_steps.end(),
                                    [](const TimelineStep &step) { return step.state == StepState::Done; });
    return tr("%1 of %2 steps").arg(done).arg(m_steps.size());
}

TableRows TimelineView::table() const
{
    TableRows table{{tr("Step"), tr("Map"), tr("ms"), tr("Blocks"), tr("Head, sampling"), tr("Quantiser"),
                     tr("Overhead"), tr("Unpruned ms"), tr("Kept tokens"), tr("Tokens")},
                    {}};
    for (const TimelineStep &step : m_steps) {
        const bool isDone = step.state == StepState::Done;
        const auto time = [isDone](double ms) { return isDone ? milliseconds(ms) : QString(); };
        table.rows.push_back({QStringLiteral("%1.%2").arg(step.index.scale).arg(step.index.repetition),
                              mapLabel(step.shape), time(step.times.total()), time(step.times.blocks),
                              time(step.times.head), time(step.times.quantizer), time(step.times.pruning),
                              step.unprunedMs > 0.0 ? milliseconds(step.unprunedMs) : QString(),
                              numberLabel(step.kept), numberLabel(step.tokens)});
    }
    return table;
}

QString TimelineView::toolTipAt(const QPointF &place) const
{
    if (unitRect().contains(place))
        return tr("Show milliseconds or tokens (T)");
    const int step = stepAt(place);
    return step >= 0 ? words(step) : QString();
}

int TimelineView::stepAt(const QPointF &place) const
{
    if (place.y() < chartRect().top() - 8.0 || place.y() > chartRect().bottom() + 24.0)
        return -1;
    for (int step = 0; step < int(m_steps.size()); ++step) {
        const QRectF column = columnOf(step);
        if (place.x() >= column.left() && place.x() < column.right())
            return step;
    }
    return -1;
}

int TimelineView::clipsBefore(int step) const
{
    int count = 0;
    for (int i = 1; i <= step; ++i)
        count += m_steps[std::size_t(i)].index.clip != m_steps[std::size_t(i) - 1].index.clip ? 1 : 0;
    return count;
}

void TimelineView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton) {
        PaintedView::mousePressEvent(event);
        return;
    }
    if (unitRect().contains(event->position())) {
        toggleUnit();
        return;
    }
    if (const int step = stepAt(event->position()); step >= 0)
        pick(step);
}

void TimelineView::keyPressEvent(QKeyEvent *event)
{
    const int last = int(m_steps.size()) - 1;
    if (event->key() == Qt::Key_T) {
        toggleUnit();
        return;
    }
    if (last < 0) {
        PaintedView::keyPressEvent(event);
        return;
    }
    const int now = m_cursor.value_or(-1);
    switch (event->key()) {
    case Qt::Key_Left:
        pick(std::max(now - 1, 0));
        break;
    case Qt::Key_Right:
        pick(std::min(now + 1, last));
        break;
    case Qt::Key_Home:
        pick(0);
        break;
    case Qt::Key_End:
        pick(last);
        break;
    default:
        PaintedView::keyPressEvent(event);
    }
}

void TimelineView::pick(int step)
{
    setCursor(step);
    Q_EMIT stepPicked(step);
}

void TimelineView::toggleUnit()
{
    setUnit(m_unit == Unit::Tokens ? Unit::Milliseconds : Unit::Tokens);
    Q_EMIT unitChanged(m_unit);
}

} // namespace faststar::widgets
