// SPDX-License-Identifier: Apache-2.0
#include "widgets/probe/probe_panel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

#include "widgets/heatmap/map_kind.h"
#include "widgets/look/icon.h"
#include "widgets/paint/paint_tools.h"
#include "widgets/ratios/norm_slider.h"

namespace faststar::widgets
{

namespace
{

constexpr double kCrop = 84.0;
constexpr double kGap = 8.0;
constexpr double kHead = kCrop + 12.0;
constexpr double kRow = 26.0;
constexpr double kDenseRow = 22.0;
constexpr int kMostRows = 6;
constexpr int kCropTokens = 3;

QString valueLabel(double value, int decimals)
{
    return std::isfinite(value) ? QLocale().toString(value, 'f', decimals) : ProbePanel::tr("not a number");
}

} // namespace

ProbePanel::ProbePanel(QWidget *parent) : PaintedView(parent)
{
    setAccessibleName(tr("Probe"));
    setHasTable(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ProbePanel::setFacts(const std::optional<ProbeFacts> &facts)
{
    m_facts = facts;
    valueChanged();
}

void ProbePanel::setDense(bool dense)
{
    if (dense == m_dense)
        return;
    m_dense = dense;
    updateGeometry();
    update();
}

QSize ProbePanel::sizeHint() const
{
    return {304, int(kHead + kMostRows * (m_dense ? kDenseRow : kRow))};
}

void ProbePanel::setPicture(const QImage &picture)
{
    m_picture = picture;
    update();
}

QString ProbePanel::title() const
{
    return tr("Token %1").arg(ProbedView::placeLabel(m_facts->place));
}

QString ProbePanel::second() const
{
    const ProbeFacts &facts = *m_facts;
    const std::int64_t index =
        (std::int64_t{facts.place.t} * facts.grid.h + facts.place.row) * facts.grid.w + facts.place.column;
    const QString frames =
        facts.frames.count == 1
            ? tr("frame %1").arg(facts.frames.first + 1)
            : tr("frames %1–%2").arg(facts.frames.first + 1).arg(facts.frames.first + facts.frames.count);
    return tr("index %1 of %2 · %3").arg(numberLabel(index), numberLabel(facts.grid.tokens()), frames);
}

QString ProbePanel::verdict() const
{
    if (!m_facts->kept)
        return {};
    const QString word = *m_facts->kept ? tr("kept") : tr("pruned");
    return m_facts->rank ? tr("%1, rank %2").arg(word, numberLabel(*m_facts->rank)) : word;
}

std::vector<ProbePanel::Row> ProbePanel::rows() const
{
    const ProbeFacts &facts = *m_facts;
    std::vector<Row> list;
    const auto add = [&](MapKind kind, const QString &name, const std::optional<double> &value) {
        if (value)
            list.push_back({mapLetter(kind), mapColour(kind, theme()), name, valueLabel(*value, 4)});
    };
    add(MapKind::Spatial, tr("Spatial score"), facts.spatial);
    add(MapKind::Temporal, tr("Temporal score"), facts.temporal);
    add(MapKind::Fused, tr("Fused score, p = %1").arg(NormSlider::label(facts.p)), facts.fused);
    if (facts.cut)
        list.push_back({{}, {}, tr("Cut"), valueLabel(*facts.cut, 4)});
    if (facts.norm)
        list.push_back({{}, {}, tr("Feature norm"), valueLabel(*facts.norm, 3)});
    if (facts.token)
        list.push_back({{}, {}, tr("Held by token"), ProbedView::placeLabel(*facts.token)});
    return list;
}

QString ProbePanel::spokenValue() const
{
    if (!m_facts)
        return tr("No token is probed");
    QStringList words{title(), verdict()};
    for (const Row &row : rows())
        words += QStringLiteral("%1 %2").arg(row.name, row.value);
    words.removeAll(QString());
    return words.join(QStringLiteral(", "));
}

TableRows ProbePanel::table() const
{
    TableRows table{{tr("Fact"), tr("Value")}, {}};
    if (!m_facts)
        return table;
    table.rows.push_back({title(), verdict()});
    for (const Row &row : rows())
        table.rows.push_back({row.name, row.value});
    return table;
}

void ProbePanel::keyPressEvent(QKeyEvent *event)
{
    if (!event->matches(QKeySequence::Copy)) {
        PaintedView::keyPressEvent(event);
        return;
    }
    QString text;
    for (const QStringList &row : table().rows)
        text += row.join(QLatin1Char('\t')) + QLatin1Char('\n');
    QGuiApplication::clipboard()->setText(text);
}

void ProbePanel::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().panel);
    if (!m_facts) {
        paintEmpty(painter, rect(), tr("No token is probed"),
                   tr("Move over a map, or use the arrow keys in one."));
        paintFocus(painter);
        return;
    }
    paintCrop(painter);
    paintHead(painter);
    double top = kHead;
    for (const Row &row : rows()) {
        const QRectF line(0, top, width(), 20.0);
        double left = 0.0;
        if (!row.letter.isEmpty()) {
            QFont letter = titleFont();
            letter.setWeight(QFont::Bold);
            painter.setFont(letter);
            painter.setPen(row.colour);
            painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, row.letter);
            left = 14.0;
        }
        QFont body = titleFont();
        body.setWeight(QFont::Normal);
        painter.setFont(body);
        painter.setPen(theme().text2);
        painter.drawText(line.adjusted(left, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, row.name);
        painter.setFont(numberFont());
        painter.setPen(theme().text);
        painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, row.value);
        top += m_dense ? kDenseRow : kRow;
    }
    paintFocus(painter);
}

