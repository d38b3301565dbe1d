// SPDX-License-Identifier: Apache-2.0
//
// Somebody impatient: hundreds of actions drawn from a seed at every kind of moment of a run, on the fake
// pipeline, which passes its steps one by one in between. After every action what is on the screen belongs
// to what the session says; in the end everything still works.
#include <QtTest>

#include <QAbstractSlider>
#include <QApplication>
#include <QScrollBar>
#include <QTemporaryDir>

#include <random>

#include "app/studio/window/actions.h"
#include "app/studio/window/canvas/canvas_panel.h"
#include "app/studio/window/canvas/message_bar.h"
#include "app/studio/window/docks/ratios_page.h"
#include "app/studio/window/prompt/prompt_panel.h"
#include "app/studio/window/wiring/canvas_presenter.h"
#include "app/studio/window/wiring/studio_views.h"
#include "tests/studio/window_fixture.h"
#include "widgets/film/film_strip.h"
#include "widgets/look/style.h"
#include "widgets/player/frame_player.h"
#include "widgets/ratios/ratio_editor.h"

using namespace faststar;
using namespace faststar::studio;
using Studio = faststar::test::WindowFixture;

class TestWindowStorm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void actsAtAnyMoment_data();
    void actsAtAnyMoment();
    void closesAtAnyMoment_data();
    void closesAtAnyMoment();

private:
    using Draw = std::mt19937_64;
    static int below(Draw &draw, int count) { return int(draw() % std::uint64_t(count)); }
    static void act(Studio &studio, Draw &draw);
    static void check(const Studio &studio);

    std::unique_ptr<widgets::Appearance> m_appearance;
};

void TestWindowStorm::initTestCase()
{
    QLocale::setDefault(QLocale::c());
    m_appearance = std::make_unique<widgets::Appearance>(*qApp);
    m_appearance->choose(widgets::ThemeChoice::Dark);
}

// One thing that somebody can do. Enabled or not: an action says no by itself.
void TestWindowStorm::act(Studio &studio, Draw &draw)
{
    auto &window = *studio.window;
    auto &actions = window.actions();
    auto &session = *studio.session;
    switch (below(draw, 20)) {
    case 0:
    case 1:
        actions.generate->trigger();
        break;
    case 2:
        actions.generateNext->trigger();
        break;
    case 3:
        actions.pause->trigger();
        break;
    case 4:
        actions.stopAndKeep->trigger();
        break;
    case 5:
        actions.cancel->trigger();
        break;
    case 6:
        actions.decodeNow->trigger();
        break;
    case 7: // dragged from end to end faster than anything can be drawn
        for (int permille = 0; permille <= 1000; permille += 50)
            Q_EMIT window.views().ratios->editor()->ratioChanged(below(draw, 4), permille);
        break;
    case 8:
        for (auto *slider : window.findChildren<QAbstractSlider *>()) {
            if (qobject_cast<QScrollBar *>(slider) == nullptr && slider->isEnabled())
                slider->setValue(slider->minimum() + below(draw, slider->maximum() - slider->minimum() + 1));
        }
        break;
    case 9:
        window.openModel(QStringLiteral("/models/%1").arg(below(draw, 3)));
        break;
    case 10:
        window.setWorkspace(below(draw, 2) == 0 ? Workspace::Generate : Workspace::Inspect);
        break;
    case 11:
        if (const RunPtr run = session.shown(); run && run->plan) {
            const auto &scales = run->plan->schedule.scales;
            const Scale &scale = scales[std::size_t(below(draw, int(scales.size())))];
            session.cursor()->setPlace({scale.clip, scale.index, 0, below(draw, 5)});
        }
        break;
    case 12:
        actions.follow->trigger();
        break;
    case 13:
        actions.branch->trigger();
        break;
    case 14:
        actions.rerun->trigger();
        break;
    case 15:
        actions.backToRun->trigger();
        break;
    case 16:
        actions.continueRun->trigger();
        break;
    case 17:
        session.queue()->setHeld(below(draw, 2) == 0);
        if (below(draw, 3) == 0)
            session.queue()->clear();
        break;
    case 18:
        window.resize(1024 + below(draw, 900), 640 + below(draw, 440));
        break;
    default:
        studio.library->load(1 + below(draw, 6));
        break;
    }
}

// Nothing of one run stands beside another's.
void TestWindowStorm::check(const Studio &studio)
{
    const Session &session = *studio.session;
    const RunPtr active = session.active();
    QCOMPARE(session.allowed().cancel, active != nullptr && session.state() != SessionState::Cancelling);
    if (active) {
        QVERIFY(!isOver(active->state));
        QVERIFY(session.model());
    }
    if (session.state() == SessionState::Ready)
        QVERIFY(!active && session.model());
    const RunPtr shown = session.shown();
    auto &player = studio.window->picture().player();
    if (player.count() > 0)
        QVERIFY(player.frame() < player.count());
    if (shown && shown->plan) {
        const auto place = studio.session->cursor()->place();
        const auto &scales = shown->plan->schedule.scales;
        QVERIFY(place.scale >= 0 && place.scale < int(scales.size()));
        QCOMPARE(studio.window->views().film->cursor().scale, place.scale);
    }
    const auto &actions = studio.window->actions();
    if (!session.model())
        QVERIFY(!actions.branch->isEnabled() || session.allowed().generate);
}

