// SPDX-License-Identifier: Apache-2.0
#include "widgets/ratios/ratio_editor.h"

#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>

#include <algorithm>
#include <cmath>

#include "core/domain/selection.h"
#include "widgets/controls/inline_field.h"
#include "widgets/paint/paint_tools.h"

namespace faststar::widgets
{

namespace
{

constexpr int kMost = 1000;
constexpr int kStep = 10;
constexpr int kFineStep = 1;
constexpr int kPageStep = 50;

int valid(int permille)
{
    return std::clamp(permille, 0, kMost);
}

} // namespace

RatioEditor::RatioEditor(Form form, QWidget *parent)
    : PaintedView(parent), m_form(form), m_runName(tr("run")), m_field(new InlineField(this))
{
    setAccessibleName(tr("Pruning ratio per scale"));
    setHasTable(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(m_field, &InlineField::committed, this, &RatioEditor::typed);
}

void RatioEditor::setScales(std::vector<RatioScale> scales)
{
    for (RatioScale &scale : scales)
        scale.permille = valid(scale.permille);
    if (scales == m_scales)
        return;
    const bool isNewForm = scales.size() != m_scales.size();
    m_scales = std::move(scales);
    m_current = std::clamp(m_current, 0, std::max(0, int(m_scales.size()) - 1));
    if (isNewForm) {
        m_dragged = -1;
        updateGeometry();
    }
    valueChanged();
}

void RatioEditor::setRunName(const QString &name)
{
    if (name == m_runName)
        return;
    m_runName = name;
    update();
}

bool RatioEditor::isChanged(const RatioScale &scale) const
{
    return scale.runPermille && *scale.runPermille != scale.permille;
}

QString RatioEditor::noteOf(const RatioScale &scale) const
{
    if (scale.locked)
        return tr("locked");
    if (isChanged(scale))
        return tr("was %1").arg(percentLabel(*scale.runPermille));
    return scale.runPermille ? tr("as run") : QString();
}

QString RatioEditor::spokenValue() const
{
    if (m_scales.empty())
        return tr("No prunable scale");
    const RatioScale &scale = m_scales[std::size_t(m_current)];
    QStringList words{
        tr("scale %1, %2").arg(scale.scale).arg(mapLabel(scale.shape)),
        tr("%1 pruned").arg(percentLabel(scale.permille)),
        tr("%1 of %2 tokens kept")
            .arg(numberLabel(keptCount(scale.tokens, scale.permille)), numberLabel(scale.tokens)),
        noteOf(scale)};
    words.removeAll(QString());
    return words.join(QStringLiteral(", "));
}

TableRows RatioEditor::table() const
{
    TableRows table{{tr("Scale"), tr("Map"), tr("Pruned"), tr("Run"), tr("Kept tokens"), tr("Tokens")}, {}};
    for (const RatioScale &scale : m_scales)
        table.rows.push_back(
            {QString::number(scale.scale), mapLabel(scale.shape), percentLabel(scale.permille),
             scale.runPermille ? percentLabel(*scale.runPermille) : QString(),
             numberLabel(keptCount(scale.tokens, scale.permille)), numberLabel(scale.tokens)});
    return table;
}

QString RatioEditor::toolTipAt(const QPointF &place) const
{
    const int index = indexAt(place);
    if (index < 0)
        return {};
    const RatioScale &scale = m_scales[std::size_t(index)];
    if (scale.locked)
        return tr("Locked. L or a click on the lock frees it.");
    return tr("%1 of %2 tokens kept")
        .arg(numberLabel(keptCount(scale.tokens, scale.permille)), numberLabel(scale.tokens));
}

void RatioEditor::mousePressEvent(QMouseEvent *event)
{
    const int index = indexAt(event->position());
    if (event->button() != Qt::LeftButton || index < 0) {
        PaintedView::mousePressEvent(event);
        return;
    }
    m_current = index;
    const Places places = placesOf(index);
    if (places.note.adjusted(0, -6, 0, 6).contains(event->position())) {
        toggleLock(index);
    } else if (places.field.contains(event->position())) {
        type(index, percentLabel(m_scales[std::size_t(index)].permille));
    } else if (places.bar.adjusted(-6, -6, 6, 6).contains(event->position())) {
        m_dragged = index;
        m_dragBegan = m_scales[std::size_t(index)].permille;
        change(index, permilleAt(index, event->position(), event->modifiers().testFlag(Qt::ShiftModifier)));
    }
    valueChanged();
}

void RatioEditor::mouseMoveEvent(QMouseEvent *event)
{
    if (m_dragged >= 0) {
        change(m_dragged,
               permilleAt(m_dragged, event->position(), event->modifiers().testFlag(Qt::ShiftModifier)));
        return;
    }
    const int index = indexAt(event->position());
    if (index == m_hovered)
        return;
    m_hovered = index;
    update();
}

void RatioEditor::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || m_dragged < 0)
        return;
    const int index = m_dragged;
    m_dragged = -1;
    if (m_scales[std::size_t(index)].permille != m_dragBegan)
        Q_EMIT ratioCommitted(index, m_scales[std::size_t(index)].permille);
}

