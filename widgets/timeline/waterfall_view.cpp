// SPDX-License-Identifier: Apache-2.0
#include "widgets/timeline/waterfall_view.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

#include "widgets/paint/paint_tools.h"

namespace faststar::widgets
{

namespace
{

constexpr double kMargin = 16.0;
constexpr double kNumbers = 24.0; // above the highest bar
constexpr double kNames = 40.0;   // two lines below
constexpr double kMostBar = 64.0;
constexpr double kCutFrom = 0.6; // of the highest: above, the axis is cut

QString secondsLabel(double seconds, int decimals = 2)
{
    return WaterfallView::tr("%1 s").arg(QLocale().toString(seconds, 'f', decimals));
}

QString factorLabel(double factor)
{
    return QLocale().toString(factor, 'f', 2) + QStringLiteral("×");
}

double finite(double value)
{
    return std::isfinite(value) ? value : 0.0;
}

QString partLabel(const WaterfallPart &part)
{
    const double ms = finite(part.ms);
    if (part.kind == WaterfallPart::Kind::Total)
        return secondsLabel(ms / 1000.0);
    const QString sign = ms > 0.0 ? QStringLiteral("+") : ms < 0.0 ? QStringLiteral("−") : QString();
    const double size = std::abs(ms);
    return size < 10000.0
               ? WaterfallView::tr("%1 ms").arg(sign + QLocale().toString(size, 'f', size < 10.0 ? 1 : 0))
               : sign + secondsLabel(size / 1000.0);
}

} // namespace

WaterfallView::WaterfallView(QWidget *parent) : PaintedView(parent)
{
    setAccessibleName(tr("Waterfall"));
    setHasTable(true);
}

void WaterfallView::setParts(std::vector<WaterfallPart> parts)
{
    if (parts == m_parts)
        return;
    m_parts = std::move(parts);
    valueChanged();
}

void WaterfallView::setCeiling(const WaterfallCeiling &ceiling)
{
    if (ceiling == m_ceiling)
        return;
    m_ceiling = ceiling;
    valueChanged();
}

std::pair<double, double> WaterfallView::levelsOf(std::size_t part) const
{
    double level = 0.0;
    double before = 0.0;
    for (std::size_t i = 0; i <= part; ++i) {
        before = level;
        level = m_parts[i].kind == WaterfallPart::Kind::Total ? finite(m_parts[i].ms)
                                                              : level + finite(m_parts[i].ms);
    }
    return {m_parts[part].kind == WaterfallPart::Kind::Total ? 0.0 : before, level};
}

// Lowest and highest end of any part.
std::pair<double, double> WaterfallView::range() const
{
    double low = 0.0;
    double high = 0.0;
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        const auto [before, after] = levelsOf(i);
        const bool isTotal = m_parts[i].kind == WaterfallPart::Kind::Total;
        const double least = isTotal ? after : std::min(before, after);
        low = i == 0 ? least : std::min(low, least);
        high = std::max({high, before, after});
    }
    return {low, high};
}

double WaterfallView::cutAt() const
{
    const auto [low, high] = range();
    if (high <= 0.0 || low < kCutFrom * high)
        return 0.0;
    // As far below the lowest as the changes are high, at a round number.
    const double wanted = low - 1.5 * std::max(high - low, 0.02 * high);
    const double unit = std::pow(10.0, std::floor(std::log10(high)) - 1.0);
    return std::max(0.0, std::floor(wanted / unit) * unit);
}

QString WaterfallView::sentence() const
{
    QStringList sentences;
    if (const double cut = cutAt(); cut > 0.0)
        sentences += tr("Bars are cut at %1.").arg(secondsLabel(cut / 1000.0, cut < 1000.0 ? 2 : 1));
    if (m_ceiling.decodeSeconds > 0.0)
        sentences += tr("Decode, %1, is never pruned.").arg(secondsLabel(m_ceiling.decodeSeconds));
    if (m_ceiling.seconds > 0.0 && m_ceiling.unprunedSeconds > 0.0)
        sentences += tr("Ceiling with every prunable token gone: %1, %2.")
                         .arg(secondsLabel(m_ceiling.seconds),
                              factorLabel(m_ceiling.unprunedSeconds / m_ceiling.seconds));
    return sentences.join(QLatin1Char(' '));
}

