// SPDX-License-Identifier: Apache-2.0
//
// The layout and painting of TimelineView.
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "widgets/paint/paint_tools.h"
#include "widgets/timeline/timeline_view.h"

namespace faststar::widgets
{

namespace
{

constexpr double kMargin = 12.0;
constexpr double kTop = 8.0;
constexpr double kAxis = 36.0;      // with its numbers
constexpr double kClipWords = 28.0; // below the bars
constexpr double kLegend = 24.0;
constexpr double kEntry = 22.0; // of the legend: sample and gaps
constexpr double kClipGap = 16.0;
constexpr double kWork = 0.55; // opacity of the step in work
constexpr double kRowSpacing = 28.0;

} // namespace

QRectF TimelineView::chartRect() const
{
    return QRectF(rect()).adjusted(kMargin + kAxis, kTop, -kMargin, -kClipWords - kLegend);
}

QRectF TimelineView::unitRect() const
{
    return {kMargin - 4.0, height() - kLegend - 4.0, 100.0, kLegend + 4.0};
}

QRectF TimelineView::columnOf(int step) const
{
    const QRectF chart = chartRect();
    const int gaps = m_steps.empty() ? 0 : clipsBefore(int(m_steps.size()) - 1);
    const double pitch =
        std::max(0.0, chart.width() - gaps * kClipGap) / double(std::max<std::size_t>(1, m_steps.size()));
    return {chart.left() + step * pitch + clipsBefore(step) * kClipGap, chart.top(), pitch, chart.height()};
}

void TimelineView::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().panel);
    if (m_steps.empty()) {
        paintEmpty(painter, rect(), tr("No steps yet"), tr("Each step of a run becomes a bar."));
        paintFocus(painter);
        return;
    }
    if (chartRect().isEmpty())
        return;
    const PlotAxis scale = axis();
    paintAxis(painter, scale);
    for (int step = 0; step < int(m_steps.size()); ++step)
        paintBar(painter, scale, step);
    paintClips(painter);
    paintLegend(painter);
    paintFocus(painter);
}

void TimelineView::paintAxis(QPainter &painter, const PlotAxis &axis) const
{
    const QRectF chart = chartRect();
    painter.setFont(axisFont());
    for (const PlotTick &tick : ticksOf(axis, std::max(2, int(chart.height() / kRowSpacing)))) {
        const double y = onPixelCentre(painter, axis.pixelOf(tick.value));
        painter.setPen(QPen(theme().line, 0));
        painter.drawLine(QPointF(chart.left(), y), QPointF(chart.right(), y));
        painter.setPen(theme().text3);
        painter.drawText(QRectF(0, y - 8.0, chart.left() - 8.0, 16.0), Qt::AlignRight | Qt::AlignVCenter,
                         tick.label);
    }
}

void TimelineView::paintBar(QPainter &painter, const PlotAxis &axis, int step) const
{
    const TimelineStep &facts = m_steps[std::size_t(step)];
    const QRectF column = columnOf(step);
    const double gap = column.width() >= 7.0 ? 3.0 : std::min(1.0, column.width() / 4.0);
    const double left = betweenPixels(painter, column.left());
    const double right = betweenPixels(painter, column.right() - gap);
    const double wide = std::max(right - left, 1.0 / pixelRatio(painter));
    const double base = betweenPixels(painter, column.bottom());
    const auto heightOf = [&](double amount) { return base - axis.pixelOf(amount); };
    const bool isToCome = facts.state == StepState::ToCome;
    double top = base;
    if (isToCome) {
        top = betweenPixels(painter, base - heightOf(amountOf(facts)));
        QPen pen(theme().control, 1.0, Qt::CustomDashLine, Qt::FlatCap);
        pen.setDashPattern({2.0, 2.0});
        painter.setPen(pen);
        painter.setBrush(Qt::NoBrush);
        if (base - top >= 1.0)
            painter.drawRect(QRectF(left + 0.5, top + 0.5, wide - 1.0, base - top - 1.0));
    } else {
        const bool isInWork = facts.state == StepState::InWork;
        std::array<std::pair<QColor, double>, 5> stack{};
        if (m_unit == Unit::Tokens)
            stack[0] = {isInWork ? theme().accent : theme().kept, amountOf(facts)};
        else if (isInWork)
            stack[0] = {theme().accent, amountOf(facts)};
        else
            stack = {{{theme().stage1, facts.times.blocks},
                      {theme().stage2, facts.times.head},
                      {theme().stage3, facts.times.quantizer},
                      {theme().stage5, facts.times.preview},
                      {theme().overhead, facts.times.pruning}}};
        painter.setOpacity(isInWork ? kWork : 1.0);
        double sum = 0.0;
        for (const auto &[colour, amount] : stack) {
            sum += std::isfinite(amount) ? std::max(0.0, amount) : 0.0;
            const double upper = std::min(top, betweenPixels(painter, base - heightOf(sum)));
            if (upper < top)
                painter.fillRect(QRectF(left, upper, wide, top - upper), colour);
            top = upper;
        }
        if (base - top < 1.0 && sum > 0.0) // a step that took next to nothing is still there
            painter.fillRect(QRectF(left, base - 1.0, wide, 1.0), stack[0].first);
        painter.setOpacity(1.0);
    }
    const double full = betweenPixels(painter, base - heightOf(fullAmountOf(facts)));
    if (facts.kept < facts.tokens && top - full > 1.0)
        fillHatch(painter, {left, full, wide, top - full - 1.0}, theme().pruned);
    if (m_cursor != step)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().accent);
    const double middle = left + wide / 2.0;
    painter.drawPolygon(
        QPolygonF({{middle - 5.0, base + 6.0}, {middle + 5.0, base + 6.0}, {middle, base + 1.0}}));
    painter.restore();
}

