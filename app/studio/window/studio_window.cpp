// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/studio_window.h"

#include <QCloseEvent>
#include <QMessageBox>
#include <QSettings>
#include <QShortcut>
#include <QStackedWidget>
#include <QSystemTrayIcon>

#include "app/studio/session/session.h"
#include "app/studio/window/actions.h"
#include "app/studio/window/canvas/canvas_panel.h"
#include "app/studio/window/debug/debug_overlay.h"
#include "app/studio/window/docks/dock.h"
#include "app/studio/window/model_chooser.h"
#include "app/studio/window/parts/labels.h"
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
#include "widgets/look/icon.h"

namespace faststar::studio
{

namespace
{

const auto kThemeKey = QStringLiteral("look/theme");

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
    m_whatIf = new WhatIfPresenter(m_services, *m_actions, *m_views, this);
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
    // Not with the window's members: it hides its docks while it is taken apart.
    connect(m_strip, &QDockWidget::visibilityChanged, m_actions->toggleStrip,
            [toggle = m_actions->toggleStrip, strip = m_strip] { toggle->setChecked(!strip->isHidden()); });
    connect(m_actions->fullScreen, &QAction::triggered, this, [this](bool full) {
        setWindowState(full ? windowState() | Qt::WindowFullScreen : windowState() & ~Qt::WindowFullScreen);
    });
    m_leave = new QShortcut(Qt::Key_Escape, this);
    m_leave->setEnabled(false);
    connect(m_leave, &QShortcut::activated, this, [this] { setPictureOnly(false); });
    connect(m_actions->pictureOnly, &QAction::triggered, this, &StudioWindow::setPictureOnly);
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
        setPageTitle(QStringLiteral("live"), isBusy(state) ? tr("Live step") : tr("Last step"));
    });
    connect(m_actions->debugOverlay, &QAction::toggled, this, [this](bool shown) {
        if (m_debug == nullptr)
            m_debug = new DebugOverlay(m_services, m_centre);
        m_debug->setVisible(shown);
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
        setPageTitle(QStringLiteral("shelf"), count > 0 ? tr("Shelf · %1").arg(count) : tr("Shelf"));
    });
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
    setPictureOnly(false);
    saveLayout();
    m_services.settings->setValue(QStringLiteral("layout/workspace"), int(m_workspace));
    Q_EMIT closing();
    QMainWindow::closeEvent(event);
}

} // namespace faststar::studio
