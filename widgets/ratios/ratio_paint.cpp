// SPDX-License-Identifier: Apache-2.0
//
// The layout and painting of RatioEditor.
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

#include "core/domain/selection.h"
#include "widgets/look/icon.h"
#include "widgets/paint/paint_tools.h"
#include "widgets/ratios/ratio_editor.h"

namespace faststar::widgets
{

namespace
{

// Large: blocks side by side, each a bar and a column of words.
constexpr double kMargin = 12.0;
constexpr double kTop = 8.0;
constexpr double kBlock = 144.0;
constexpr double kBlockGap = 8.0;
constexpr double kBarWidth = 40.0;
constexpr double kBarHeight = 112.0;
constexpr double kWords = 56.0; // left of them
constexpr double kLegendGap = 16.0;
// Small: rows.
constexpr double kRow = 28.0;
constexpr double kRowGap = 2.0;
constexpr double kName = 80.0;
constexpr double kNumber = 44.0;
constexpr double kGap = 8.0;
constexpr double kRowBar = 16.0;

double keptShare(const RatioScale &scale)
{
    return 1.0 - scale.permille / 1000.0;
}

void paintName(QPainter &painter, const QRectF &place, const RatioScale &scale, const Theme &theme, bool bold)
{
    QFont font = numberFont();
    font.setBold(bold);
    painter.setFont(font);
    painter.setPen(theme.text);
    const QString number = QString::number(scale.scale);
    painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, number);
    const double taken = QFontMetricsF(font).horizontalAdvance(number);
    painter.setFont(numberFont());
    painter.setPen(theme.text3);
    painter.drawText(place.adjusted(taken, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                     QStringLiteral(" · ") + mapLabel(scale.shape));
}

void fillRound(QPainter &painter, const QRectF &area, const QColor &colour, double radius)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawRoundedRect(area, radius, radius);
    painter.restore();
}

void dashed(QPainter &painter, const QPointF &from, const QPointF &to, const QColor &colour)
{
    QPen pen(colour, 2.0, Qt::CustomDashLine, Qt::FlatCap);
    pen.setDashPattern({3.0, 2.0});
    painter.setPen(pen);
    painter.drawLine(from, to);
}

} // namespace

QSize RatioEditor::sizeHint() const
{
    const auto count = double(m_scales.empty() ? 4 : m_scales.size());
    if (m_form == Form::Small)
        return {280, int(count * (kRow + kRowGap) - kRowGap)};
    return {int(2 * kMargin + count * (kBlock + kBlockGap) - kBlockGap),
            int(kTop + kBarHeight + kLegendGap + 16.0 + kMargin)};
}

QSize RatioEditor::minimumSizeHint() const
{
    return {m_form == Form::Small ? 200 : sizeHint().width(), sizeHint().height()};
}

RatioEditor::Places RatioEditor::placesOf(int index) const
{
    Places places;
    if (m_form == Form::Small) {
        const QRectF row(0, index * (kRow + kRowGap), width(), kRow);
        places.block = row;
        places.name = QRectF(row.left(), row.top(), kName, kRow);
        places.field = QRectF(row.right() - kNumber, row.top(), kNumber, kRow);
        places.bar = QRectF(kName + kGap, row.top() + (kRow - kRowBar) / 2.0,
                            std::max(0.0, row.width() - kName - kNumber - 2.0 * kGap), kRowBar);
        return places;
    }
    const double left = kMargin + index * (kBlock + kBlockGap);
    const double words = left + kWords;
    places.block = QRectF(left - 4.0, 0, kBlock, kTop + kBarHeight + 4.0);
    places.bar = QRectF(left, kTop, kBarWidth, kBarHeight);
    places.name = QRectF(words, kTop, kBlock - kWords, 16.0);
    places.field = QRectF(words, kTop + 22.0, 64.0, 28.0);
    places.count = QRectF(words, kTop + 56.0, kBlock - kWords + kBlockGap, 16.0);
    places.note = QRectF(words, kTop + 78.0, kBlock - kWords, 16.0);
    return places;
}

int RatioEditor::indexAt(const QPointF &place) const
{
    for (int index = 0; index < int(m_scales.size()); ++index) {
        if (placesOf(index).block.contains(place))
            return index;
    }
    return -1;
}

int RatioEditor::permilleAt(int index, const QPointF &place, bool fine) const
{
    const QRectF bar = placesOf(index).bar;
    if (bar.isEmpty())
        return m_scales[std::size_t(index)].permille;
    const double pruned = m_form == Form::Small ? 1.0 - (place.x() - bar.left()) / bar.width()
                                                : (place.y() - bar.top()) / bar.height();
    const int step = fine ? 1 : 10;
    return int(std::lround(std::clamp(pruned, 0.0, 1.0) * 1000.0 / step)) * step;
}

void RatioEditor::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().panel);
    if (m_scales.empty())
        paintEmpty(painter, rect(), tr("No prunable scale"), tr("This schedule has no video clip."));
    for (int index = 0; index < int(m_scales.size()); ++index) {
        if (m_form == Form::Large)
            paintLarge(painter, index);
        else
            paintSmall(painter, index);
    }
    if (m_form == Form::Large && !m_scales.empty())
        paintLegend(painter);
    paintFocus(painter);
}

