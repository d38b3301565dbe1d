// SPDX-License-Identifier: Apache-2.0
//
// Workspaces: which page stands where, how large the docks are, and how both are kept.
#include "app/studio/window/studio_window.h"

#include <QPointer>
#include <QSettings>
#include <QShortcut>
#include <QShowEvent>
#include <QStackedWidget>
#include <QStatusBar>

#include <algorithm>
#include <utility>

#include "app/studio/window/actions.h"
#include "app/studio/window/canvas/canvas_panel.h"
#include "app/studio/window/inspect/inspect_page.h"
#include "widgets/controls/segmented.h"

namespace faststar::studio
{

namespace
{

// Rises whenever an older layout would no longer fit.
constexpr int kLayoutVersion = 1;

// From here on there is room for one more dock beside the others.
constexpr int kWide = 1500;

// Which page stands in which dock (left, right, strip, time), in the order of their tabs.
struct Place {
    Workspace workspace;
    int dock;
    const char *page;
};

constexpr Place kPlaces[] = {
    {Workspace::Generate, 0, "prompt"},    {Workspace::Generate, 1, "live"},
    {Workspace::Generate, 1, "ratios"},    {Workspace::Generate, 1, "probe"},
    {Workspace::Generate, 2, "film"},      {Workspace::Generate, 2, "shelf"},
    {Workspace::Generate, 2, "queue"},     {Workspace::Generate, 3, "timeline"},
    {Workspace::Generate, 3, "waterfall"}, {Workspace::Inspect, 0, "ratios"},
    {Workspace::Inspect, 1, "probe"},      {Workspace::Inspect, 2, "film"},
    {Workspace::Inspect, 2, "shelf"},      {Workspace::Inspect, 3, "timeline"},
    {Workspace::Inspect, 3, "waterfall"},
};

} // namespace

void StudioWindow::setWorkspace(Workspace workspace)
{
    setPictureOnly(false);
    m_workspaces->setCurrent(int(workspace));
    (workspace == Workspace::Generate ? m_actions->workspaceGenerate : m_actions->workspaceInspect)
        ->setChecked(true);
    if (workspace == m_workspace)
        return;
    saveLayout();
    const QPointer<QWidget> focus = focusWidget();
    arrange(workspace);
    if (!restoreLayout())
        defaultSizes();
    // What had the focus may have gone with its workspace.
    if (focus == nullptr || focus->isVisible())
        return;
    if (workspace == Workspace::Inspect)
        m_inspect->focusMaps();
    else
        m_canvas->focusStage();
}

void StudioWindow::arrange(Workspace workspace)
{
    m_workspace = workspace;
    m_centre->setCurrentWidget(workspace == Workspace::Inspect ? static_cast<QWidget *>(m_inspect)
                                                               : m_canvas);
    Dock *const docks[] = {m_left, m_right, m_strip, m_time};
    for (Dock *dock : docks) {
        for (auto page = m_pages.constBegin(); page != m_pages.constEnd(); ++page)
            dock->takePage(page.key());
    }
    for (const Place &place : kPlaces) {
        if (place.workspace == workspace && m_pages.contains(QLatin1String(place.page)))
            docks[place.dock]->addPage(m_pages.value(QLatin1String(place.page)));
    }
    // Inspecting on a wide screen the probe has the whole height, and the bottom reaches below the ratios.
    const bool isWideInspect = workspace == Workspace::Inspect && width() >= kWide;
    setCorner(Qt::BottomLeftCorner, isWideInspect ? Qt::BottomDockWidgetArea : Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, isWideInspect ? Qt::RightDockWidgetArea : Qt::BottomDockWidgetArea);
    // A dock without a page has nothing to say.
    for (Dock *dock : docks)
        dock->setVisible(!dock->currentPage().isEmpty());
}

void StudioWindow::defaultSizes()
{
    const bool isBig = width() > 1600;
    const int left = isBig ? 320 : 288;
    const int right = isBig ? 376 : 304;
    const int bottom = isBig ? 344 : 264;
    const int strip = isBig ? 540 : 508;
    resizeDocks({m_left, m_right}, {left, right}, Qt::Horizontal);
    resizeDocks({m_strip}, {bottom}, Qt::Vertical);
    if (m_time->isVisible())
        resizeDocks({m_strip, m_time}, {strip, std::max(width() - left - strip - 8, 320)}, Qt::Horizontal);
}

QString StudioWindow::layoutKey(Workspace workspace, const char *what) const
{
    return QStringLiteral("layout/%1/%2").arg(int(workspace)).arg(QLatin1String(what));
}

void StudioWindow::saveLayout() const
{
    auto &settings = *m_services.settings;
    settings.setValue(layoutKey(m_workspace, "docks"), saveState(kLayoutVersion));
    settings.setValue(layoutKey(m_workspace, "size"), size());
    settings.setValue(QStringLiteral("layout/geometry"), saveGeometry());
    QStringList pages;
    for (const Dock *dock : {m_left, m_right, m_strip, m_time})
        pages << dock->currentPage();
    settings.setValue(layoutKey(m_workspace, "pages"), pages);
}

bool StudioWindow::restoreLayout()
{
    const auto &settings = *m_services.settings;
    const QByteArray state = settings.value(layoutKey(m_workspace, "docks")).toByteArray();
    if (state.isEmpty() || !restoreState(state, kLayoutVersion))
        return false;
    const QStringList pages = settings.value(layoutKey(m_workspace, "pages")).toStringList();
    int index = 0;
    for (Dock *dock : {m_left, m_right, m_strip, m_time}) {
        if (dock->currentPage().isEmpty())
            dock->hide();
        else if (index < pages.size() && !dock->isHidden())
            dock->showPage(pages[index]);
        ++index;
    }
    return true;
}

void StudioWindow::resetLayout()
{
    setPictureOnly(false);
    for (const Workspace workspace : {Workspace::Generate, Workspace::Inspect}) {
        for (const char *what : {"docks", "pages", "size"})
            m_services.settings->remove(layoutKey(workspace, what));
    }
    const std::pair<Dock *, Qt::DockWidgetArea> places[] = {{m_left, Qt::LeftDockWidgetArea},
                                                            {m_right, Qt::RightDockWidgetArea},
                                                            {m_strip, Qt::BottomDockWidgetArea},
                                                            {m_time, Qt::BottomDockWidgetArea}};
    for (const auto &[dock, area] : places) {
        dock->setFloating(false);
        removeDockWidget(dock);
        addDockWidget(area, dock);
    }
    arrange(m_workspace);
    defaultSizes();
}

void StudioWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    if (m_wasShown)
        return;
    m_wasShown = true;
    const auto &settings = *m_services.settings;
    if (settings.value(QStringLiteral("layout/workspace")).toInt() == int(Workspace::Inspect)) {
        m_workspaces->setCurrent(int(Workspace::Inspect));
        m_actions->workspaceInspect->setChecked(true);
        arrange(Workspace::Inspect);
    }
    if (!restoreLayout())
        defaultSizes();
}

