// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHash>
#include <QMainWindow>

#include <functional>
#include <memory>
#include <optional>

#include "app/studio/window/docks/dock.h"
#include "app/studio/window/studio_services.h"

class QLabel;
class QShortcut;
class QStackedWidget;
class QSystemTrayIcon;

namespace faststar::widgets
{
class Segmented;
}

namespace faststar::studio
{

class CanvasPanel;
class CanvasPresenter;
class DebugOverlay;
class ElidedLabel;
class InspectPage;
class LibraryPresenter;
class ModelChip;
class ModelChooser;
class ProbePresenter;
class PromptPanel;
class RunPresenter;
class StepPresenter;
class StudioActions;
class WhatIfPresenter;
struct StudioViews;

enum class Workspace { Generate, Inspect };

// The studio's one window: docks round the canvas, two workspaces, the menu bar with the model.
class StudioWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit StudioWindow(const StudioServices &services, QWidget *parent = nullptr);
    ~StudioWindow() override;

    // The model that is asked for, else the last one, else the demo model.
    void openModel(const QString &wanted);
    void setWorkspace(Workspace workspace);
    [[nodiscard]] Workspace workspace() const { return m_workspace; }
    void resetLayout();
    // Nothing but the picture and its transport, on the whole screen; Esc leaves.
    void setPictureOnly(bool only);

    [[nodiscard]] StudioActions &actions() { return *m_actions; }
    [[nodiscard]] PromptPanel &prompt() { return *m_prompt; }
    [[nodiscard]] CanvasPanel &canvas() { return *m_canvas; }
    [[nodiscard]] CanvasPresenter &picture() { return *m_picture; }
    [[nodiscard]] StudioViews &views() { return *m_views; }

Q_SIGNALS:
    // The window is closing: nothing that is unfinished may be lost from here on.
    void closing();

protected:
    void closeEvent(QCloseEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void buildDocks();
    void buildPages();
    void buildMenuCorner();
    void buildStatusBar();
    void connectActions();
    void arrange(Workspace workspace);
    void defaultSizes();
    void saveLayout() const;
    bool restoreLayout();
    void focusNextDock();
    void showAbout();
    void showShortcuts();
    void showPage(const QString &id);
    void setPageTitle(const QString &id, const QString &title);
    void connectLibrary();
    void noticeEnd(const QString &words);
    void connectThemeActions();
    [[nodiscard]] QString layoutKey(Workspace workspace, const char *what) const;

    StudioServices m_services;
    StudioActions *m_actions;
    Workspace m_workspace = Workspace::Generate;
    Dock *m_left = nullptr;
    Dock *m_right = nullptr;
    Dock *m_strip = nullptr;
    Dock *m_time = nullptr;
    QHash<QString, DockPage> m_pages; // every page of every workspace
    PromptPanel *m_prompt = nullptr;
    CanvasPanel *m_canvas = nullptr;
    QStackedWidget *m_centre = nullptr;
    std::unique_ptr<StudioViews> m_views;
    widgets::Segmented *m_workspaces = nullptr;
    ModelChip *m_chip = nullptr;
    ModelChooser *m_models = nullptr;
    InspectPage *m_inspect = nullptr;
    WhatIfPresenter *m_whatIf = nullptr;
    RunPresenter *m_runs = nullptr;
    StepPresenter *m_steps = nullptr;
    CanvasPresenter *m_picture = nullptr;
    ProbePresenter *m_probe = nullptr;
    LibraryPresenter *m_library = nullptr;
    ElidedLabel *m_status = nullptr;
    QLabel *m_device = nullptr;
    QLabel *m_memory = nullptr;
    QSystemTrayIcon *m_tray = nullptr;
    DebugOverlay *m_debug = nullptr;         // made when it is wanted first
    QShortcut *m_leave = nullptr;            // enabled while only the picture is shown
    std::optional<QByteArray> m_beforeAlone; // the layout then
    bool m_wasShown = false;
};

} // namespace faststar::studio
