// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/studio_window.h"

#include <QCloseEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QSystemTrayIcon>
#include <QTimer>

#include "app/studio/session/session.h"
#include "app/studio/window/actions.h"
#include "app/studio/window/canvas/canvas_panel.h"
#include "app/studio/window/docks/dock.h"
#include "app/studio/window/docks/live_page.h"
#include "app/studio/window/docks/queue_page.h"
#include "app/studio/window/docks/ratios_page.h"
#include "app/studio/window/docks/shelf_page.h"
#include "app/studio/window/docks/timeline_page.h"
#include "app/studio/window/inspect/inspect_page.h"
#include "app/studio/window/model_chip.h"
#include "app/studio/window/model_chooser.h"
#include "app/studio/window/parts/labels.h"
#include "app/studio/window/parts/themed.h"
#include "app/studio/window/probe/probe_page.h"
#include "app/studio/window/prompt/prompt_panel.h"
#include "app/studio/window/sheets/shortcut_sheet.h"
#include "app/studio/window/wiring/canvas_presenter.h"
#include "app/studio/window/wiring/library_presenter.h"
#include "app/studio/window/wiring/probe_presenter.h"
#include "app/studio/window/wiring/run_presenter.h"
#include "app/studio/window/wiring/run_words.h"
#include "app/studio/window/wiring/step_presenter.h"
#include "app/studio/window/wiring/studio_views.h"
#include "app/studio/window/wiring/what_if_presenter.h"
#include "app/version/version.h"
#include "widgets/canvas/picture_canvas.h"
#include "widgets/controls/segmented.h"
#include "widgets/film/film_strip.h"
#include "widgets/look/icon.h"
#include "widgets/ratios/ratio_editor.h"
#include "widgets/timeline/waterfall_view.h"

