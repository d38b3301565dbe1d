// SPDX-License-Identifier: Apache-2.0
#include "widgets/heatmap/heatmap_view.h"

#include <QLocale>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "widgets/heatmap/heatmap_measures.h"
#include "widgets/paint/paint_tools.h"

namespace faststar::widgets
{

namespace
{

// The value in the middle; of two, the lower one.
double medianOf(std::vector<float> values)
{
    values.erase(std::remove_if(values.begin(), values.end(), [](float v) { return !std::isfinite(v); }),
                 values.end());
    if (values.empty())
        return std::numeric_limits<double>::quiet_NaN();
    const auto middle = values.begin() + std::ptrdiff_t((values.size() - 1) / 2);
    std::nth_element(values.begin(), middle, values.end());
    return double(*middle);
}

// The picture that a map stands for: 16 pixels a token.
QSize pictureOf(const GridShape &shape)
{
    constexpr int kToken = 16;
    constexpr int kMost = 1024; // only the aspect matters; a shape may say anything
    return {kToken * std::clamp(shape.w, 0, kMost), kToken * std::clamp(shape.h, 0, kMost)};
}

// The cell of another grid that holds the middle of a cell.
int cellIn(int cell, int from, int to)
{
    return std::clamp((2 * cell + 1) * to / (2 * from), 0, to - 1);
}

} // namespace

HeatmapView::HeatmapView(MapKind kind, Form form, QWidget *parent)
    : ProbedView(parent), m_kind(kind), m_form(form), m_emptyTitle(tr("No scores yet")),
      m_emptySentence(tr("Each pruned step shows its scores and what was kept."))
{
    setAccessibleName(mapName(kind));
    setAttribute(Qt::WA_OpaquePaintEvent);
    QSizePolicy policy(QSizePolicy::Expanding,
                       form == Form::Small ? QSizePolicy::Fixed : QSizePolicy::Expanding);
    policy.setHeightForWidth(form == Form::Small);
    setSizePolicy(policy);
    setHasTable(true);
}

void HeatmapView::setMap(std::shared_ptr<const ScoreGrid> map)
{
    if (map == m_map)
        return;
    m_map = std::move(map);
    m_range = m_map != nullptr ? rangeOf(*m_map, m_look) : ColourRange{};
    if (m_map != nullptr && probeGrid().tokens() == 0)
        setProbeGrid(m_map->shape);
    if (m_map != nullptr && pictureSize().isEmpty())
        setPictureSize(pictureOf(m_map->shape));
    changed();
}

void HeatmapView::setLook(const MapLook &look)
{
    if (look == m_look)
        return;
    m_look = look;
    m_range = m_map != nullptr ? rangeOf(*m_map, m_look) : ColourRange{};
    changed();
}

void HeatmapView::setCut(std::optional<double> cut)
{
    if (cut == m_cut)
        return;
    m_cut = cut;
    changed();
}

void HeatmapView::setMask(std::shared_ptr<const MaskGrid> mask, MaskStyle style)
{
    if (mask == m_mask && style == m_maskStyle)
        return;
    m_mask = std::move(mask);
    m_maskStyle = style;
    if (m_mask != nullptr && probeGrid().tokens() == 0)
        setProbeGrid(m_mask->shape);
    if (m_mask != nullptr && pictureSize().isEmpty())
        setPictureSize(pictureOf(m_mask->shape));
    changed();
}

void HeatmapView::setPicture(const QImage &picture)
{
    m_picture = picture;
    if (!picture.isNull() && pictureSize().isEmpty())
        setPictureSize(picture.size());
    changed();
}

void HeatmapView::setMapOpacity(double opacity)
{
    const double valid = std::isfinite(opacity) ? std::clamp(opacity, 0.0, 1.0) : m_opacity;
    if (valid == m_opacity)
        return;
    m_opacity = valid;
    changed();
}

void HeatmapView::setEmptyText(const QString &title, const QString &sentence)
{
    m_emptyTitle = title;
    m_emptySentence = sentence;
    changed();
}

bool HeatmapView::isEmpty() const
{
    if (m_kind == MapKind::Mask)
        return m_mask == nullptr || !hasFrame(m_mask->shape, m_mask->values.size(), frame());
    return m_map == nullptr || !hasFrame(m_map->shape, m_map->values.size(), frame());
}

QString HeatmapView::statistic() const
{
    if (isEmpty())
        return {};
    const QLocale locale;
    const GridShape &shape = m_kind == MapKind::Mask ? m_mask->shape : m_map->shape;
    const std::ptrdiff_t cells = std::ptrdiff_t(shape.h) * shape.w;
    if (m_kind == MapKind::Mask) {
        const auto first = m_mask->values.begin() + frame() * cells;
        const auto pruned = std::count(first, first + cells, std::uint8_t{0});
        return m_form == Form::Small
                   ? QStringLiteral("%1/%2").arg(numberLabel(cells - pruned), numberLabel(cells))
                   : tr("%1 of %2 kept").arg(numberLabel(cells - pruned), numberLabel(cells));
    }
    if (m_kind == MapKind::Fused && m_cut)
        return tr("cut %1").arg(locale.toString(*m_cut, 'f', 3));
    const auto first = m_map->values.begin() + frame() * cells;
    const double median = medianOf({first, first + cells});
    return std::isnan(median) ? tr("no numbers") : tr("median %1").arg(locale.toString(median, 'f', 3));
}

std::optional<double> HeatmapView::valueAt(const MapPlace &place) const
{
    const GridShape &grid = probeGrid();
    if (m_map == nullptr || grid.h <= 0 || grid.w <= 0 ||
        !hasFrame(m_map->shape, m_map->values.size(), place.t))
        return std::nullopt;
    const GridShape &shape = m_map->shape;
    const int row = cellIn(place.row, grid.h, shape.h);
    const int column = cellIn(place.column, grid.w, shape.w);
    return double(m_map->values[(std::size_t(place.t) * std::size_t(shape.h) + std::size_t(row)) *
                                    std::size_t(shape.w) +
                                std::size_t(column)]);
}

QString HeatmapView::valueWords(const MapPlace &place) const
{
    if (m_kind == MapKind::Mask) {
        const GridShape &grid = probeGrid();
        if (isEmpty() || grid.h <= 0 || grid.w <= 0 || place.t != frame())
            return {};
        const GridShape &shape = m_mask->shape;
        const auto at =
            (std::size_t(place.t) * std::size_t(shape.h) + std::size_t(cellIn(place.row, grid.h, shape.h))) *
                std::size_t(shape.w) +
            std::size_t(cellIn(place.column, grid.w, shape.w));
        return m_mask->values[at] != 0 ? tr("kept") : tr("pruned");
    }
    const auto value = valueAt(place);
    if (!value)
        return {};
    return std::isfinite(*value) ? QLocale().toString(*value, 'f', 4) : tr("not a number");
}

QString HeatmapView::spokenValue() const
{
    if (isEmpty())
        return m_emptyTitle;
    return probe() ? spokenProbe(valueWords(*probe())) : statistic();
}

TableRows HeatmapView::table() const
{
    TableRows table{{tr("Row"), tr("Column"), shortMapName(m_kind)}, {}};
    if (isEmpty())
        return table;
    const GridShape &grid = probeGrid();
    for (int row = 0; row < grid.h; ++row) {
        for (int column = 0; column < grid.w; ++column)
            table.rows.push_back(
                {QString::number(row), QString::number(column), valueWords({frame(), row, column})});
    }
    return table;
}

QString HeatmapView::toolTipAt(const QPointF &place) const
{
    const auto at = placeAt(place);
    if (!at || isEmpty())
        return {};
    return QStringLiteral("%1: %2").arg(placeLabel(*at), valueWords(*at));
}

QSize HeatmapView::sizeHint() const
{
    return m_form == Form::Small ? QSize(136, heightForWidth(136)) : QSize(474, 264);
}

QSize HeatmapView::minimumSizeHint() const
{
    return m_form == Form::Small ? QSize(64, heightForWidth(64)) : QSize(180, 132);
}

int HeatmapView::heightForWidth(int width) const
{
    const QSize size = pictureSize().isEmpty() ? QSize(7, 4) : pictureSize();
    // A portrait picture is at most as high as wide here.
    const int height = std::min(qRound(double(width) * size.height() / size.width()), width);
    return height + int(kMapLabelGap + kMapLabel);
}

QRectF HeatmapView::stageRect() const
{
    if (m_form == Form::Small)
        return QRectF(rect()).adjusted(0, 0, 0, -(kMapLabelGap + kMapLabel));
    return QRectF(rect()).adjusted(kMapPadding, kMapTitle + kMapPadding, -kMapPadding - kMapBarSpace,
                                   -kMapPadding);
}

void HeatmapView::changed()
{
    m_isStale = true;
    valueChanged();
}

} // namespace faststar::widgets
