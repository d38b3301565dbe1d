// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/model_chip.h"

#include <QPainter>
#include <QStyleOptionButton>
#include <QStylePainter>

#include <algorithm>

namespace faststar::studio
{

namespace
{

constexpr int kPadding = 12;
constexpr int kDot = 8;
constexpr int kGap = 6;
constexpr int kMostName = 220;

QFont nameFont(const QFont &font)
{
    QFont small = font;
    small.setPixelSize(12);
    return small;
}

} // namespace

ModelChip::ModelChip(QWidget *parent)
    : QPushButton(parent), m_theme(widgets::themeOf(widgets::ThemeKind::Dark))
{
    setProperty("chipbutton", true);
    setFocusPolicy(Qt::StrongFocus);
    setModel(State::None, tr("No model"), {});
}

void ModelChip::setTheme(const widgets::Theme &theme)
{
    m_theme = theme;
    update();
}

void ModelChip::setModel(State state, const QString &name, const QString &remark)
{
    m_state = state;
    m_name = name;
    m_remark = remark;
    m_done = 0.0;
    setAccessibleName(tr("Model: %1 %2").arg(name, remark));
    updateGeometry();
    update();
}

void ModelChip::setProgress(double done)
{
    m_done = std::clamp(done, 0.0, 1.0);
    update();
}

QSize ModelChip::sizeHint() const
{
    const QFontMetrics metrics(nameFont(font()));
    const int name = std::min(metrics.horizontalAdvance(m_name), kMostName);
    const int remark = m_remark.isEmpty() ? 0 : metrics.horizontalAdvance(m_remark) + kGap;
    return {2 * kPadding + kDot + kGap + name + remark, 28};
}

void ModelChip::paintEvent(QPaintEvent *)
{
    QStylePainter painter(this);
    QStyleOptionButton option;
    initStyleOption(&option);
    option.text.clear();
    option.features &= ~QStyleOptionButton::HasMenu;
    painter.drawControl(QStyle::CE_PushButton, option);
    painter.setRenderHint(QPainter::Antialiasing);

    const QRectF dot(kPadding, (height() - kDot) / 2.0, kDot, kDot);
    if (m_state == State::Opening) {
        const QRectF ring = dot.adjusted(0.5, 0.5, -0.5, -0.5);
        painter.setPen(QPen(m_theme.track, 2));
        painter.drawEllipse(ring);
        painter.setPen(QPen(m_theme.accent, 2));
        // A quarter at least, so that something is seen before the first news.
        painter.drawArc(ring, 90 * 16, -int(std::max(m_done, 0.25) * 360 * 16));
    } else {
        painter.setPen(m_state == State::None ? QPen(m_theme.text3, 1.5) : QPen(Qt::NoPen));
        painter.setBrush(m_state == State::Open     ? m_theme.kept
                         : m_state == State::Failed ? m_theme.danger
                                                    : QColor(Qt::transparent));
        painter.drawEllipse(dot);
    }
    painter.setFont(nameFont(font()));
    const QFontMetrics metrics(painter.font());
    int x = kPadding + kDot + kGap;
    const QString name = metrics.elidedText(m_name, Qt::ElideMiddle, kMostName);
    painter.setPen(m_state == State::Failed ? m_theme.danger : m_theme.text2);
    painter.drawText(QRect(x, 0, width() - x, height()), Qt::AlignLeft | Qt::AlignVCenter, name);
    x += metrics.horizontalAdvance(name) + kGap;
    painter.setPen(m_theme.text3);
    painter.drawText(QRect(x, 0, width() - x, height()), Qt::AlignLeft | Qt::AlignVCenter, m_remark);
}

} // namespace faststar::studio