namespace faststar::studio
{

namespace
{

// Rises whenever an older layout would no longer fit.
constexpr int kLayoutVersion = 1;
constexpr int kMemoryMilliseconds = 2000;
const auto kThemeKey = QStringLiteral("look/theme");

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

QString gigabytes(std::int64_t bytes)
{
    return QLocale().toString(double(bytes) / 1e9, 'f', 1);
}

} // namespace

StudioWindow::StudioWindow(const StudioServices &services, QWidget *parent)
    : QMainWindow(parent), m_services(services), m_actions(new StudioActions(this)),
      m_views(std::make_unique<StudioViews>())
{
    setWindowTitle(tr("FastSTAR Studio"));
    setObjectName(QStringLiteral("studio"));
    setMinimumSize(1024, 640);
    setDockNestingEnabled(true);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    setCorner(Qt::TopLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::TopRightCorner, Qt::RightDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    setContextMenuPolicy(Qt::NoContextMenu);

    buildDocks();
    buildMenuCorner();
    buildStatusBar();
    m_whatIf = new WhatIfPresenter(*m_services.session, *m_actions, *m_views, this);
    m_runs = new RunPresenter(m_services, *m_actions, *m_views, this);
    m_steps = new StepPresenter(*m_services.session, *m_actions, *m_views, *m_whatIf, this);
    m_picture = new CanvasPresenter(*m_services.session, *m_actions, *m_views, *m_whatIf, this);
    m_probe = new ProbePresenter(*m_services.session, *m_views, *m_whatIf, this);
    if (m_services.library != nullptr)
        connectLibrary();
    connectActions();
    connectThemeActions();
    arrange(Workspace::Generate);
    m_prompt->focusPrompt();
}

StudioWindow::~StudioWindow() = default;

void StudioWindow::openModel(const QString &wanted)
{
    m_models->openFirst(wanted);
}

void StudioWindow::buildDocks()
{
    auto &appearance = *m_services.appearance;
    m_canvas = new CanvasPanel(*m_actions, appearance, this);
    m_centre = new QStackedWidget(this);
    m_centre->addWidget(m_canvas);
    setCentralWidget(m_centre);

    m_left = new Dock(QStringLiteral("left"), QSize(264, 320), appearance, this);
    m_right = new Dock(QStringLiteral("right"), QSize(280, 200), appearance, this);
    m_strip = new Dock(QStringLiteral("strip"), QSize(484, 180), appearance, this);
    m_time = new Dock(QStringLiteral("time"), QSize(320, 180), appearance, this);
    addDockWidget(Qt::LeftDockWidgetArea, m_left);
    addDockWidget(Qt::RightDockWidgetArea, m_right);
    addDockWidget(Qt::BottomDockWidgetArea, m_strip);
    addDockWidget(Qt::BottomDockWidgetArea, m_time);

    const RunFooter::Actions footer{m_actions->generate, m_actions->pause, m_actions->stopAndKeep,
                                    m_actions->cancel, m_actions->showQueue};
    m_prompt = new PromptPanel(footer, appearance, this);
    m_views->prompt = m_prompt;
    m_views->canvas = m_canvas;
    buildPages();
}

// Every page that a dock can show. Which dock shows it is said in kPlaces.
void StudioWindow::buildPages()
{
    auto &appearance = *m_services.appearance;
    const auto add = [this](const QString &id, const QString &title, QWidget *widget,
                            QWidget *tools = nullptr) {
        m_pages.insert(id, {id, title, widget, tools});
    };
    add(QStringLiteral("prompt"), tr("Prompt and settings"), m_prompt);

    m_views->live = new LivePage(appearance, this);
    m_views->liveRatios =
        followTheme(new widgets::RatioEditor(widgets::RatioEditor::Form::Small, m_views->live), appearance);
    m_views->live->addSection(m_views->liveRatios);
    add(QStringLiteral("live"), tr("Live step"), m_views->live);

    m_views->ratios = new RatiosPage(m_actions->rerun, m_actions->backToRun, appearance, this);
    add(QStringLiteral("ratios"), tr("Ratios"), m_views->ratios);

    m_views->film = followTheme(new widgets::FilmStrip(this), appearance);
    auto *modes =
        new widgets::Segmented({tr("Picture"), tr("Added"), tr("Bits")}, widgets::Segmented::Size::Small);
    modes->setAccessibleName(tr("What the film strip shows"));
    connect(modes, &widgets::Segmented::chosen, m_views->film,
            [film = m_views->film](int mode) { film->setMode(widgets::FilmStrip::Mode(mode)); });
    add(QStringLiteral("film"), tr("Film strip"), m_views->film, modes);

    m_views->timeline = new TimelinePage(appearance, this);
    add(QStringLiteral("timeline"), tr("Timeline"), m_views->timeline, m_views->timeline->remark());

    m_views->probe = new ProbePage(appearance, this);
    add(QStringLiteral("probe"), tr("Probe"), m_views->probe);

    m_views->queue = new QueuePage(*m_services.session->queue(), appearance, this);
    add(QStringLiteral("queue"), tr("Queue"), m_views->queue);
    connect(m_views->queue, &QueuePage::editRequested, this, [this](const GenerationRequest &request) {
        m_prompt->setRequest(request);
        m_prompt->focusPrompt();
    });
    connect(m_views->queue, &QueuePage::countChanged, this, [this](int count) {
        m_strip->setPageTitle(QStringLiteral("queue"), count > 0 ? tr("Queue · %1").arg(count) : tr("Queue"));
    });

    if (m_services.library != nullptr) {
        m_views->shelf = new ShelfPage(appearance, this);
        add(QStringLiteral("shelf"), tr("Shelf"), m_views->shelf, m_views->shelf->search());
        m_views->waterfall = followTheme(new widgets::WaterfallView(this), appearance);
        add(QStringLiteral("waterfall"), tr("Waterfall"), m_views->waterfall);
    }

    m_inspect = new InspectPage(appearance, this);
    m_views->inspect = m_inspect;
    m_centre->addWidget(m_inspect);
}

void StudioWindow::buildMenuCorner()
{
    auto &appearance = *m_services.appearance;
    auto *recent = new QMenu(this);
    auto *docks = new QMenu(this);
    for (Dock *dock : {m_left, m_right, m_strip, m_time})
        docks->addAction(dock->toggleViewAction());
    // A bar of our own: a menu bar's corner does not grow with the name of the model.
    auto *top = new QWidget(this);
    setSurface(top, "window");
    top->setFixedHeight(40);
    auto *row = new QHBoxLayout(top);
    row->setContentsMargins(0, 0, 12, 0);
    row->setSpacing(16);
    auto *menus = new QMenuBar(top);
    menus->setNativeMenuBar(false);
    m_actions->fillMenus(menus, recent, docks);
    row->addWidget(menus, 1);
    m_workspaces = new widgets::Segmented({tr("Generate"), tr("Inspect")});
    m_workspaces->setAccessibleName(tr("Workspace"));
    connect(m_workspaces, &widgets::Segmented::chosen, this,
            [this](int index) { setWorkspace(Workspace(index)); });
    row->addWidget(m_workspaces);
    m_chip = followTheme(new ModelChip(top), appearance);
    m_chip->setObjectName(QStringLiteral("modelChip"));
    row->addWidget(m_chip);
    setMenuWidget(top);
    m_models = new ModelChooser(m_services, *m_actions, m_chip, recent, this);
}

void StudioWindow::buildStatusBar()
{
    auto *bar = statusBar();
    bar->setSizeGripEnabled(false);
    bar->setContentsMargins(12, 0, 12, 0);
    m_status = new ElidedLabel("small", Qt::ElideRight, bar);
    m_device = new QLabel(bar);
    m_memory = new QLabel(bar);
    m_views->status = m_status;
    bar->addWidget(m_status, 1);
    bar->addPermanentWidget(m_device);
    bar->addPermanentWidget(m_memory);
    connect(m_services.session, &Session::modelOpened, this, [this](const ModelPtr &model) {
        const QString device = QString::fromStdString(model->device).toUpper();
        m_device->setText(m_services.threads > 1
                              ? tr("Device %1, %2 threads").arg(device).arg(m_services.threads)
                              : tr("Device %1").arg(device));
    });
    if (!m_services.memory)
        return;
    auto *timer = new QTimer(this);
    const auto show = [this] {
        const MemoryUse use = m_services.memory();
        m_memory->setText(tr("Memory %1 of %2 GB").arg(gigabytes(use.usedBytes), gigabytes(use.totalBytes)));
        const bool isTight = use.totalBytes > 0 && use.usedBytes > use.totalBytes / 10 * 9;
        setStyled(m_memory, "role", isTight ? "warning" : "small");
    };
    connect(timer, &QTimer::timeout, this, show);
    timer->start(kMemoryMilliseconds);
    show();
}

void StudioWindow::connectActions()
{
    connect(m_actions->quit, &QAction::triggered, this, &QWidget::close);
    connect(m_actions->workspaceGenerate, &QAction::triggered, this,
            [this] { setWorkspace(Workspace::Generate); });
    connect(m_actions->workspaceInspect, &QAction::triggered, this,
            [this] { setWorkspace(Workspace::Inspect); });
    connect(m_actions->resetLayout, &QAction::triggered, this, &StudioWindow::resetLayout);
    connect(m_actions->nextDock, &QAction::triggered, this, &StudioWindow::focusNextDock);
    connect(m_actions->toggleStrip, &QAction::triggered, m_strip, &QWidget::setVisible);
    connect(m_strip, &QDockWidget::visibilityChanged, this,
            [this] { m_actions->toggleStrip->setChecked(!m_strip->isHidden()); });
    connect(m_actions->fullScreen, &QAction::triggered, this, [this](bool full) {
        setWindowState(full ? windowState() | Qt::WindowFullScreen : windowState() & ~Qt::WindowFullScreen);
    });
    connect(m_actions->editPrompt, &QAction::triggered, this, [this] {
        m_left->showPage(QStringLiteral("prompt"));
        m_prompt->focusPrompt();
    });
    connect(m_actions->shortcuts, &QAction::triggered, this, &StudioWindow::showShortcuts);
    connect(m_actions->showQueue, &QAction::triggered, this, [this] {
        setWorkspace(Workspace::Generate);
        showPage(QStringLiteral("queue"));
    });
    m_actions->notifyAtEnd->setChecked(m_services.settings->value(QStringLiteral("run/notice")).toBool());
    connect(m_actions->notifyAtEnd, &QAction::toggled, this,
            [this](bool on) { m_services.settings->setValue(QStringLiteral("run/notice"), on); });
    connect(m_services.session, &Session::runEnded, this,
            [this](const RunPtr &run) { noticeEnd(statusOf(*run, SessionState::Ready)); });
    connect(m_services.session, &Session::stateChanged, this, [this](SessionState state) {
        m_right->setPageTitle(QStringLiteral("live"), isBusy(state) ? tr("Live step") : tr("Last step"));
    });
    connect(m_actions->about, &QAction::triggered, this, &StudioWindow::showAbout);
    const auto backdrop = [this](const std::optional<QColor> &colour) {
        m_canvas->picture()->setBackdrop(colour);
    };
    connect(m_actions->canvasTheme, &QAction::triggered, this, [backdrop] { backdrop(std::nullopt); });
    connect(m_actions->canvasBlack, &QAction::triggered, this, [backdrop] { backdrop(QColor(0, 0, 0)); });
    connect(m_actions->canvasGrey, &QAction::triggered, this,
            [backdrop] { backdrop(QColor(119, 119, 119)); });
    connect(m_actions->canvasWhite, &QAction::triggered, this,
            [backdrop] { backdrop(QColor(255, 255, 255)); });
}

void StudioWindow::connectLibrary()
{
    m_library = new LibraryPresenter(m_services, *m_actions, *m_views, this);
    connect(m_library, &LibraryPresenter::shelfCountChanged, this, [this](int count) {
        m_strip->setPageTitle(QStringLiteral("shelf"), count > 0 ? tr("Shelf · %1").arg(count) : tr("Shelf"));
    });
}

void StudioWindow::showPage(const QString &id)
{
    for (Dock *dock : {m_left, m_right, m_strip, m_time})
        dock->showPage(id);
}

void StudioWindow::showShortcuts()
{
    auto *sheet = new ShortcutSheet(*m_actions, *m_services.appearance, this);
    sheet->setAttribute(Qt::WA_DeleteOnClose);
    sheet->open();
}

// Opt-in, and only while the window is not in front.
void StudioWindow::noticeEnd(const QString &words)
{
    if (!m_actions->notifyAtEnd->isChecked() || isActiveWindow() || !QSystemTrayIcon::isSystemTrayAvailable())
        return;
    if (m_tray == nullptr) {
        m_tray = new QSystemTrayIcon(
            widgets::themedIcon(QStringLiteral("spark"), m_services.appearance->theme()), this);
        connect(m_tray, &QSystemTrayIcon::messageClicked, this, [this] {
            activateWindow();
            raise();
        });
    }
    m_tray->show();
    m_tray->showMessage(tr("FastSTAR Studio"), words);
}

void StudioWindow::connectThemeActions()
{
    struct Choice {
        QAction *action;
        widgets::ThemeChoice choice;
    };
    const auto stored = widgets::themeChoiceOf(m_services.settings->value(kThemeKey).toString());
    for (const Choice &choice : {Choice{m_actions->themeFollow, widgets::ThemeChoice::FollowDesktop},
                                 Choice{m_actions->themeDark, widgets::ThemeChoice::Dark},
                                 Choice{m_actions->themeLight, widgets::ThemeChoice::Light},
                                 Choice{m_actions->themeGrey, widgets::ThemeChoice::Grey}}) {
        choice.action->setChecked(choice.choice == stored);
        connect(choice.action, &QAction::triggered, this, [this, choice] {
            m_services.appearance->choose(choice.choice);
            m_services.settings->setValue(kThemeKey, widgets::themeChoiceName(choice.choice));
        });
    }
}

void StudioWindow::setWorkspace(Workspace workspace)
{
    m_workspaces->setCurrent(int(workspace));
    (workspace == Workspace::Generate ? m_actions->workspaceGenerate : m_actions->workspaceInspect)
        ->setChecked(true);
    if (workspace == m_workspace)
        return;
    saveLayout();
    arrange(workspace);
    if (!restoreLayout())
        defaultSizes();
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
    if (!restoreLayout())
        defaultSizes();
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
        else
            m_canvas->focusStage();
        return;
    }
}

void StudioWindow::showAbout()
{
    const QString version =
        QString::fromUtf8(faststar::version().data(), qsizetype(faststar::version().size()));
    QMessageBox::about(
        this, tr("About FastSTAR Studio"),
        tr("FastSTAR Studio %1\n\nGenerates video scale by scale, and shows why every token was kept.\n"
           "Licensed under Apache-2.0. It sends nothing anywhere.")
            .arg(version));
}

void StudioWindow::closeEvent(QCloseEvent *event)
{
    saveLayout();
    m_services.settings->setValue(QStringLiteral("layout/workspace"), int(m_workspace));
    Q_EMIT closing();
    QMainWindow::closeEvent(event);
}

} // namespace faststar::studio
