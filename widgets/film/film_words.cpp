// SPDX-License-Identifier: Apache-2.0
//
// What FilmStrip says: spoken, as a table, in tooltips.
#include <QScrollBar>

#include "core/domain/overlay.h"
#include "widgets/film/film_strip.h"
#include "widgets/paint/paint_tools.h"

namespace faststar::widgets
{

namespace
{

QString stateWords(ScaleState state)
{
    switch (state) {
    case ScaleState::ToCome:
        return FilmStrip::tr("to come");
    case ScaleState::InWork:
        return FilmStrip::tr("in work");
    case ScaleState::Done:
        break;
    }
    return FilmStrip::tr("done");
}

} // namespace

QString FilmStrip::spokenValue() const
{
    const int row = m_schedule != nullptr ? FilmLayout::rowOf(*m_schedule, m_cursor.scale) : -1;
    if (row < 0)
        return tr("No scales yet");
    const Scale &scale = m_schedule->scales[std::size_t(m_cursor.scale)];
    QStringList words{tr("scale %1, %2").arg(scale.index).arg(mapLabel(scale.shape)),
                      scale.clip == 0 ? tr("image clip") : QStringLiteral("τ %1").arg(m_cursor.frame)};
    if (const FilmScale *facts = factsOf(m_cursor.scale)) {
        words += stateWords(facts->state);
        words += tr("%1 of %2 tokens kept").arg(numberLabel(facts->kept), numberLabel(facts->tokens));
    } else {
        words += stateWords(ScaleState::ToCome);
    }
    return words.join(QStringLiteral(", "));
}

TableRows FilmStrip::table() const
{
    TableRows table{{tr("Scale"), tr("Map"), tr("State"), tr("Kept tokens"), tr("Tokens")}, {}};
    if (m_schedule == nullptr)
        return table;
    for (const Scale &scale : m_schedule->scales) {
        const FilmScale *facts = factsOf(scale.index);
        table.rows.push_back({QString::number(scale.index), mapLabel(scale.shape),
                              stateWords(facts != nullptr ? facts->state : ScaleState::ToCome),
                              facts != nullptr ? numberLabel(facts->kept) : QString(),
                              facts != nullptr ? numberLabel(facts->tokens) : QString()});
    }
    return table;
}

QString FilmStrip::toolTipAt(const QPointF &place) const
{
    if (m_schedule == nullptr || place.y() < FilmLayout::kHead)
        return {};
    const QPointF scrolled(m_across->value(), m_down->value());
    for (int row = 0; row < m_layout.rows; ++row) {
        for (int column = 0; column < int(m_layout.columns.size()); ++column) {
            if (!m_layout.cellRect(row, column, scrolled).contains(place))
                continue;
            const FilmColumn &at = m_layout.columns[std::size_t(column)];
            const int scale = FilmLayout::scaleOf(*m_schedule, at.clip, row);
            if (scale < 0)
                return {};
            const PixelFrames frames =
                pixelFramesOfLatentFrame(m_schedule->clips[std::size_t(at.clip)].firstFrame + at.frame);
            const QString which =
                frames.count == 1 ? tr("frame %1").arg(frames.first + 1)
                                  : tr("frames %1–%2").arg(frames.first + 1).arg(frames.first + frames.count);
            return QStringLiteral("%1 · %2, %3")
                .arg(scale)
                .arg(mapLabel(m_schedule->scales[std::size_t(scale)].shape), which);
        }
    }
    return {};
}

} // namespace faststar::widgets
