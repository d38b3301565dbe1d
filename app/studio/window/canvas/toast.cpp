// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/canvas/toast.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

#include "app/studio/window/parts/labels.h"
#include "widgets/look/icon.h"

namespace faststar::studio
{

namespace
{

constexpr int kWidth = 336;
constexpr int kMargin = 16;
constexpr int kMilliseconds = 6000;

} // namespace

Toast::Toast(widgets::Appearance &appearance, QWidget *parent)
    : QWidget(parent), m_appearance(appearance), m_icon(new QLabel(this)),
      m_title(makeParagraph({}, "title", this)), m_remark(makeParagraph({}, "small", this)),
      m_way(new QPushButton(this))
{
    setSurface(this, "toast");
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 12, 12, 12);
    row->setSpacing(12);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    auto *column = new QVBoxLayout;
    column->setSpacing(0);
    column->addWidget(m_title);
    column->addWidget(m_remark);
    row->addLayout(column, 1);
    m_way->setProperty("link", "accent");
    row->addWidget(m_way, 0, Qt::AlignTop);
    connect(m_way, &QPushButton::clicked, this, [this] {
        hide();
        if (m_take)
            m_take();
    });
    m_timer.setSingleShot(true);
    m_timer.setInterval(kMilliseconds);
    connect(&m_timer, &QTimer::timeout, this, &QWidget::hide);
    parent->installEventFilter(this);
    hide();
}

void Toast::tell(const QString &title, const QString &remark, const QString &wayText,
                 const std::function<void()> &way)
{
    m_icon->setPixmap(
        widgets::iconPixmap(QStringLiteral("check"), 16, m_appearance.theme().kept, devicePixelRatioF()));
    m_title->setText(title);
    m_remark->setText(remark);
    m_remark->setVisible(!remark.isEmpty());
    m_take = way;
    m_way->setText(wayText);
    m_way->setVisible(!wayText.isEmpty());
    setAccessibleName(QStringLiteral("%1. %2").arg(title, remark));
    place();
    show();
    raise();
    m_timer.start();
}

void Toast::place()
{
    const QWidget *parent = parentWidget();
    const int wide = std::min(kWidth, parent->width() - 2 * kMargin);
    setFixedWidth(std::max(wide, 120));
    const int high = layout()->hasHeightForWidth() ? layout()->heightForWidth(width()) : sizeHint().height();
    setGeometry(parent->width() - width() - kMargin, parent->height() - high - kMargin, width(), high);
}

bool Toast::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible())
        place();
    return QWidget::eventFilter(watched, event);
}

void Toast::enterEvent(QEnterEvent *event)
{
    QWidget::enterEvent(event);
    m_timer.stop();
}

void Toast::leaveEvent(QEvent *event)
{
    QWidget::leaveEvent(event);
    m_timer.start();
}

} // namespace faststar::studio
