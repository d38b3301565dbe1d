// SPDX-License-Identifier: Apache-2.0
//
// Takes the pictures of the documentation: drives the real window over the real engine and the demo
// model. No test; built on demand:
//   cmake --build build/release --target studio_screenshots
//   QT_QPA_PLATFORM=offscreen build/release/tests/studio_screenshots FOLDER [--size 1280x800] [--theme dark]
#include <QAbstractButton>
#include <QCommandLineParser>
#include <QDir>
#include <QDockWidget>
#include <QDoubleSpinBox>
#include <QKeyEvent>
#include <QTimer>
#include <QTranslator>

#include "app/studio/window/actions.h"
#include "app/studio/window/canvas/canvas_panel.h"
#include "app/studio/window/canvas/toast.h"
#include "app/studio/window/docks/dock.h"
#include "app/studio/window/inspect/inspect_page.h"
#include "app/studio/window/prompt/prompt_panel.h"
#include "app/studio/window/wiring/canvas_presenter.h"
#include "app/studio/window/wiring/studio_views.h"
#include "tests/studio/real_studio.h"
#include "widgets/controls/segmented.h"
#include "widgets/heatmap/heatmap_quad.h"

using namespace faststar;
using namespace faststar::studio;
using faststar::test::RealStudio;

namespace
{

// What was told in the last turn is painted in the next.
void settle()
{
    QElapsedTimer waited;
    waited.start();
    RealStudio::waitUntil([&] { return waited.elapsed() > 300; });
}

} // namespace

