// SPDX-License-Identifier: Apache-2.0
//
// Every action of the studio, in one place: menus, buttons and the sheet of shortcuts are filled from
// here. A new action is a member, one line in actions.cpp, and a place in a menu.
#pragma once

#include <QAction>
#include <QObject>
#include <QVector>

class QActionGroup;
class QMenuBar;
class QWidget;

namespace faststar::studio
{

// Where an action's keys work, as the sheet of shortcuts groups them.
enum class ActionGroup { Run, Windows, File, Player, Inspect };

class StudioActions : public QObject
{
    Q_OBJECT

public:
    // Actions that work everywhere are added to `window`.
    explicit StudioActions(QWidget *window);

    QAction *generate, *generateNext, *pause, *stopAndKeep, *cancel, *decodeNow, *branch, *rerun, *backToRun,
        *continueRun, *showQueue;
    QAction *exportClip, *saveFrame, *copyFrame, *quit;
    QAction *workspaceGenerate, *workspaceInspect, *nextDock, *toggleStrip, *fullScreen, *resetLayout,
        *debugOverlay, *shortcuts, *about;
    QAction *themeFollow, *themeDark, *themeLight, *themeGrey;
    QAction *canvasTheme, *canvasBlack, *canvasGrey, *canvasWhite;
    QAction *openModel, *demoModel;
    QAction *reuseSettings, *reuseSeed, *editPrompt, *notifyAtEnd;
    QAction *play, *frameBack, *frameForward, *slower, *stopPlaying, *faster, *firstFrame, *lastFrame, *loop,
        *pictureOnly;
    QAction *follow;

    struct Entry {
        ActionGroup group;
        QAction *action;
    };
    [[nodiscard]] const QVector<Entry> &entries() const { return m_entries; }

    // `recent` is the submenu of recent models; `docks` that of the docks' own toggles.
    void fillMenus(QMenuBar *bar, QMenu *recent, QMenu *docks);
    // Keys that work while the picture has the focus.
    void attachPlayerKeys(QWidget *canvas);

private:
    QAction *add(ActionGroup group, const QString &text, const QList<QKeySequence> &keys = {},
                 const QString &shortText = {});
    void makeRun();
    void makeFile();
    void makeWindows();
    void makePlayer();

    QWidget *m_window;
    QVector<Entry> m_entries;
};

} // namespace faststar::studio
