// SPDX-License-Identifier: Apache-2.0
#include "widgets/ratios/norm_slider.h"

#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "widgets/controls/inline_field.h"
#include "widgets/paint/paint_tools.h"

namespace faststar::widgets
{

namespace
{

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::array kStops{1.0, 2.0, kInfinity};
constexpr double kRow = 28.0;
constexpr double kThumb = 8.0;  // radius
constexpr double kSnap = 0.03;  // of the way
constexpr double kMost = 100.0; // above, the maximum is meant
constexpr double kName = 64.0;  // "p" of the small form

// Two decimals are what the field shows.
double rounded(double p)
{
    if (!(p < kMost))
        return kInfinity;
    const double unit = p < 10.0 ? 100.0 : 10.0;
    return std::round(p * unit) / unit;
}

} // namespace

NormSlider::NormSlider(Form form, QWidget *parent)
    : PaintedView(parent), m_form(form), m_field(new InlineField(this))
{
    setAccessibleName(tr("Norm degree p"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(m_field, &InlineField::committed, this, &NormSlider::typed);
}

void NormSlider::setP(double p)
{
    if (!(p >= 1.0) || p == m_p)
        return;
    m_p = p;
    valueChanged();
}

void NormSlider::setRunP(std::optional<double> p)
{
    if (p == m_runP)
        return;
    m_runP = p;
    valueChanged();
}

double NormSlider::positionOf(double p)
{
    return p >= 1.0 ? 1.0 - 1.0 / p : 0.0;
}

double NormSlider::degreeAt(double position)
{
    return position >= 1.0 ? kInfinity : 1.0 / (1.0 - std::max(0.0, position));
}

QString NormSlider::label(double p)
{
    return std::isinf(p) ? QStringLiteral("∞") : QLocale().toString(p, 'g', 4);
}

QString NormSlider::spokenValue() const
{
    const QString value = std::isinf(m_p) ? tr("p infinite, the maximum") : tr("p %1").arg(label(m_p));
    return m_runP && *m_runP != m_p ? value + QStringLiteral(", ") + tr("was %1").arg(label(*m_runP)) : value;
}

QSize NormSlider::sizeHint() const
{
    return m_form == Form::Large ? QSize(232, 48) : QSize(264, int(kRow));
}

QSize NormSlider::minimumSizeHint() const
{
    return {m_form == Form::Large ? 160 : 180, sizeHint().height()};
}

QRectF NormSlider::fieldRect() const
{
    const double wide = m_form == Form::Large ? 56.0 : 44.0;
    return {width() - wide, 0, wide, kRow};
}

QRectF NormSlider::trackRect() const
{
    const double left = m_form == Form::Large ? 0.0 : kName;
    return {left + kThumb, kRow / 2.0 - 2.0, std::max(1.0, fieldRect().left() - 8.0 - left - 2.0 * kThumb),
            4.0};
}

void NormSlider::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().panel);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF track = trackRect();
    const double x = track.left() + positionOf(m_p) * track.width();
    const bool isChanged = m_runP && *m_runP != m_p;
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().track);
    painter.drawRoundedRect(track.adjusted(-kThumb, 0, kThumb, 0), 2.0, 2.0);
    painter.setBrush(theme().accent);
    painter.drawRoundedRect(QRectF(track.left() - kThumb, track.top(), x - track.left() + kThumb, 4.0), 2.0,
                            2.0);
    if (isChanged) {
        QPen pen(theme().text, 2.0, Qt::CustomDashLine, Qt::FlatCap);
        pen.setDashPattern({3.0, 2.0});
        painter.setPen(pen);
        const double was = track.left() + positionOf(*m_runP) * track.width();
        painter.drawLine(QPointF(was, 4.0), QPointF(was, kRow - 4.0));
    }
    painter.setPen(QPen(hasFocus() ? theme().accent : theme().panel, 2.0));
    painter.setBrush(theme().text);
    painter.drawEllipse(QPointF(x, track.center().y()), kThumb - 1.0, kThumb - 1.0);

