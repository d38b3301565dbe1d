// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDockWidget>
#include <QHash>
#include <QVector>

#include "widgets/look/style.h"

class QActionGroup;
class QHBoxLayout;
class QMenu;
class QStackedWidget;
class QTabBar;

namespace faststar::widgets
{
class IconButton;
}

namespace faststar::studio
{

// A page of a dock: what is shown, and small tools that stand in the title while it is in front.
struct DockPage {
    QString id;
    QString title;
    QWidget *widget = nullptr;
    QWidget *tools = nullptr;
};

// A dock with its own title bar of 36 px: tabs of its pages at the left, the front page's tools and a
// menu at the right. With one page the tab is a plain title.
class Dock : public QDockWidget
{
    Q_OBJECT

public:
    Dock(const QString &name, QSize least, widgets::Appearance &appearance, QWidget *parent = nullptr);

    void addPage(const DockPage &page);
    // Gives the page's widgets back without deleting them; empty id where it is not here.
    DockPage takePage(const QString &id);
    [[nodiscard]] bool hasPage(const QString &id) const { return indexOf(id) >= 0; }
    void showPage(const QString &id);
    [[nodiscard]] QString currentPage() const;
    void setPageTitle(const QString &id, const QString &title);
    // Gives the front page the focus.
    void focusPage();

Q_SIGNALS:
    void pageShown(const QString &id);

private:
    void buildTitle(widgets::Appearance &appearance);
    void showIndex(int index);
    void pagesChanged();
    void offerTables(QMenu &menu);
    [[nodiscard]] int indexOf(const QString &id) const;

    QVector<DockPage> m_pages;
    QTabBar *m_tabs = nullptr;
    QHBoxLayout *m_titleRow = nullptr;
    QStackedWidget *m_stack = nullptr;
    widgets::IconButton *m_menuButton = nullptr;
    QActionGroup *m_tables = nullptr; // offered in the menu while it is open
};

} // namespace faststar::studio