void TimelineView::paintClips(QPainter &painter) const
{
    painter.setFont(axisFont());
    painter.setPen(theme().text2);
    for (int first = 0; first < int(m_steps.size());) {
        const int clip = m_steps[std::size_t(first)].index.clip;
        int last = first;
        while (last + 1 < int(m_steps.size()) && m_steps[std::size_t(last) + 1].index.clip == clip)
            ++last;
        const int count = last - first + 1;
        const double left = columnOf(first).left();
        const QRectF place(left, chartRect().bottom() + 10.0, columnOf(last).right() - left + kClipGap, 16.0);
        const QString words = clip == 0   ? tr("Image clip, %1 steps").arg(count)
                              : clip == 1 ? tr("Video clip, %1 steps").arg(count)
                                          : tr("Clip %1, %2 steps").arg(clip).arg(count);
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetricsF(axisFont()).elidedText(words, Qt::ElideRight, place.width()));
        first = last + 1;
    }
}

void TimelineView::paintLegend(QPainter &painter) const
{
    const QRectF line(kMargin, height() - kLegend, width() - 2.0 * kMargin, 16.0);
    painter.setFont(axisFont());
    const bool isTokens = m_unit == Unit::Tokens;
    std::vector<std::pair<QColor, QString>> entries;
    if (isTokens) {
        entries = {{theme().kept, tr("Run")}};
    } else {
        entries = {{theme().stage1, tr("Blocks")},
                   {theme().stage2, tr("Head, sampling")},
                   {theme().stage3, tr("Quantiser")}};
        if (hasPreview())
            entries.emplace_back(theme().stage5, tr("Preview"));
        entries.emplace_back(theme().overhead, tr("Overhead"));
    }
    entries.emplace_back(QColor(), isTokens ? tr("Pruned") : tr("Saved"));
    const QFontMetricsF metrics(axisFont());
    double all = 0.0;
    for (const auto &[colour, words] : entries)
        all += metrics.horizontalAdvance(words) + kEntry;
    // Where the entries need the whole line, the unit stands in short below the axis.
    const QString unit = isTokens ? tr("tokens per step") : tr("ms per step");
    const bool hasRoom = all + metrics.horizontalAdvance(unit) < line.width();
    painter.setPen(theme().text3);
    if (hasRoom)
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, unit);
    else if (!isTokens)
        painter.drawText(QRectF(0.0, chartRect().bottom() + 10.0, kMargin + kAxis - 8.0, 16.0),
                         Qt::AlignRight | Qt::AlignVCenter, tr("ms"));
    // From the right; what does not fit is left out.
    const double least = line.left() + (hasRoom ? metrics.horizontalAdvance(unit) : 0.0);
    double right = line.right();
    std::reverse(entries.begin(), entries.end());
    for (const auto &[colour, words] : entries) {
        const double wide = metrics.horizontalAdvance(words);
        if (right - wide - 12.0 < least)
            break;
        painter.setPen(theme().text2);
        painter.drawText(QRectF(right - wide, line.top(), wide + 1.0, 16.0), Qt::AlignLeft | Qt::AlignVCenter,
                         words);
        const QRectF sample(right - wide - 12.0, line.top() + 4.0, 8.0, 8.0);
        if (colour.isValid())
            painter.fillRect(sample, colour);
        else
            fillHatch(painter, sample, theme().pruned);
        right -= wide + kEntry;
    }
}

} // namespace faststar::widgets
