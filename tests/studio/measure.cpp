// SPDX-License-Identifier: Apache-2.0
//
// Measures the studio on the real engine and the demo model and prints what it found: how soon the window is
// there, how long the GUI thread lets events wait during runs, how soon a cancel is answered, what memory
// does over many runs. No test; built on demand and run by hand on an idle machine:
//   cmake --build build/release --target studio_measure
//   xvfb-run -a build/release/tests/studio_measure --runs 20 --cancels 20
#include <QCommandLineParser>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <vector>

#include <unistd.h>

#include "app/studio/window/actions.h"
#include "app/studio/window/debug/gui_watchdog.h"
#include "app/studio/window/prompt/prompt_panel.h"
#include "tests/studio/real_studio.h"

using namespace faststar;
using namespace faststar::studio;
using faststar::test::RealStudio;

namespace
{

double residentMegabytes()
{
    std::ifstream file("/proc/self/statm");
    std::int64_t pages = 0;
    file >> pages >> pages;
    return double(pages) * double(::sysconf(_SC_PAGESIZE)) / 1e6;
}

// Between asking for the cancel and being ready again, at ever other places of a run.
bool measureCancels(const RealStudio &studio, int count)
{
    std::vector<double> ms;
    for (int i = 0; i < count; ++i) {
        const double place = (double(i) + 0.5) / double(count);
        studio.window->actions().generate->trigger();
        const bool there = RealStudio::waitUntil([&] {
            const RunPtr run = studio.session->active();
            if (!run)
                return true;
            // The last tenth stands for the decode.
            if (place >= 0.9)
                return run->stage == Stage::Decode && run->stageDone >= (place - 0.9) * 10.0;
            return run->plan && double(run->stepsDone) >= place / 0.9 * run->plan->schedule.steps();
        });
        const RunPtr run = studio.session->active();
        if (!there || !run)
            continue;
        const int step = run->stepsDone;
        QElapsedTimer watch;
        watch.start();
        studio.window->actions().cancel->trigger();
        if (!studio.finish())
            return false;
        ms.push_back(double(watch.nsecsElapsed()) / 1e6);
        std::printf("cancel after step %d: %.1f ms\n", step, ms.back());
    }
    std::sort(ms.begin(), ms.end());
    if (!ms.empty())
        std::printf("cancel: median %.1f ms, longest %.1f ms of %zu\n", ms[ms.size() / 2], ms.back(),
                    ms.size());
    return true;
}

} // namespace

int main(int argc, char **argv)
{
    QElapsedTimer sinceStart;
    sinceStart.start();
    QApplication application(argc, argv);
    QCommandLineParser arguments;
    const QCommandLineOption runs(QStringLiteral("runs"), QStringLiteral("whole runs under the watchdog"),
                                  QStringLiteral("number"), QStringLiteral("20"));
    const QCommandLineOption cancels(QStringLiteral("cancels"), QStringLiteral("runs to cancel"),
                                     QStringLiteral("number"), QStringLiteral("20"));
    arguments.addOptions({runs, cancels});
    arguments.addHelpOption();
    arguments.process(application);

    const RealStudio studio(application, widgets::ThemeChoice::Dark, QSize(1280, 800));
    bool isVisible = false;
    QTimer::singleShot(0, studio.window.get(), [&] { isVisible = true; });
    RealStudio::waitUntil([&] { return isVisible; });
    std::printf("window shown after %lld ms\n", static_cast<long long>(sinceStart.elapsed()));
    if (!studio.openDemoModel())
        return 1;
    std::printf("model open after %lld ms\n", static_cast<long long>(sinceStart.elapsed()));

    GuiWatchdog watchdog;
    for (int run = 0; run < arguments.value(runs).toInt(); ++run) {
        watchdog.start();
        studio.window->actions().generate->trigger();
        if (!studio.finish())
            return 1;
        watchdog.stop();
        // Its files are written before memory is looked at.
        RealStudio::waitUntil([&] { return studio.session->shown()->writeSeconds > 0.0; });
        std::printf("run %d: %s, %.0f MB\n", run + 1,
                    studio.session->shown()->state == RunState::Finished ? "finished" : "not finished",
                    residentMegabytes());
        std::fflush(stdout);
    }
    const LatencyFigures waits = watchdog.figures();
    std::printf("GUI thread: p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, longest %.2f ms of %llu\n", waits.p50,
                waits.p99, waits.p999, waits.max, static_cast<unsigned long long>(waits.samples));
    return measureCancels(studio, arguments.value(cancels).toInt()) ? 0 : 1;
}