int main(int argc, char **argv)
{
    QGuiApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication application(argc, argv);
    QCommandLineParser arguments;
    arguments.addPositionalArgument(QStringLiteral("folder"), QStringLiteral("where the pictures go"));
    const QCommandLineOption size(QStringLiteral("size"), QStringLiteral("of the window"),
                                  QStringLiteral("WxH"), QStringLiteral("1280x800"));
    const QCommandLineOption theme(QStringLiteral("theme"), QStringLiteral("dark, light or grey"),
                                   QStringLiteral("name"), QStringLiteral("dark"));
    const QCommandLineOption language(QStringLiteral("language"), QStringLiteral("of the window"),
                                      QStringLiteral("code"), QStringLiteral("en"));
    const QCommandLineOption scenes(
        QStringLiteral("scenes"),
        QStringLiteral("first,run,after,inspect,scatter,whatif,shelf,queue,wrong,debug,shortcuts,error"),
        QStringLiteral("list"), QStringLiteral("first,run,after,inspect"));
    arguments.addOptions({size, theme, language, scenes});
    arguments.addHelpOption();
    arguments.process(application);
    const QDir folder(arguments.positionalArguments().value(0, QStringLiteral(".")));
    folder.mkpath(QStringLiteral("."));

    QLocale::setDefault(QLocale(arguments.value(language)));
    for (const auto &catalogue : {QStringLiteral("faststar"), QStringLiteral("studio")}) {
        auto *translator = new QTranslator(&application);
        if (translator->load(QLocale(), catalogue, QStringLiteral("_"),
                             QStringLiteral(FASTSTAR_BIN_DIR "/../share/faststar/translations")))
            QCoreApplication::installTranslator(translator);
    }

    const QStringList parts = arguments.value(size).split(QLatin1Char('x'));
    const RealStudio studio(application, widgets::themeChoiceOf(arguments.value(theme)),
                            QSize(parts.value(0).toInt(), parts.value(1).toInt()));
    StudioWindow &window = *studio.window;
    Session &session = *studio.session;
    const QString prompt =
        QStringLiteral("a pink circle orbiting in a circle over vertical green and blue stripes");
    const QStringList wanted = arguments.value(scenes).split(QLatin1Char(','));
    const auto takeNow = [&](const QString &name) {
        constexpr int kSmallest = 0; // of the files that PNG can make of the same picture
        window.grab().save(
            folder.filePath(QStringLiteral("%1-%2-%3.png").arg(name, arguments.value(theme), parts.value(0))),
            "PNG", kSmallest);
    };
    const auto take = [&](const QString &name) {
        settle();
        takeNow(name);
    };
    // Some token right of the middle, by key.
    const auto probe = [&] {
        auto *map = window.views().inspect->quad()->view(widgets::MapKind::Fused);
        for (int i = 0; i < 16; ++i) {
            QKeyEvent key(QEvent::KeyPress, i < 4 ? Qt::Key_Down : Qt::Key_Right, Qt::NoModifier);
            QApplication::sendEvent(map, &key);
        }
    };
    bool fine = studio.openDemoModel();
    if (wanted.contains(QLatin1String("first")))
        take(QStringLiteral("first"));
    window.prompt().setPrompt(prompt);
    window.actions().generate->trigger();
    if (wanted.contains(QLatin1String("run"))) {
        fine = fine && RealStudio::waitUntil([&] {
                   const auto run = session.active();
                   return !run || run->stepsDone >= 36;
               });
        // Held at a pruned step, of which there are scores to be seen, and gone on with when it is painted.
        while (session.active() && (!session.active()->lastStep() || !session.active()->lastStep()->scores)) {
            session.resume();
            const int done = session.active()->stepsDone;
            RealStudio::waitUntil([&] { return !session.active() || session.active()->stepsDone > done; });
            session.pause();
            RealStudio::waitUntil(
                [&] { return session.state() == SessionState::Paused || !session.active(); });
        }
        settle();
        session.resume();
        for (int turn = 0; turn < 3; ++turn) // words, then their places
            QCoreApplication::processEvents();
        takeNow(QStringLiteral("run"));
    }
    fine = fine && RealStudio::waitUntil([&] { return !session.active(); });
    window.picture().player().seek(8);
    window.picture().player().pause();
    if (wanted.contains(QLatin1String("after")))
        take(QStringLiteral("after"));
    if (wanted.contains(QLatin1String("inspect"))) {
        window.setWorkspace(Workspace::Inspect);
        probe();
        take(QStringLiteral("inspect"));
    }
    if (wanted.contains(QLatin1String("scatter"))) {
        window.setWorkspace(Workspace::Inspect);
        probe();
        if (auto *plots = window.findChild<widgets::Segmented *>(QStringLiteral("plots")))
            plots->findChildren<QAbstractButton *>().value(1)->click();
        take(QStringLiteral("scatter"));
    }
    if (wanted.contains(QLatin1String("whatif"))) {
        window.setWorkspace(Workspace::Inspect);
        probe();
        window.prompt().setRatios({200, 300, 500, 850}, 2.0);
        take(QStringLiteral("whatif"));
        window.actions().backToRun->trigger();
    }
    window.setWorkspace(Workspace::Generate);
    const auto showPage = [&](const char *dock, const char *page) {
        if (auto *shown = dynamic_cast<Dock *>(window.findChild<QDockWidget *>(QLatin1String(dock))))
            shown->showPage(QLatin1String(page));
    };
    if (wanted.contains(QLatin1String("shelf"))) {
        // The same without pruning, for the comparison; then others, of which one is stopped.
        const std::int64_t seed = session.shown()->request.seed;
        GenerationRequest request = window.prompt().request();
        for (int i = 0; i < 5 && fine; ++i) {
            const char *prompts[] = {"", "a red circle moving right over a white background",
                                     "a green star moving up on a striped blue background",
                                     "a yellow square over a checkered grey background", ""};
            request.method = i == 0 ? Method::None : Method::FastStar;
            request.seed = i == 0 || i == 4 ? seed : seed + i;
            request.prompt = i == 0 || i == 4 ? prompt.toStdString() : prompts[i];
            window.prompt().setRequest(request);
            window.actions().generate->trigger();
            if (i == 2) {
                fine = RealStudio::waitUntil(
                    [&] { return session.active() && session.active()->stepsDone >= 30; });
                session.stopAndKeep();
            }
            fine = fine && RealStudio::waitUntil([&] { return !session.active(); });
        }
        RealStudio::waitUntil([&] { return session.shown()->writeSeconds > 0.0; });
        window.picture().player().pause();
        window.picture().player().seek(8);
        showPage("strip", "shelf");
        showPage("time", "waterfall");
        take(QStringLiteral("shelf"));
    }
    if (wanted.contains(QLatin1String("queue"))) {
        window.actions().generate->trigger();
        window.actions().generate->trigger();
        window.actions().generate->trigger();
        session.queue()->setHeld(true);
        showPage("strip", "queue");
        take(QStringLiteral("queue"));
        session.queue()->clear();
        session.cancel();
        RealStudio::waitUntil([&] { return !session.active(); });
        RealStudio::waitUntil([&] { return !window.canvas().toast()->isVisible(); });
        showPage("strip", "film");
    }
    if (wanted.contains(QLatin1String("wrong"))) {
        window.findChild<QDoubleSpinBox *>(QStringLiteral("guidance"))->setValue(0.5);
        take(QStringLiteral("wrong"));
        window.findChild<QDoubleSpinBox *>(QStringLiteral("guidance"))->setValue(3.0);
    }
    if (wanted.contains(QLatin1String("debug"))) {
        window.actions().debugOverlay->setChecked(true);
        take(QStringLiteral("debug"));
        window.actions().debugOverlay->setChecked(false);
    }
    if (wanted.contains(QLatin1String("shortcuts"))) {
        window.actions().shortcuts->trigger();
        settle();
        if (QWidget *sheet = QApplication::activeModalWidget()) {
            sheet->grab().save(folder.filePath(
                QStringLiteral("shortcuts-%1-%2.png").arg(arguments.value(theme), parts.value(0))));
            sheet->close();
        }
    }
    if (wanted.contains(QLatin1String("error"))) {
        session.openModel({(studio.folder.path() + QStringLiteral("/gone")).toStdString(), "cpu", 2});
        RealStudio::waitUntil([&] { return session.state() == SessionState::NoModel; });
        take(QStringLiteral("error"));
    }
    return fine ? 0 : 1;
}