void StudioWindow::setPictureOnly(bool only)
{
    m_actions->pictureOnly->setChecked(only);
    if (only == m_beforeAlone.has_value())
        return;
    QWidget *const around[] = {menuWidget(), statusBar()};
    if (only) {
        m_beforeAlone = saveState(kLayoutVersion);
        for (Dock *dock : {m_left, m_right, m_strip, m_time})
            dock->hide();
        m_centre->setCurrentWidget(m_canvas);
    }
    for (QWidget *widget : around)
        widget->setVisible(!only);
    m_canvas->setPictureOnly(only);
    m_leave->setEnabled(only);
    if (only) {
        setWindowState(windowState() | Qt::WindowFullScreen);
        m_canvas->focusStage();
        return;
    }
    const QByteArray before = *std::exchange(m_beforeAlone, std::nullopt);
    if (m_workspace == Workspace::Inspect)
        m_centre->setCurrentWidget(m_inspect);
    restoreState(before, kLayoutVersion);
    if (!m_actions->fullScreen->isChecked())
        setWindowState(windowState() & ~Qt::WindowFullScreen);
}

void StudioWindow::focusNextDock()
{
    // Prompt, canvas, right dock, film strip, timeline, and round again.
    QWidget *const places[] = {m_left, m_centre, m_right, m_strip, m_time};
    const QWidget *focus = focusWidget();
    int now = -1;
    for (int i = 0; i < int(std::size(places)); ++i) {
        if (focus != nullptr && (places[i] == focus || places[i]->isAncestorOf(focus)))
            now = i;
    }
    for (int step = 1; step <= int(std::size(places)); ++step) {
        QWidget *place = places[(now + step) % int(std::size(places))];
        if (!place->isVisible())
            continue;
        if (auto *dock = qobject_cast<Dock *>(place))
            dock->focusPage();
        else if (m_workspace == Workspace::Inspect)
            m_inspect->focusMaps();
        else
            m_canvas->focusStage();
        return;
    }
}

// Also for the workspaces that the page is not in now.
void StudioWindow::setPageTitle(const QString &id, const QString &title)
{
    m_pages[id].title = title;
    for (Dock *dock : {m_left, m_right, m_strip, m_time})
        dock->setPageTitle(id, title);
}

void StudioWindow::showPage(const QString &id)
{
    for (Dock *dock : {m_left, m_right, m_strip, m_time})
        dock->showPage(id);
}

} // namespace faststar::studio