void RatioEditor::paintLarge(QPainter &painter, int index) const
{
    const RatioScale &scale = m_scales[std::size_t(index)];
    const Places places = placesOf(index);
    const bool changed = isChanged(scale);
    const QRectF bar = places.bar;
    painter.fillRect(bar, theme().well);
    const double cut = betweenPixels(painter, bar.bottom() - keptShare(scale) * bar.height());
    fillHatch(painter, {bar.left(), bar.top(), bar.width(), cut - bar.top()}, theme().pruned);
    fillRound(painter, {bar.left(), cut, bar.width(), bar.bottom() - cut}, theme().kept, 2.0);
    painter.fillRect(QRectF(bar.left(), cut, bar.width(), std::min(4.0, bar.bottom() - cut)), theme().kept);
    if (changed) {
        const double was = betweenPixels(painter, bar.top() + *scale.runPermille / 1000.0 * bar.height());
        dashed(painter, {bar.left() - 6.0, was}, {bar.right() + 6.0, was}, theme().text);
    }
    if (!scale.locked)
        fillRound(painter, {bar.left() - 4.0, cut - 3.0, bar.width() + 8.0, 6.0},
                  changed ? theme().accent : theme().text, 3.0);

    const bool isCurrent = hasFocus() && index == m_current;
    paintName(painter, places.name, scale, theme(), true);
    fillRound(painter, places.field, theme().field, 4.0);
    strokeInside(painter, places.field, isCurrent || changed ? theme().accent : theme().control,
                 isCurrent ? 2.0 : 1.0, 4.0);
    painter.setFont(numberFont());
    painter.setPen(scale.locked ? theme().disabled : theme().text);
    painter.drawText(places.field.adjusted(10, 0, -4, 0), Qt::AlignLeft | Qt::AlignVCenter,
                     percentLabel(scale.permille));
    painter.setPen(changed ? theme().accent : theme().text2);
    painter.drawText(places.count, Qt::AlignLeft | Qt::AlignVCenter,
                     QStringLiteral("%1 / %2").arg(numberLabel(keptCount(scale.tokens, scale.permille)),
                                                   numberLabel(scale.tokens)));
    painter.setFont(smallFont());
    painter.setPen(theme().text3);
    QRectF note = places.note;
    if (scale.locked || index == m_hovered || isCurrent) {
        paintIcon(painter, scale.locked ? QStringLiteral("lock") : QStringLiteral("unlock"),
                  {note.left(), note.top() + 2.0, 12.0, 12.0}, theme().text3);
        note.adjust(16.0, 0, 0, 0);
    }
    painter.drawText(note, Qt::AlignLeft | Qt::AlignVCenter, noteOf(scale));
}

void RatioEditor::paintSmall(QPainter &painter, int index) const
{
    const RatioScale &scale = m_scales[std::size_t(index)];
    const Places places = placesOf(index);
    const bool changed = isChanged(scale);
    const bool isCurrent = hasFocus() && index == m_current;
    paintName(painter, places.name, scale, theme(), isCurrent);
    const QRectF bar = places.bar;
    painter.fillRect(bar, theme().well);
    const double cut = betweenPixels(painter, bar.left() + keptShare(scale) * bar.width());
    fillRound(painter, {bar.left(), bar.top(), cut - bar.left(), bar.height()}, theme().kept, 2.0);
    fillHatch(painter, {cut, bar.top(), bar.right() - cut, bar.height()}, theme().pruned);
    if (changed) {
        const double was = betweenPixels(painter, bar.right() - *scale.runPermille / 1000.0 * bar.width());
        dashed(painter, {was, bar.top() - 4.0}, {was, bar.bottom() + 4.0}, theme().text);
    }
    if (!scale.locked)
        fillRound(painter, {cut - 2.0, bar.top() - 3.0, 4.0, bar.height() + 6.0},
                  changed || isCurrent ? theme().accent : theme().text, 2.0);
    else
        paintIcon(painter, QStringLiteral("lock"),
                  {bar.center().x() - 6.0, bar.center().y() - 6.0, 12.0, 12.0}, theme().panel);
    painter.setFont(numberFont());
    painter.setPen(changed ? theme().accent : theme().text);
    painter.drawText(places.field, Qt::AlignRight | Qt::AlignVCenter, percentLabel(scale.permille));
}

void RatioEditor::paintLegend(QPainter &painter) const
{
    const double top = kTop + kBarHeight + kLegendGap;
    double left = kMargin;
    painter.setFont(smallFont());
    const auto words = [&](double sample, const QString &text) {
        painter.setPen(theme().text2);
        const double wide = QFontMetricsF(smallFont()).horizontalAdvance(text);
        painter.drawText(QRectF(left + sample + 4.0, top, wide + 1.0, 16.0), Qt::AlignLeft | Qt::AlignVCenter,
                         text);
        left += sample + 4.0 + wide + 12.0;
    };
    painter.fillRect(QRectF(left, top + 4.0, 8.0, 8.0), theme().kept);
    words(8.0, tr("kept"));
    fillHatch(painter, {left, top + 4.0, 8.0, 8.0}, theme().pruned);
    words(8.0, tr("pruned"));
    const bool hasRun = std::any_of(m_scales.begin(), m_scales.end(),
                                    [](const RatioScale &scale) { return scale.runPermille.has_value(); });
    if (!hasRun)
        return;
    dashed(painter, {left, top + 8.0}, {left + 20.0, top + 8.0}, theme().text);
    words(20.0, m_runName);
}

} // namespace faststar::widgets
