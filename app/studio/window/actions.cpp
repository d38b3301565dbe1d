// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/actions.h"

#include <QActionGroup>
#include <QMenu>
#include <QMenuBar>
#include <QWidget>

namespace faststar::studio
{

StudioActions::StudioActions(QWidget *window) : QObject(window), m_window(window)
{
    makeRun();
    makeFile();
    makeWindows();
    makePlayer();
}

QAction *StudioActions::add(ActionGroup group, const QString &text, const QList<QKeySequence> &keys,
                            const QString &shortText)
{
    auto *action = new QAction(text, m_window);
    action->setShortcuts(keys);
    if (!shortText.isEmpty())
        action->setIconText(shortText);
    QString plain = text;
    action->setToolTip(plain.remove(QLatin1Char('&')).remove(QStringLiteral("…")));
    // Single keys belong to the picture, everything else works everywhere.
    if (group == ActionGroup::Player || group == ActionGroup::Inspect)
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    else
        m_window->addAction(action);
    m_entries.append({group, action});
    return action;
}

void StudioActions::makeRun()
{
    const auto run = ActionGroup::Run;
    generate =
        add(run, tr("&Generate"), {Qt::CTRL | Qt::Key_Return, Qt::CTRL | Qt::Key_Enter}, tr("Generate"));
    generateNext = add(run, tr("Queue as &next"),
                       {Qt::CTRL | Qt::SHIFT | Qt::Key_Return, Qt::CTRL | Qt::SHIFT | Qt::Key_Enter});
    pause = add(run, tr("&Pause"), {}, tr("Pause"));
    stopAndKeep = add(run, tr("&Stop and keep"), {}, tr("Stop and keep"));
    cancel = add(run, tr("&Cancel the run"),
                 {Qt::CTRL | Qt::ALT | Qt::Key_Return, Qt::CTRL | Qt::ALT | Qt::Key_Enter}, tr("Cancel"));
    decodeNow = add(run, tr("&Decode what exists now"), {Qt::CTRL | Qt::Key_D}, tr("Decode now"));
    branch = add(run, tr("&Branch from the shown scale"), {Qt::CTRL | Qt::Key_B}, tr("Branch"));
    rerun = add(run, tr("Re-run from a scale"), {Qt::CTRL | Qt::SHIFT | Qt::Key_B});
    backToRun = add(run, tr("Back to the run's settings"));
    continueRun = add(run, tr("Con&tinue the shown run"), {}, tr("Continue"));
    showQueue = add(run, tr("Show the &queue"), {Qt::CTRL | Qt::SHIFT | Qt::Key_Q});
    reuseSettings = add(run, tr("&Re-use the settings of the shown run"), {Qt::CTRL | Qt::Key_R});
    reuseSeed = add(run, tr("Re-use the s&eed of the shown run"), {Qt::CTRL | Qt::SHIFT | Qt::Key_R});
    editPrompt = add(run, tr("Edit the pr&ompt"), {Qt::CTRL | Qt::Key_L});
    notifyAtEnd = add(run, tr("Desktop &notice when a run ends"));
    notifyAtEnd->setCheckable(true);
}

void StudioActions::makeFile()
{
    const auto file = ActionGroup::File;
    exportClip = add(file, tr("&Export the clip as MP4…"), {Qt::CTRL | Qt::Key_E}, tr("Export"));
    saveFrame = add(file, tr("&Save the frame as PNG…"), {Qt::CTRL | Qt::SHIFT | Qt::Key_S});
    copyFrame = add(file, tr("&Copy the frame"), {Qt::CTRL | Qt::SHIFT | Qt::Key_C});
    openModel = add(file, tr("&Open a model folder…"), QKeySequence::keyBindings(QKeySequence::Open));
    demoModel = add(file, tr("&Demo model"));
    auto quitKeys = QKeySequence::keyBindings(QKeySequence::Quit);
    if (!quitKeys.contains(QKeySequence(Qt::CTRL | Qt::Key_Q)))
        quitKeys.prepend(Qt::CTRL | Qt::Key_Q);
    quit = add(file, tr("&Quit"), quitKeys);
    quit->setMenuRole(QAction::QuitRole);
}

void StudioActions::makeWindows()
{
    const auto windows = ActionGroup::Windows;
    const auto exclusive = [this](std::initializer_list<QAction *> actions) {
        auto *group = new QActionGroup(this);
        for (QAction *action : actions) {
            action->setCheckable(true);
            group->addAction(action);
        }
        (*actions.begin())->setChecked(true);
    };
    workspaceGenerate = add(windows, tr("&Generate"), {Qt::CTRL | Qt::Key_1});
    workspaceGenerate->setToolTip(tr("Workspace Generate"));
    workspaceInspect = add(windows, tr("&Inspect"), {Qt::CTRL | Qt::Key_2});
    workspaceInspect->setToolTip(tr("Workspace Inspect"));
    exclusive({workspaceGenerate, workspaceInspect});
    nextDock = add(windows, tr("&Next dock"), {Qt::Key_F6});
    toggleStrip = add(windows, tr("&Film strip and shelf"), {Qt::Key_F7});
    toggleStrip->setCheckable(true);
    toggleStrip->setChecked(true);
    auto fullKeys = QKeySequence::keyBindings(QKeySequence::FullScreen);
    if (fullKeys.isEmpty())
        fullKeys.append(Qt::Key_F11);
    fullScreen = add(windows, tr("&Full screen"), fullKeys);
    fullScreen->setCheckable(true);
    resetLayout = add(windows, tr("&Reset layout"));
    debugOverlay = add(windows, tr("&Debug overlay"), {Qt::Key_F12});
    debugOverlay->setCheckable(true);
    shortcuts = add(windows, tr("&Keyboard shortcuts"), {Qt::Key_F1, Qt::CTRL | Qt::Key_Question});
    about = add(windows, tr("&About FastSTAR Studio"));
    about->setMenuRole(QAction::AboutRole);
    themeFollow = add(windows, tr("&Follow the desktop"));
    themeDark = add(windows, tr("&Dark"));
    themeLight = add(windows, tr("&Light"));
    themeGrey = add(windows, tr("&Neutral grey"));
    exclusive({themeFollow, themeDark, themeLight, themeGrey});
    canvasTheme = add(windows, tr("&Theme"));
    canvasBlack = add(windows, tr("&Black"));
    canvasGrey = add(windows, tr("&18 % grey"));
    canvasWhite = add(windows, tr("&White"));
    exclusive({canvasTheme, canvasBlack, canvasGrey, canvasWhite});
}

void StudioActions::makePlayer()
{
    const auto player = ActionGroup::Player;
    play = add(player, tr("&Play, pause"), {Qt::Key_Space});
    frameBack = add(player, tr("Frame &back"), {Qt::Key_Left});
    frameForward = add(player, tr("Frame &on"), {Qt::Key_Right});
    slower = add(player, tr("&Slower, or backwards"), {Qt::Key_J});
    stopPlaying = add(player, tr("&Halt"), {Qt::Key_K});
    faster = add(player, tr("&Faster"), {Qt::Key_L});
    firstFrame = add(player, tr("F&irst frame"), {Qt::Key_Home});
    lastFrame = add(player, tr("L&ast frame"), {Qt::Key_End});
    loop = add(player, tr("&Loop"));
    loop->setCheckable(true);
    loop->setChecked(true);
    pictureOnly = add(player, tr("&Picture only, full screen"), {Qt::Key_F});
    pictureOnly->setCheckable(true);
    follow = add(ActionGroup::Run, tr("Fo&llow the run"), {Qt::CTRL | Qt::Key_F});
    follow->setCheckable(true);
    follow->setChecked(true);
}

void StudioActions::fillMenus(QMenuBar *bar, QMenu *recent, QMenu *docks)
{
    auto *file = bar->addMenu(tr("&File"));
    file->addActions({exportClip, saveFrame, copyFrame});
    file->addSeparator();
    file->addAction(quit);

    auto *edit = bar->addMenu(tr("&Edit"));
    edit->addActions({editPrompt, reuseSettings, reuseSeed});
    edit->addSeparator();
    edit->addAction(notifyAtEnd);

    auto *view = bar->addMenu(tr("&View"));
    view->addActions({workspaceGenerate, workspaceInspect});
    view->addSeparator();
    view->addActions({nextDock, toggleStrip});
    docks->setTitle(tr("&Docks"));
    view->addMenu(docks);
    view->addAction(resetLayout);
    view->addSeparator();
    auto *theme = view->addMenu(tr("&Theme"));
    theme->addActions({themeFollow, themeDark, themeLight, themeGrey});
    auto *canvas = view->addMenu(tr("&Colour round the picture"));
    canvas->addActions({canvasTheme, canvasBlack, canvasGrey, canvasWhite});
    view->addAction(fullScreen);

    auto *run = bar->addMenu(tr("&Run"));
    run->addActions({generate, generateNext, showQueue});
    run->addSeparator();
    run->addActions({pause, stopAndKeep, cancel, decodeNow, follow});
    run->addSeparator();
    run->addActions({rerun, backToRun, branch, continueRun});
    run->addSeparator();
    auto *player = run->addMenu(tr("Pla&yer"));
    player->addActions(
        {play, frameBack, frameForward, slower, stopPlaying, faster, firstFrame, lastFrame, loop});
    player->addSeparator();
    player->addAction(pictureOnly);

    auto *model = bar->addMenu(tr("&Model"));
    model->addAction(openModel);
    recent->setTitle(tr("&Recent models"));
    model->addMenu(recent);
    model->addAction(demoModel);

    auto *help = bar->addMenu(tr("&Help"));
    help->addActions({shortcuts, debugOverlay, about});
}

void StudioActions::attachPlayerKeys(QWidget *canvas)
{
    for (const Entry &entry : m_entries) {
        if (entry.group == ActionGroup::Player)
            canvas->addAction(entry.action);
    }
}

} // namespace faststar::studio
