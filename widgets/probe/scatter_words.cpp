// SPDX-License-Identifier: Apache-2.0
//
// What ScatterView says: spoken, as a table, in tooltips.
#include <QLocale>

#include "widgets/paint/paint_tools.h"
#include "widgets/probe/scatter_view.h"

namespace faststar::widgets
{

QString ScatterView::caption() const
{
    if (isEmpty())
        return {};
    const auto all = std::int64_t(m_spatial->values.size());
    const auto step = std::int64_t(stride());
    return step == 1
               ? tr("%1 tokens, log axes").arg(numberLabel(all))
               : tr("%1 of %2 tokens, log axes").arg(numberLabel((all + step - 1) / step), numberLabel(all));
}

QString ScatterView::words(std::size_t index) const
{
    return QStringLiteral("%1: S %2, T %3, %4")
        .arg(ProbedView::placeLabel(placeOf(index)),
             QLocale().toString(double(m_spatial->values[index]), 'f', 4),
             QLocale().toString(double(m_temporal->values[index]), 'f', 4),
             isKept(index) ? tr("kept") : tr("pruned"));
}

QString ScatterView::spokenValue() const
{
    if (isEmpty())
        return tr("No scores yet");
    QStringList parts{caption()};
    if (m_cut)
        parts +=
            tr("cut %1, %2 pruned").arg(QLocale().toString(*m_cut, 'f', 3), percentLabel(ratioOf(*m_cut)));
    return parts.join(QStringLiteral(", "));
}

TableRows ScatterView::table() const
{
    TableRows table{
        {QStringLiteral("τ"), tr("Row"), tr("Column"), tr("Spatial"), tr("Temporal"), tr("State")}, {}};
    if (isEmpty())
        return table;
    for (std::size_t i = 0; i < m_spatial->values.size(); ++i) {
        const MapPlace place = placeOf(i);
        table.rows.push_back({QString::number(place.t), QString::number(place.row),
                              QString::number(place.column),
                              QLocale().toString(double(m_spatial->values[i]), 'f', 4),
                              QLocale().toString(double(m_temporal->values[i]), 'f', 4),
                              isKept(i) ? tr("kept") : tr("pruned")});
    }
    return table;
}

QString ScatterView::toolTipAt(const QPointF &place) const
{
    if (isOnContour(place))
        return tr("Drag to change the ratio");
    const auto index = nearest(place);
    return index ? words(*index) : QString();
}

} // namespace faststar::widgets