QString WaterfallView::spokenValue() const
{
    if (m_parts.empty())
        return tr("No unpruned run to compare with");
    QStringList words;
    for (const WaterfallPart &part : m_parts)
        words += QStringLiteral("%1 %2").arg(part.name, partLabel(part));
    return words.join(QStringLiteral(", ")) + QStringLiteral(". ") + sentence();
}

TableRows WaterfallView::table() const
{
    TableRows table{{tr("Part"), tr("Time")}, {}};
    for (const WaterfallPart &part : m_parts)
        table.rows.push_back({part.name, partLabel(part)});
    return table;
}

void WaterfallView::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().panel);
    if (m_parts.empty()) {
        paintEmpty(painter, rect(), tr("No unpruned run to compare with"),
                   tr("Run the same prompt and seed once with method None."));
        paintFocus(painter);
        return;
    }
    const QRectF inside = QRectF(rect()).adjusted(kMargin, 8.0, -kMargin, -8.0);
    const QFontMetricsF small(smallFont());
    const QString words = sentence();
    const double wordsHeight =
        words.isEmpty()
            ? 0.0
            : small.boundingRect(QRectF(0, 0, inside.width(), 200), Qt::TextWordWrap, words).height() + 8.0;
    const QRectF chart = inside.adjusted(0, kNumbers, 0, -kNames - wordsHeight);
    if (chart.height() > 16.0) {
        for (std::size_t part = 0; part < m_parts.size(); ++part)
            paintPart(painter, chart, part);
    }
    painter.setFont(smallFont());
    painter.setPen(theme().text3);
    painter.drawText(QRectF(inside.left(), inside.bottom() - wordsHeight + 8.0, inside.width(), wordsHeight),
                     Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, words);
    paintFocus(painter);
}

void WaterfallView::paintPart(QPainter &painter, const QRectF &chart, std::size_t part) const
{
    const WaterfallPart &facts = m_parts[part];
    const double cut = cutAt();
    const double high = std::max(range().second, cut + 1e-9);
    const auto yOf = [&](double ms) {
        return chart.bottom() - std::clamp((ms - cut) / (high - cut), 0.0, 1.0) * chart.height();
    };
    const double pitch = chart.width() / double(m_parts.size());
    const double wide = std::floor(std::min(kMostBar, pitch - 8.0));
    const double gap = m_parts.size() > 1 ? (chart.width() - wide) / double(m_parts.size() - 1) : 0.0;
    const double left = betweenPixels(painter, chart.left() + double(part) * gap);
    const bool isTotal = facts.kind == WaterfallPart::Kind::Total;
    const auto [before, after] = levelsOf(part);
    const double upper = betweenPixels(painter, std::min(yOf(before), yOf(after)));
    const double lower = std::max(upper + 2.0, betweenPixels(painter, std::max(yOf(before), yOf(after))));
    const QRectF bar(left, upper, wide, lower - upper);
    painter.fillRect(bar, isTotal ? theme().stage1 : after < before ? theme().kept : theme().overhead);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (isTotal && cut > 0.0 && bar.height() > 24.0) { // the break of the axis
        const double y = bar.bottom() - 12.0;
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().panel);
        painter.drawPolygon(QPolygonF({{bar.left() - 2.0, y},
                                       {bar.right() + 2.0, y - 8.0},
                                       {bar.right() + 2.0, y - 3.0},
                                       {bar.left() - 2.0, y + 5.0}}));
    }
    if (part + 1 < m_parts.size()) {
        QPen pen(theme().control, 1.0, Qt::CustomDashLine, Qt::FlatCap);
        pen.setDashPattern({2.0, 2.0});
        painter.setPen(pen);
        const double y = onPixelCentre(painter, yOf(after));
        painter.drawLine(QPointF(bar.right(), y), QPointF(left + gap, y));
    }
    painter.restore();
    QFont number = smallNumberFont();
    number.setBold(true);
    painter.setFont(number);
    painter.setPen(theme().text);
    const QRectF above(bar.center().x() - 60.0, bar.top() - 20.0, 120.0, 16.0);
    painter.drawText(above, Qt::AlignCenter, partLabel(facts));
    painter.setFont(axisFont());
    painter.setPen(theme().text2);
    const QRectF below(bar.center().x() - gap / 2.0, chart.bottom() + 6.0, std::max(gap, wide), 32.0);
    painter.drawText(below, Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, facts.name);
}

} // namespace faststar::widgets