void ProbePanel::paintCrop(QPainter &painter) const
{
    const QRectF place(0, 0, kCrop, kCrop);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath shape;
    shape.addRoundedRect(place, 2.0, 2.0);
    painter.setClipPath(shape);
    painter.fillRect(place, theme().well);
    const ProbeFacts &facts = *m_facts;
    const double side = kCrop / kCropTokens;
    if (!m_picture.isNull() && facts.grid.h > 0 && facts.grid.w > 0) {
        // The whole picture at the size at which a token is a third of the crop, moved under it.
        const QRectF whole(side - facts.place.column * side, side - facts.place.row * side,
                           facts.grid.w * side, facts.grid.h * side);
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        const QRectF seen = whole.intersected(place);
        if (!seen.isEmpty()) {
            const double across = m_picture.width() / whole.width();
            const double down = m_picture.height() / whole.height();
            painter.drawImage(seen, m_picture,
                              QRectF((seen.left() - whole.left()) * across, (seen.top() - whole.top()) * down,
                                     seen.width() * across, seen.height() * down));
        }
    }
    painter.restore();
    const QRectF token(side, side, side, side);
    strokeInside(painter, token.adjusted(-3, -3, 3, 3), Qt::black, 1.0, 0.0);
    strokeInside(painter, token.adjusted(-2, -2, 2, 2), Qt::white, 2.0, 0.0);
}

void ProbePanel::paintHead(QPainter &painter) const
{
    const QRectF words(kCrop + kGap, 0, width() - kCrop - kGap, 20.0);
    painter.setFont(titleFont());
    painter.setPen(theme().text);
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetricsF(titleFont()).elidedText(title(), Qt::ElideRight, words.width()));
    painter.setFont(smallFont());
    painter.setPen(theme().text2);
    painter.drawText(words.translated(0, 20), Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetricsF(smallFont()).elidedText(second(), Qt::ElideRight, words.width()));
    const QString chip = verdict();
    if (chip.isEmpty())
        return;
    const bool isKept = *m_facts->kept;
    const double wide = QFontMetricsF(smallFont()).horizontalAdvance(chip) + 38.0;
    const QRectF place(words.left(), 48.0, std::min(wide, words.width()), 20.0);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().raised == QColor(Qt::white) ? theme().well : theme().raised);
    painter.drawRoundedRect(place, 4.0, 4.0);
    painter.restore();
    if (isKept)
        paintIcon(painter, QStringLiteral("check"), {place.left() + 8.0, place.top() + 3.0, 14.0, 14.0},
                  theme().kept);
    else
        fillHatch(painter, {place.left() + 10.0, place.top() + 5.0, 10.0, 10.0}, theme().pruned);
    painter.setPen(isKept ? theme().kept : theme().text2);
    painter.drawText(place.adjusted(28, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, chip);
}

} // namespace faststar::widgets
