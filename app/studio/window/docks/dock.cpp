// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/docks/dock.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QMenu>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include "app/studio/window/parts/labels.h"
#include "app/studio/window/parts/themed.h"
#include "widgets/controls/icon_button.h"
#include "widgets/painted_view.h"

namespace faststar::studio
{

namespace
{

constexpr int kTitleHeight = 36;

} // namespace

Dock::Dock(const QString &name, QSize least, widgets::Appearance &appearance, QWidget *parent)
    : QDockWidget(parent)
{
    setObjectName(name);
    setFeatures(QDockWidget::DockWidgetMovable | QDockWidget::DockWidgetFloatable |
                QDockWidget::DockWidgetClosable);
    auto *content = new QWidget(this);
    setSurface(content, "panel");
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    m_stack = new QStackedWidget(content);
    column->addWidget(m_stack);
    setWidget(content);
    content->setMinimumSize(least.width(), least.height() - kTitleHeight);
    buildTitle(appearance);
}

void Dock::buildTitle(widgets::Appearance &appearance)
{
    auto *title = new QWidget(this);
    title->setFixedHeight(kTitleHeight);
    setSurface(title, "panel");
    m_titleRow = new QHBoxLayout(title);
    m_titleRow->setContentsMargins(12, 0, 8, 0);
    m_titleRow->setSpacing(8);
    m_tabs = new QTabBar(title);
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setUsesScrollButtons(false);
    m_tabs->setElideMode(Qt::ElideRight);
    m_tabs->setFocusPolicy(Qt::StrongFocus);
    m_titleRow->addWidget(m_tabs, 1);
    m_menuButton = followTheme(
        new widgets::IconButton(QStringLiteral("more"), tr("More"), widgets::IconButton::Kind::Bare, title),
        appearance);
    auto *menu = new QMenu(m_menuButton);
    auto *floating = menu->addAction(tr("&Float"));
    floating->setCheckable(true);
    connect(floating, &QAction::triggered, this, &QDockWidget::setFloating);
    connect(this, &QDockWidget::topLevelChanged, floating, &QAction::setChecked);
    connect(menu->addAction(tr("&Hide")), &QAction::triggered, this, &QWidget::close);
    menu->addSeparator();
    m_tables = new QActionGroup(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { offerTables(*menu); });
    m_menuButton->setMenu(menu);
    m_titleRow->addWidget(m_menuButton);
    setTitleBarWidget(title);
    connect(m_tabs, &QTabBar::currentChanged, this, &Dock::showIndex);
}

// The numbers behind every painted view of the page, for those who cannot see it or want to copy them.
void Dock::offerTables(QMenu &menu)
{
    qDeleteAll(m_tables->actions());
    const QWidget *page = m_stack->currentWidget();
    if (page == nullptr)
        return;
    auto views = page->findChildren<widgets::PaintedView *>();
    if (auto *own = qobject_cast<widgets::PaintedView *>(m_stack->currentWidget()))
        views.prepend(own);
    for (widgets::PaintedView *view : views) {
        if (!view->isVisible() || !view->tableAction()->isVisible())
            continue;
        QAction *offer = m_tables->addAction(menu.addAction(tr("%1 as a table").arg(view->accessibleName())));
        connect(offer, &QAction::triggered, view->tableAction(), &QAction::trigger);
    }
}

void Dock::addPage(const DockPage &page)
{
    m_pages.append(page);
    m_stack->addWidget(page.widget);
    if (page.tools != nullptr) {
        page.tools->setParent(m_titleRow->parentWidget());
        m_titleRow->insertWidget(m_titleRow->count() - 1, page.tools);
        page.tools->hide();
    }
    m_tabs->addTab(page.title);
    pagesChanged();
    showIndex(m_tabs->currentIndex());
}

DockPage Dock::takePage(const QString &id)
{
    const int index = indexOf(id);
    if (index < 0)
        return {};
    DockPage page = m_pages.takeAt(index);
    m_stack->removeWidget(page.widget);
    // Waits, hidden, in the window until a dock wants it again.
    page.widget->hide();
    page.widget->setParent(parentWidget());
    if (page.tools != nullptr) {
        m_titleRow->removeWidget(page.tools);
        page.tools->hide();
        page.tools->setParent(parentWidget());
    }
    m_tabs->removeTab(index);
    pagesChanged();
    return page;
}

void Dock::pagesChanged()
{
    setStyled(m_tabs, "single", m_pages.size() == 1);
    m_tabs->setAccessibleName(windowTitle());
    QStringList titles;
    for (const DockPage &page : m_pages)
        titles << page.title;
    setWindowTitle(titles.join(QStringLiteral(", ")));
    toggleViewAction()->setText(windowTitle());
}

void Dock::showIndex(int index)
{
    if (index < 0 || index >= m_pages.size())
        return;
    for (int i = 0; i < m_pages.size(); ++i) {
        if (m_pages[i].tools != nullptr)
            m_pages[i].tools->setVisible(i == index);
    }
    m_stack->setCurrentWidget(m_pages[index].widget);
    Q_EMIT pageShown(m_pages[index].id);
}

void Dock::showPage(const QString &id)
{
    const int index = indexOf(id);
    if (index < 0)
        return;
    show();
    m_tabs->setCurrentIndex(index);
}

QString Dock::currentPage() const
{
    const int index = m_tabs->currentIndex();
    return index >= 0 && index < m_pages.size() ? m_pages[index].id : QString();
}

void Dock::setPageTitle(const QString &id, const QString &title)
{
    const int index = indexOf(id);
    if (index < 0 || m_pages[index].title == title)
        return;
    m_pages[index].title = title;
    m_tabs->setTabText(index, title);
    pagesChanged();
}

void Dock::focusPage()
{
    QWidget *page = m_stack->currentWidget();
    if (page == nullptr)
        return;
    if (page->focusPolicy() & Qt::TabFocus) {
        page->setFocus(Qt::ShortcutFocusReason);
        return;
    }
    for (QWidget *child : page->findChildren<QWidget *>()) {
        if (child->isVisible() && child->isEnabled() && (child->focusPolicy() & Qt::TabFocus)) {
            child->setFocus(Qt::ShortcutFocusReason);
            return;
        }
    }
    m_tabs->setFocus(Qt::ShortcutFocusReason);
}

int Dock::indexOf(const QString &id) const
{
    for (int i = 0; i < m_pages.size(); ++i) {
        if (m_pages[i].id == id)
            return i;
    }
    return -1;
}

} // namespace faststar::studio