void RatioEditor::mouseDoubleClickEvent(QMouseEvent *event)
{
    const int index = indexAt(event->position());
    if (event->button() != Qt::LeftButton || index < 0 || !m_scales[std::size_t(index)].runPermille)
        return;
    m_dragged = -1;
    commit(index, *m_scales[std::size_t(index)].runPermille);
}

void RatioEditor::leaveEvent(QEvent *event)
{
    PaintedView::leaveEvent(event);
    m_hovered = -1;
    update();
}

void RatioEditor::keyPressEvent(QKeyEvent *event)
{
    if (m_scales.empty()) {
        PaintedView::keyPressEvent(event);
        return;
    }
    const bool isLarge = m_form == Form::Large;
    const RatioScale &scale = m_scales[std::size_t(m_current)];
    const int step = event->modifiers().testFlag(Qt::ShiftModifier) ? kFineStep : kStep;
    const int key = event->key();
    // The handle goes the way of the arrow; further up or right more is kept.
    const int more = isLarge ? Qt::Key_Up : Qt::Key_Right;
    const int less = isLarge ? Qt::Key_Down : Qt::Key_Left;
    const int before = isLarge ? Qt::Key_Left : Qt::Key_Up;
    const int after = isLarge ? Qt::Key_Right : Qt::Key_Down;
    if (key == more || key == less) {
        commit(m_current, scale.permille + (key == less ? step : -step));
    } else if (key == Qt::Key_PageUp || key == Qt::Key_PageDown) {
        commit(m_current, scale.permille + (key == Qt::Key_PageDown ? kPageStep : -kPageStep));
    } else if (key == before || key == after) {
        m_current = std::clamp(m_current + (key == after ? 1 : -1), 0, int(m_scales.size()) - 1);
        valueChanged();
    } else if (key == Qt::Key_Delete || key == Qt::Key_Backspace) {
        if (scale.runPermille)
            commit(m_current, *scale.runPermille);
    } else if (key == Qt::Key_L) {
        toggleLock(m_current);
    } else if (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_F2) {
        type(m_current, percentLabel(scale.permille));
    } else if (!event->text().isEmpty() && event->text().at(0).isDigit()) {
        type(m_current, event->text());
        m_field->deselect();
        m_field->end(false);
    } else {
        PaintedView::keyPressEvent(event);
    }
}

bool RatioEditor::change(int index, int permille)
{
    RatioScale &scale = m_scales[std::size_t(index)];
    const int wanted = valid(permille);
    if (scale.locked || wanted == scale.permille)
        return false;
    scale.permille = wanted;
    valueChanged();
    Q_EMIT ratioChanged(index, wanted);
    return true;
}

void RatioEditor::commit(int index, int permille)
{
    if (change(index, permille))
        Q_EMIT ratioCommitted(index, m_scales[std::size_t(index)].permille);
}

void RatioEditor::toggleLock(int index)
{
    RatioScale &scale = m_scales[std::size_t(index)];
    scale.locked = !scale.locked;
    valueChanged();
    Q_EMIT lockChanged(index, scale.locked);
}

void RatioEditor::type(int index, const QString &text)
{
    if (m_scales[std::size_t(index)].locked)
        return;
    const QRectF field = placesOf(index).field;
    const QRectF place = m_form == Form::Large ? field : field.adjusted(-20, 0, 0, 0);
    m_field->open(place.toAlignedRect(), text, theme());
}

void RatioEditor::typed(const QString &text)
{
    QString number = text;
    number.remove(QLatin1Char('%'));
    bool isNumber = false;
    const double percent = QLocale().toDouble(number.trimmed(), &isNumber);
    if (isNumber && std::isfinite(percent) && !m_scales.empty())
        commit(m_current, int(std::lround(std::clamp(percent, 0.0, 100.0) * 10.0)));
}

} // namespace faststar::widgets