    const QRectF field = fieldRect();
    painter.setFont(numberFont());
    if (m_form == Form::Large) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().field);
        painter.drawRoundedRect(field, 4.0, 4.0);
        strokeInside(painter, field, isChanged ? theme().accent : theme().control, 1.0, 4.0);
        painter.setPen(theme().text);
        painter.drawText(field.adjusted(10, 0, -4, 0), Qt::AlignLeft | Qt::AlignVCenter, label(m_p));
        painter.setFont(smallFont());
        painter.setPen(theme().text3);
        const QRectF words(0, kRow + 4.0, track.right() + kThumb, 16.0);
        painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, tr("1 sum"));
        painter.drawText(words, Qt::AlignCenter, QStringLiteral("2"));
        painter.drawText(words, Qt::AlignRight | Qt::AlignVCenter, tr("∞ max"));
    } else {
        painter.setPen(theme().text);
        painter.drawText(QRectF(0, 0, kName, kRow), Qt::AlignLeft | Qt::AlignVCenter, QStringLiteral("p"));
        painter.setPen(isChanged ? theme().accent : theme().text);
        painter.drawText(field, Qt::AlignRight | Qt::AlignVCenter, label(m_p));
    }
    paintFocus(painter);
}

void NormSlider::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton) {
        PaintedView::mousePressEvent(event);
        return;
    }
    if (fieldRect().contains(event->position())) {
        m_field->open(fieldRect().toAlignedRect(), label(m_p), theme());
        return;
    }
    m_dragging = true;
    m_dragBegan = m_p;
    drag(event->position().x());
}

void NormSlider::mouseMoveEvent(QMouseEvent *event)
{
    if (m_dragging)
        drag(event->position().x());
}

void NormSlider::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !m_dragging)
        return;
    m_dragging = false;
    if (m_p != m_dragBegan)
        Q_EMIT pCommitted(m_p);
}

void NormSlider::mouseDoubleClickEvent(QMouseEvent * /*event*/)
{
    m_dragging = false;
    if (m_runP)
        commit(*m_runP);
}

void NormSlider::keyPressEvent(QKeyEvent *event)
{
    const double step = event->modifiers().testFlag(Qt::ShiftModifier) ? 0.005 : 0.02;
    const double position = positionOf(m_p);
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Up:
        // From the highest number that is shown, the next is the maximum.
        commit(position + step > positionOf(kMost) ? kInfinity : rounded(degreeAt(position + step)));
        break;
    case Qt::Key_Left:
    case Qt::Key_Down:
        commit(rounded(degreeAt(position - step)));
        break;
    case Qt::Key_PageUp:
    case Qt::Key_End:
        commit(event->key() == Qt::Key_End ? kInfinity
                                           : *std::find_if(kStops.begin(), kStops.end() - 1,
                                                           [this](double stop) { return stop > m_p; }));
        break;
    case Qt::Key_PageDown:
    case Qt::Key_Home:
        commit(event->key() == Qt::Key_Home || m_p <= 2.0 ? 1.0 : 2.0);
        break;
    case Qt::Key_Return:
    case Qt::Key_F2:
        m_field->open(fieldRect().toAlignedRect(), label(m_p), theme());
        break;
    default:
        PaintedView::keyPressEvent(event);
    }
}

bool NormSlider::change(double p)
{
    if (!(p >= 1.0) || p == m_p)
        return false;
    setP(p);
    Q_EMIT pChanged(p);
    return true;
}

void NormSlider::commit(double p)
{
    if (change(p))
        Q_EMIT pCommitted(p);
}

void NormSlider::drag(double x)
{
    const QRectF track = trackRect();
    const double position = std::clamp((x - track.left()) / track.width(), 0.0, 1.0);
    for (const double stop : kStops) {
        if (std::abs(positionOf(stop) - position) < kSnap) {
            change(stop);
            return;
        }
    }
    change(rounded(degreeAt(position)));
}

void NormSlider::typed(const QString &text)
{
    const QString word = text.trimmed().toLower();
    if (word == QStringLiteral("∞") || word == QStringLiteral("inf") || word == QStringLiteral("max")) {
        commit(kInfinity);
        return;
    }
    bool isNumber = false;
    const double p = QLocale().toDouble(word, &isNumber);
    if (isNumber)
        commit(p);
}

} // namespace faststar::widgets
