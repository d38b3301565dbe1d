// SPDX-License-Identifier: Apache-2.0
//
// What ShelfView says: spoken, as a table, in tooltips.
#include "widgets/shelf/shelf_view.h"

namespace faststar::widgets
{

QString ShelfView::stateWords(const ShelfCard &card) const
{
    switch (card.state) {
    case CardState::Running:
        return tr("in work");
    case CardState::Stopped:
        return tr("stopped");
    case CardState::Cancelled:
        return tr("cancelled");
    case CardState::Failed:
        return tr("failed");
    case CardState::Interrupted:
        return tr("interrupted");
    case CardState::Finished:
        break;
    }
    return card.time;
}

QString ShelfView::spokenValue() const
{
    if (m_cards.empty())
        return tr("No runs yet");
    if (m_shown.empty())
        return tr("No run has these words");
    const ShelfCard &one = card(m_current);
    QStringList words{one.title, stateWords(one), one.words};
    if (m_selection.contains(one.id))
        words += tr("selected");
    words.removeAll(QString());
    return words.join(QStringLiteral(", "));
}

TableRows ShelfView::table() const
{
    TableRows table{{tr("Run"), tr("State"), tr("Time"), tr("Settings")}, {}};
    for (int shown = 0; shown < shownCount(); ++shown) {
        const ShelfCard &one = card(shown);
        const bool isFinished = one.state == CardState::Finished;
        table.rows.push_back({one.title, isFinished ? tr("finished") : stateWords(one), one.time, one.words});
    }
    return table;
}

QString ShelfView::toolTipAt(const QPointF &place) const
{
    const int shown = shownAt(place);
    if (shown < 0)
        return {};
    const ShelfCard &one = card(shown);
    // Plain text: a prompt may look like markup.
    return QStringLiteral("<p>%1</p>")
        .arg(QStringLiteral("%1: %2")
                 .arg(one.title, one.words.isEmpty() ? stateWords(one) : one.words)
                 .toHtmlEscaped());
}

} // namespace faststar::widgets