void TestWindowStorm::actsAtAnyMoment_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 4; ++seed)
        QTest::addRow("seed %d", seed) << seed;
}

void TestWindowStorm::actsAtAnyMoment()
{
    QFETCH(const int, seed);
    const QTemporaryDir folder;
    Draw draw(static_cast<std::uint64_t>(seed));
    Studio studio(*m_appearance, true, folder.path());
    QVERIFY(studio.ready);
    constexpr int kActions = 150;
    for (int i = 0; i < kActions; ++i) {
        studio.setup->gate.allow(below(draw, 8)); // steps pass meanwhile, or none
        const int turns = below(draw, 4);         // and are noticed, or not yet
        for (int turn = 0; turn < turns; ++turn)
            QCoreApplication::processEvents();
        act(studio, draw);
        QCoreApplication::processEvents();
        check(studio);
        if (QTest::currentTestFailed()) {
            qWarning("after action %d", i);
            return;
        }
    }
    // It still does what it is for, and shows that and nothing else.
    studio.session->queue()->clear();
    studio.session->queue()->setHeld(false);
    studio.session->resume();
    studio.session->cancel();
    studio.setup->gate.open();
    QTRY_VERIFY(!studio.session->active());
    studio.window->openModel(QStringLiteral("/models/last"));
    QTRY_COMPARE(studio.session->state(), SessionState::Ready);
    auto request = test::someRequest(7);
    request.prompt = "the last one";
    studio.window->prompt().setRequest(request);
    QTRY_VERIFY(studio.window->actions().generate->isEnabled());
    studio.window->actions().generate->trigger();
    QTRY_VERIFY(!studio.session->active());
    const RunPtr last = studio.session->shown();
    QCOMPARE(last->request.prompt, std::string("the last one"));
    QCOMPARE(last->state, RunState::Finished);
    QTRY_COMPARE(studio.window->picture().player().count(), int(last->frames->size()));
    QTRY_COMPARE(studio.window->views().film->cursor().scale, studio.session->cursor()->place().scale);
    QCOMPARE(studio.setup->alive.load(), 1); // engines of models that were left are gone
}

void TestWindowStorm::closesAtAnyMoment_data()
{
    QTest::addColumn<int>("steps");
    QTest::addColumn<QString>("before");
    for (const int steps : {0, 1, 21, 22, 42, 43}) { // the clips end after 22 and 43
        for (const char *before : {"", "pause", "stop", "cancel", "decode", "model"})
            QTest::addRow("%d %s", steps, before) << steps << QString::fromLatin1(before);
    }
}

void TestWindowStorm::closesAtAnyMoment()
{
    QFETCH(const int, steps);
    QFETCH(const QString, before);
    const QTemporaryDir folder;
    {
        Studio studio(*m_appearance, true, folder.path());
        QVERIFY(studio.ready);
        auto &actions = studio.window->actions();
        actions.generate->trigger();
        studio.setup->gate.allow(steps);
        QTRY_VERIFY(studio.session->active() &&
                    studio.session->active()->stepsDone >= std::max(0, steps - 1));
        if (before == QLatin1String("pause"))
            actions.pause->trigger();
        else if (before == QLatin1String("stop"))
            actions.stopAndKeep->trigger();
        else if (before == QLatin1String("cancel"))
            actions.cancel->trigger();
        else if (before == QLatin1String("decode"))
            actions.decodeNow->trigger();
        else if (before == QLatin1String("model"))
            studio.window->openModel(QStringLiteral("/another"));
        actions.quit->trigger();
        QVERIFY(!studio.window->isVisible());
        QVERIFY(studio.session->shutDown(std::chrono::milliseconds(5000)));
    }
    // What the next start finds is whole: nothing in work, and no half file.
    Studio studio(*m_appearance, true, folder.path());
    QVERIFY(studio.ready);
    QVERIFY(!studio.session->active());
    for (const auto &run : studio.library->shelf()->runs()) {
        QVERIFY(run.outcome != store::RunOutcome::Running);
        const QSignalSpy loaded(studio.library.get(), &Library::runLoaded);
        studio.library->load(run.number);
        QTRY_COMPARE(loaded.count(), 1);
        const auto shown = studio.session->shown();
        QVERIFY(shown && shown->warnings.empty());
    }
    const QDir runs(folder.path() + QStringLiteral("/runs"));
    for (const QString &name : runs.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const auto files = QDir(runs.filePath(name)).entryList(QDir::AllEntries | QDir::NoDotAndDotDot);
        for (const QString &file : files)
            QVERIFY2(!file.contains(QStringLiteral("part")) && !file.contains(QStringLiteral("tmp")),
                     qPrintable(file));
    }
}

QTEST_MAIN(TestWindowStorm)
#include "tst_window_storm.moc"
