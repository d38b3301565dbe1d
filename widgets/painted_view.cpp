// SPDX-License-Identifier: Apache-2.0
#include "widgets/painted_view.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QAction>
#include <QContextMenuEvent>
#include <QFontMetricsF>
#include <QHelpEvent>
#include <QMenu>
#include <QPainter>
#include <QToolTip>

#include "widgets/paint/paint_tools.h"
#include "widgets/table_window.h"

namespace faststar::widgets
{

namespace
{

// Speaks a view's value. Bridges that have no words for values read the description, so it is both.
class ViewInterface : public QAccessibleWidget
{
public:
    explicit ViewInterface(PaintedView *view) : QAccessibleWidget(view, QAccessible::Graphic) {}

    [[nodiscard]] QString text(QAccessible::Text kind) const override
    {
        const auto *view = qobject_cast<const PaintedView *>(object());
        const bool isSpoken = kind == QAccessible::Value || (kind == QAccessible::Description &&
                                                             widget()->accessibleDescription().isEmpty());
        return view != nullptr && isSpoken ? view->spokenValue() : QAccessibleWidget::text(kind);
    }
};

QAccessibleInterface *makeInterface(const QString & /*className*/, QObject *object)
{
    auto *view = qobject_cast<PaintedView *>(object);
    return view != nullptr ? new ViewInterface(view) : nullptr;
}

} // namespace

PaintedView::PaintedView(QWidget *parent)
    : QWidget(parent), m_theme(themeOf(ThemeKind::Dark)),
      m_tableAction(new QAction(tr("Show as table"), this))
{
    static const bool isInstalled = [] {
        QAccessible::installFactory(makeInterface);
        return true;
    }();
    Q_UNUSED(isInstalled);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    m_tableAction->setVisible(false);
    connect(m_tableAction, &QAction::triggered, this, [this] {
        Q_EMIT tableRequested();
        showTable(*this);
    });
    addAction(m_tableAction);
}

void PaintedView::setTheme(const Theme &theme)
{
    if (theme == m_theme)
        return;
    m_theme = theme;
    themeChanged();
    update();
}

QString PaintedView::toolTipAt(const QPointF & /*place*/) const
{
    return {};
}

void PaintedView::valueChanged()
{
    update();
    if (!QAccessible::isActive())
        return;
    QAccessibleValueChangeEvent value(this, spokenValue());
    QAccessible::updateAccessibility(&value);
    QAccessibleEvent description(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&description);
}

void PaintedView::setHasTable(bool has)
{
    m_tableAction->setVisible(has);
}

void PaintedView::paintFocus(QPainter &painter) const
{
    if (hasFocus() && m_isFocusByKey)
        strokeInside(painter, rect(), m_theme.accent, 2.0, 0.0);
}

void PaintedView::paintEmpty(QPainter &painter, const QRectF &area, const QString &title,
                             const QString &sentence) const
{
    constexpr double kMostWidth = 320.0;
    constexpr double kGap = 4.0;
    const double width = std::min(area.width() - 24.0, kMostWidth);
    if (width <= 0.0)
        return;
    const QRectF column(area.center().x() - width / 2.0, area.top(), width, area.height());
    const double titleHeight = QFontMetricsF(titleFont()).height();
    const QRectF words =
        QFontMetricsF(smallFont())
            .boundingRect(QRectF(0, 0, width, 1000), Qt::AlignHCenter | Qt::TextWordWrap, sentence);
    const double top = column.center().y() - (titleHeight + kGap + words.height()) / 2.0;
    painter.setFont(titleFont());
    painter.setPen(m_theme.text2);
    painter.drawText(QRectF(column.left(), top, width, titleHeight), Qt::AlignCenter, title);
    painter.setFont(smallFont());
    painter.setPen(m_theme.text3);
    painter.drawText(QRectF(column.left(), top + titleHeight + kGap, width, words.height() + 1.0),
                     Qt::AlignHCenter | Qt::TextWordWrap, sentence);
}

bool PaintedView::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event); // by its type
        const QString words = toolTipAt(help->pos());
        if (!words.isEmpty()) {
            QToolTip::showText(help->globalPos(), words, this);
            return true;
        }
        if (toolTip().isEmpty()) {
            QToolTip::hideText();
            event->ignore();
            return true;
        }
    }
    return QWidget::event(event);
}

void PaintedView::contextMenuEvent(QContextMenuEvent *event)
{
    if (!m_tableAction->isVisible()) {
        event->ignore();
        return;
    }
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions(actions());
    menu->popup(event->globalPos());
}

void PaintedView::focusInEvent(QFocusEvent *event)
{
    m_isFocusByKey = event->reason() != Qt::MouseFocusReason;
    QWidget::focusInEvent(event);
    update();
}

void PaintedView::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace faststar::widgets
