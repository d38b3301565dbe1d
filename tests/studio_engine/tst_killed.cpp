// SPDX-License-Identifier: Apache-2.0
//
// The program is killed during a run (signal 9, as by a power cut), for real: this test starts itself as a
// second process that opens the window over the engine and the demo model, and ends it at a moment of its
// run. The next start lists the run as interrupted, has everything from before, and goes on from the journal
// to the clip that the run would have made.
#include <QtTest>

#include <QProcess>

#include <cstdio>

#include "app/studio/window/actions.h"
#include "app/studio/window/prompt/prompt_panel.h"
#include "tests/studio/real_studio.h"

using namespace faststar;
using namespace faststar::studio;
using faststar::test::RealStudio;

namespace
{

const auto kVictim = QStringLiteral("--victim");

void generate(const RealStudio &studio)
{
    GenerationRequest request = studio.window->prompt().request();
    request.prompt = "a red circle moving right on a plain blue background";
    request.seed = 5;
    request.frames = 5;
    studio.window->prompt().setRequest(request);
    studio.window->actions().generate->trigger();
}

// The second process: says how far its run is, a line a time.
int beVictim(QApplication &application, const QString &files)
{
    const RealStudio studio(application, widgets::ThemeChoice::Dark, QSize(1280, 800), files);
    const auto say = [](const std::string &what) {
        static_cast<void>(std::puts(what.c_str()));
        static_cast<void>(std::fflush(stdout));
    };
    QObject::connect(studio.session.get(), &Session::stepFinished, &application,
                     [&](const RunPtr & /*run*/, const StepPtr &step) {
                         say("step " + std::to_string(step->index.step));
                     });
    QObject::connect(studio.session.get(), &Session::stateChanged, &application, [&](SessionState state) {
        if (state == SessionState::Decoding)
            say("decoding");
    });
    if (!studio.openDemoModel())
        return 1;
    generate(studio);
    static_cast<void>(studio.finish());
    return 0; // nobody was quick enough
}

} // namespace

class TestKilled : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void goesOnAfterwards_data();
    void goesOnAfterwards();

private:
    QTemporaryDir m_files;
    Frames m_frames; // of the run that nobody disturbed
    qint64 m_runs = 0;
};

void TestKilled::initTestCase()
{
    QLocale::setDefault(QLocale::c());
    const RealStudio studio(*qApp, widgets::ThemeChoice::Dark, QSize(1280, 800), m_files.path());
    QVERIFY(studio.openDemoModel());
    const QSignalSpy saved(&studio.library, &Library::runSaved);
    generate(studio);
    QVERIFY(studio.finish());
    QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, 60000);
    m_frames = studio.session->shown()->frames;
    m_runs = 1;
    QVERIFY(m_frames && m_frames->size() == 5);
}

void TestKilled::goesOnAfterwards_data()
{
    QTest::addColumn<QString>("moment");
    QTest::newRow("first steps") << "step 1";
    QTest::newRow("image clip") << "step 20";
    QTest::newRow("pruned scales") << "step 38";
    QTest::newRow("decode") << "decoding";
}

void TestKilled::goesOnAfterwards()
{
    QFETCH(const QString, moment);
    int least = 0; // steps that were told, which the journal had before
    {
        QProcess victim;
        victim.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        victim.start(QCoreApplication::applicationFilePath(), {kVictim, m_files.path()});
        bool reached = false;
        while (!reached) {
            QVERIFY(victim.canReadLine() || victim.waitForReadyRead(120000));
            while (!reached && victim.canReadLine()) {
                const QString line = QString::fromUtf8(victim.readLine()).trimmed();
                if (line.startsWith(QStringLiteral("step ")))
                    least = line.mid(5).toInt() + 1;
                reached = line == moment;
            }
        }
        victim.kill();
        QVERIFY(victim.waitForFinished(60000));
        QCOMPARE(victim.exitStatus(), QProcess::CrashExit);
    }

    RealStudio studio(*qApp, widgets::ThemeChoice::Dark, QSize(1280, 800), m_files.path());
    QVERIFY(studio.openDemoModel());
    QTRY_VERIFY(studio.library.isOpen());
    const auto &listed = studio.library.shelf()->runs();
    QCOMPARE(qint64(listed.size()), m_runs + 1);
    QCOMPARE(listed.front().outcome, store::RunOutcome::Interrupted);
    QVERIFY(listed.front().stepsDone >= least);
    // Nothing but the journal is there: no half picture, film or list of steps.
    const QDir folder(QString::fromStdString(listed.front().folder.string()));
    for (const QString &name : folder.entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot))
        QVERIFY2(name.endsWith(QStringLiteral(".journal")), qPrintable(name));
    // What was made before is as it was.
    const QSignalSpy loaded(&studio.library, &Library::runLoaded);
    studio.library.load(1);
    QTRY_COMPARE_WITH_TIMEOUT(loaded.count(), 1, 60000);
    QVERIFY(studio.session->shown()->frames && *studio.session->shown()->frames == *m_frames);

    studio.library.load(listed.front().number);
    QTRY_COMPARE_WITH_TIMEOUT(loaded.count(), 2, 60000);
    QCOMPARE(studio.session->shown()->state, RunState::Interrupted);
    QTRY_VERIFY(studio.window->actions().continueRun->isEnabled());
    const QSignalSpy saved(&studio.library, &Library::runSaved);
    studio.window->actions().continueRun->trigger();
    QVERIFY(studio.session->active());
    QVERIFY(studio.finish());
    const RunPtr run = studio.session->shown();
    QCOMPARE(run->state, RunState::Finished);
    QVERIFY(run->plan->resumedSteps >= least);
    QVERIFY(run->frames && *run->frames == *m_frames);
    QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, 60000);
    m_runs += 2;
}

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    if (argc == 3 && QString::fromLocal8Bit(argv[1]) == kVictim)
        return beVictim(application, QString::fromLocal8Bit(argv[2]));
    TestKilled test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_killed.moc"
