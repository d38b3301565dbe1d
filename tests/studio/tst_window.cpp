// SPDX-License-Identifier: Apache-2.0
//
// Whole stories in the real window, on the fake pipeline.
#include <QtTest>

#include <QAccessible>
#include <QApplication>
#include <QDockWidget>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>

#include "app/studio/window/actions.h"
#include "app/studio/window/canvas/canvas_panel.h"
#include "app/studio/window/canvas/message_bar.h"
#include "app/studio/window/debug/debug_overlay.h"
#include "app/studio/window/docks/ratios_page.h"
#include "app/studio/window/prompt/prompt_panel.h"
#include "app/studio/window/sheets/shortcut_sheet.h"
#include "app/studio/window/studio_window.h"
#include "app/studio/window/wiring/canvas_presenter.h"
#include "app/studio/window/wiring/studio_views.h"
#include "tests/studio/window_fixture.h"
#include "widgets/canvas/picture_canvas.h"
#include "widgets/film/film_strip.h"
#include "widgets/look/style.h"
#include "widgets/player/frame_player.h"
#include "widgets/ratios/ratio_editor.h"

using namespace faststar;
using namespace faststar::studio;
using Studio = faststar::test::WindowFixture;

class TestWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void opensBeforeTheModel();
    void generatesByTheKey();
    void stopsAndKeeps();
    void cancels();
    void pausesAndResumes();
    void queuesDuringARun();
    void saysWhatIsWrongUnderTheField();
    void refusesASeedThatIsNoNumber();
    void showsTheSeedToUseAgain();
    void tellsAFailureOverTheCanvas();
    void tellsABrokenModel();
    void movesEveryViewWithTheCursor();
    void showsMasksOfOtherRatiosAtOnce();
    void playsByKeys();
    void showsThePictureAlone();
    void showsNumbersAsATable();
    void measuresOnlyWhileAsked();
    void countsHowLongEventsWait();
    void changesWorkspacesAndKeepsTheLayout();
    void listsEveryShortcut();
    void reachesEveryDockByKey();
    void namesEveryControl();
    void closesDuringARun();
    void followsTheTheme();

private:
    std::unique_ptr<widgets::Appearance> m_appearance;
};

void TestWindow::initTestCase()
{
    QLocale::setDefault(QLocale::c());
    m_appearance = std::make_unique<widgets::Appearance>(*qApp);
    m_appearance->choose(widgets::ThemeChoice::Dark);
}

void TestWindow::opensBeforeTheModel()
{
    Studio studio(*m_appearance, false);
    QVERIFY(studio.window->windowTitle().contains(QStringLiteral("FastSTAR Studio")));
    QVERIFY(studio.window->canvas().isFirstStart());
    QVERIFY(!studio.window->actions().generate->isEnabled());
    studio.window->openModel({});
    QTRY_VERIFY(studio.window->actions().generate->isEnabled());
    QVERIFY(!studio.window->prompt().request().prompt.empty());
}

void TestWindow::generatesByTheKey()
{
    Studio studio(*m_appearance);
    QVERIFY(studio.ready);
    QVERIFY(QTest::qWaitForWindowActive(studio.window.get()));
    studio.window->prompt().setPrompt(QStringLiteral("a green square"));
    QTest::keyClick(studio.window.get(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_VERIFY(studio.session->active());
    QCOMPARE(studio.session->active()->request.prompt, std::string("a green square"));
    QVERIFY(studio.button("pause")->isVisible());
    QVERIFY(!studio.button("generate")->isVisible());
    QVERIFY(studio.finish());
    QTRY_VERIFY(!studio.window->canvas().picture()->picture().isNull());
    QVERIFY(!studio.window->canvas().isFirstStart());
    QCOMPARE(studio.session->shown()->state, RunState::Finished);
    QTRY_COMPARE(studio.window->canvas().picture()->pictureLabel(), QStringLiteral("Decoded"));
    QVERIFY(studio.button("generate")->isVisible());
}

void TestWindow::stopsAndKeeps()
{
    Studio studio(*m_appearance);
    studio.window->actions().generate->trigger();
    studio.setup->gate.allow(30);
    QTRY_VERIFY(studio.session->active() && studio.session->active()->stepsDone >= 30);
    studio.button("stop")->click();
    studio.setup->gate.open();
    QTRY_VERIFY(!studio.session->active());
    QCOMPARE(studio.session->shown()->state, RunState::Kept);
    QVERIFY(studio.session->shown()->frames);
    QTRY_VERIFY(!studio.window->canvas().picture()->picture().isNull());
}

void TestWindow::cancels()
{
    Studio studio(*m_appearance);
    studio.window->actions().generate->trigger();
    studio.setup->gate.allow(5);
    QTRY_VERIFY(studio.session->active() && studio.session->active()->stepsDone >= 5);
    studio.button("cancel")->click();
    QTRY_COMPARE(studio.session->state(), SessionState::Ready);
    QCOMPARE(studio.session->shown()->state, RunState::Cancelled);
    QVERIFY(studio.window->actions().generate->isEnabled());
}

void TestWindow::pausesAndResumes()
{
    Studio studio(*m_appearance);
    studio.window->actions().generate->trigger();
    studio.setup->gate.allow(3);
    QTRY_VERIFY(studio.session->active() && studio.session->active()->stepsDone >= 3);
    studio.button("pause")->click();
    studio.setup->gate.allow(2);
    QTRY_COMPARE(studio.session->state(), SessionState::Paused);
    QTRY_COMPARE(studio.button("pause")->text(), QStringLiteral("Resume"));
    studio.button("pause")->click();
    QVERIFY(studio.finish());
    QCOMPARE(studio.session->shown()->state, RunState::Finished);
}

void TestWindow::queuesDuringARun()
{
    Studio studio(*m_appearance);
    studio.window->actions().generate->trigger();
    QTRY_VERIFY(studio.session->active());
    studio.window->prompt().setPrompt(QStringLiteral("second"));
    studio.window->actions().generate->trigger();
    studio.window->prompt().setPrompt(QStringLiteral("first of the queue"));
    studio.window->actions().generateNext->trigger();
    QCOMPARE(studio.session->queue()->rowCount(), 2);
    QCOMPARE(studio.session->queue()->entries().front().request.prompt, std::string("first of the queue"));
    studio.setup->gate.open();
    QTRY_COMPARE(studio.setup->runs.load(), 3);
    QTRY_VERIFY(!studio.session->active());
    QCOMPARE(studio.session->shown()->request.prompt, std::string("second"));
}

void TestWindow::saysWhatIsWrongUnderTheField()
{
    Studio studio(*m_appearance);
    auto *guidance = studio.window->findChild<QDoubleSpinBox *>(QStringLiteral("guidance"));
    guidance->setValue(0.5);
    QVERIFY(!studio.window->actions().generate->isEnabled());
    QCOMPARE(studio.window->prompt().errors().size(), std::size_t(1));
    QCOMPARE(studio.window->prompt().firstErrorLabel(), QStringLiteral("Guidance"));
    QVERIFY(guidance->property("error").toBool());
    studio.window->actions().generate->trigger();
    QVERIFY(!studio.session->active());
    guidance->setValue(3.0);
    QVERIFY(studio.window->actions().generate->isEnabled());
    QVERIFY(!guidance->property("error").toBool());
}

void TestWindow::refusesASeedThatIsNoNumber()
{
    Studio studio(*m_appearance);
    auto *seed = studio.window->findChild<QLineEdit *>(QStringLiteral("seed"));
    seed->setFocus();
    seed->clear();
    QTest::keyClicks(seed, QStringLiteral("12x"));
    QVERIFY(!studio.window->actions().generate->isEnabled());
    QCOMPARE(studio.window->prompt().errors().front().field, std::string("seed"));
    seed->clear();
    QTest::keyClicks(seed, QStringLiteral("1234"));
    QVERIFY(studio.window->prompt().errors().empty());
    QCOMPARE(studio.window->prompt().request().seed, std::int64_t(1234));
}

void TestWindow::showsTheSeedToUseAgain()
{
    Studio studio(*m_appearance);
    studio.window->actions().generate->trigger();
    QVERIFY(studio.finish());
    const auto used = studio.session->shown()->request.seed;
    QVERIFY(used >= 0);
    QCOMPARE(studio.window->prompt().request().seed, std::int64_t(-1));
    auto *button = studio.button("usedSeed");
    QTRY_VERIFY(button->isVisible());
    QVERIFY(button->text().contains(QString::number(used)));
    button->click();
    QCOMPARE(studio.window->prompt().request().seed, used);
}

void TestWindow::tellsAFailureOverTheCanvas()
{
    Studio studio(*m_appearance, false);
    studio.setup->prepare = [](test::FakePipeline &fake) {
        fake.failDecode({ErrorCode::OutOfMemory, "needs 1.1 GB, 0.6 GB is free"});
    };
    studio.window->openModel({});
    QTRY_COMPARE(studio.session->state(), SessionState::Ready);
    studio.window->actions().generate->trigger();
    QVERIFY(studio.finish());
    QCOMPARE(studio.session->shown()->state, RunState::Failed);
    QTRY_VERIFY(studio.window->canvas().messages()->isVisible());
    QCOMPARE(studio.window->canvas().messages()->title(), QStringLiteral("The memory ran out"));
    QTRY_VERIFY(!studio.window->canvas().picture()->picture().isNull()); // the preview stays
}

void TestWindow::tellsABrokenModel()
{
    Studio studio(*m_appearance, false);
    studio.setup->prepare = [](test::FakePipeline &fake) {
        fake.failLoad({ErrorCode::CorruptFile, "transformer.safetensors: ends too soon"});
    };
    studio.window->openModel({});
    QTRY_COMPARE(studio.session->state(), SessionState::NoModel);
    QTRY_VERIFY(studio.window->canvas().messages()->isVisible());
    QVERIFY(!studio.window->actions().generate->isEnabled());
}

void TestWindow::movesEveryViewWithTheCursor()
{
    Studio studio(*m_appearance);
    studio.window->actions().generate->trigger();
    QVERIFY(studio.finish());
    const auto &schedule = studio.session->shown()->plan->schedule;
    const Scale &scale = schedule.scales[schedule.scales.size() - 3];
    studio.session->cursor()->setPlace({scale.clip, scale.index, 0, 2});
    QCOMPARE(studio.window->views().film->cursor().scale, scale.index);
    QVERIFY(!studio.session->cursor()->isFollowing());
    QVERIFY(!studio.window->actions().follow->isChecked());
    // The player stands on a pixel frame of the latent frame.
    studio.window->picture().player().pause();
    studio.session->cursor()->setPlace({scale.clip, scale.index, 0, 1});
    QTRY_COMPARE(studio.window->picture().player().frame(), 5);
    QTRY_VERIFY(studio.window->canvas().picture()->pictureLabel().startsWith(QStringLiteral("Preview")));
    studio.window->picture().player().seek(16);
    QTRY_COMPARE(studio.session->cursor()->place().frame, 3);
}

void TestWindow::showsMasksOfOtherRatiosAtOnce()
{
    Studio studio(*m_appearance);
    studio.window->actions().generate->trigger();
    QVERIFY(studio.finish());
    QVERIFY(!studio.window->actions().rerun->isEnabled());
    Q_EMIT studio.window->views().ratios->editor()->ratioChanged(3, 850);
    QCOMPARE(studio.window->prompt().request().ratiosPermille[3], 850);
    const int last = int(studio.session->shown()->plan->schedule.scales.size()) - 1;
    QTRY_VERIFY(studio.window->actions().rerun->isEnabled());
    QVERIFY(studio.window->actions().rerun->text().contains(QString::number(last)));
    QCOMPARE(studio.setup->runs.load(), 1); // no run was needed
    studio.window->actions().backToRun->trigger();
    QTRY_VERIFY(!studio.window->actions().rerun->isEnabled());
    QCOMPARE(studio.window->prompt().request().ratiosPermille[3], 700);
}

void TestWindow::playsByKeys()
{
    Studio studio(*m_appearance);
    QVERIFY(QTest::qWaitForWindowActive(studio.window.get()));
    studio.window->actions().generate->trigger();
    QVERIFY(studio.finish());
    auto &player = studio.window->picture().player();
    QTRY_VERIFY(player.isPlaying()); // a clip that is finished plays
    QWidget *canvas = studio.window->canvas().picture();
    canvas->setFocus();
    QTest::keyClick(canvas, Qt::Key_Space);
    QVERIFY(!player.isPlaying());
    QTest::keyClick(canvas, Qt::Key_Home);
    QCOMPARE(player.frame(), 0);
    QTest::keyClick(canvas, Qt::Key_Right);
    QTest::keyClick(canvas, Qt::Key_Right);
    QCOMPARE(player.frame(), 2);
    QTest::keyClick(canvas, Qt::Key_Left);
    QCOMPARE(player.frame(), 1);
    QTest::keyClick(canvas, Qt::Key_End);
    QCOMPARE(player.frame(), player.count() - 1);
    QTest::keyClick(canvas, Qt::Key_L);
    QVERIFY(player.isPlaying());
    QCOMPARE(player.speed(), 1.0);
    QTest::keyClick(canvas, Qt::Key_L);
    QCOMPARE(player.speed(), 2.0);
    QTest::keyClick(canvas, Qt::Key_K);
    QVERIFY(!player.isPlaying());
    QTest::keyClick(canvas, Qt::Key_J);
    QVERIFY(player.speed() < 0.0);
    QTest::keyClick(canvas, Qt::Key_K);
    // Letters are text in text fields.
    auto *seed = studio.window->findChild<QLineEdit *>(QStringLiteral("seed"));
    seed->setFocus();
    QTest::keyClicks(seed, QStringLiteral("l "));
    QVERIFY(!player.isPlaying());
}

void TestWindow::showsThePictureAlone()
{
    Studio studio(*m_appearance);
    QVERIFY(QTest::qWaitForWindowActive(studio.window.get()));
    studio.window->actions().generate->trigger();
    QVERIFY(studio.finish());
    studio.window->actions().workspaceInspect->trigger();
    auto *strip = studio.window->findChild<QDockWidget *>(QStringLiteral("strip"));
    studio.window->actions().pictureOnly->trigger();
    QVERIFY(studio.window->isFullScreen());
    QVERIFY(studio.window->canvas().isVisible());
    QVERIFY(!strip->isVisible());
    QVERIFY(!studio.window->menuWidget()->isVisible());
    QTest::keyClick(studio.window->canvas().picture(), Qt::Key_Escape);
    QVERIFY(!studio.window->isFullScreen());
    QVERIFY(strip->isVisible());
    QVERIFY(studio.window->menuWidget()->isVisible());
    QVERIFY(!studio.window->canvas().isVisible()); // back in Inspect
    QVERIFY(!studio.window->actions().pictureOnly->isChecked());
}

void TestWindow::showsNumbersAsATable()
{
    Studio studio(*m_appearance);
    studio.window->actions().generate->trigger();
    QVERIFY(studio.finish());
    auto *film = studio.window->views().film;
    film->tableAction()->trigger();
    auto *window = film->findChild<QDialog *>();
    QVERIFY(window != nullptr && window->isVisible());
    const auto *table = window->findChild<QTableView *>();
    QCOMPARE(table->model()->rowCount(), int(studio.session->shown()->plan->schedule.scales.size()));
    window->close();
}

void TestWindow::measuresOnlyWhileAsked()
{
    Studio studio(*m_appearance);
    QVERIFY(studio.window->findChild<DebugOverlay *>() == nullptr);
    studio.window->actions().generate->trigger();
    QVERIFY(studio.finish());
    studio.window->actions().debugOverlay->trigger();
    const auto *overlay = studio.window->findChild<DebugOverlay *>();
    QVERIFY(overlay != nullptr && overlay->isVisible() && overlay->isMeasuring());
    QTRY_COMPARE(overlay->facts().waits.size(), std::size_t(50));
    const int last = int(studio.session->shown()->plan->schedule.scales.size()) - 1;
    QCOMPARE(overlay->facts().lines.front().left, QStringLiteral("Step %1.0").arg(last));
    QCOMPARE(overlay->height(), debugHeight(overlay->facts()));
    // Something is drawn, with OpenGL or without.
    const QImage image = const_cast<DebugOverlay *>(overlay)->grab().toImage();
    QSet<QRgb> colours;
    for (int y = 0; y < image.height(); ++y)
        colours.insert(image.pixel(12, y));
    QVERIFY(colours.size() > 1);
    studio.window->actions().debugOverlay->trigger();
    QVERIFY(!overlay->isVisible());
    QVERIFY(!overlay->isMeasuring());
}

void TestWindow::countsHowLongEventsWait()
{
    LatencyCounts counts;
    for (int i = 0; i < 990; ++i)
        counts.answered(0.5);
    counts.answered(10.0);
    // The ten questions of a stop of ten milliseconds waited 10, 9, .. 1.
    const LatencyFigures figures = counts.figures();
    QCOMPARE(figures.samples, std::uint64_t(1000));
    QCOMPARE(figures.max, 10.0);
    QVERIFY(std::abs(figures.p50 - 0.5) < 0.1);
    QVERIFY(std::abs(figures.p99 - 0.5) < 0.1);
    QVERIFY(std::abs(figures.p999 - 9.0) < 0.1);
    QCOMPARE(counts.takeLongest(), 10.0);
    QCOMPARE(counts.takeLongest(), 0.0);

    GuiWatchdog watchdog;
    watchdog.start();
    QTRY_VERIFY(watchdog.figures().samples >= 20);
    watchdog.stop();
    watchdog.reset();
    QCOMPARE(watchdog.figures().samples, std::uint64_t(0));
}

void TestWindow::changesWorkspacesAndKeepsTheLayout()
{
    Studio studio(*m_appearance);
    studio.window->actions().workspaceInspect->trigger();
    QCOMPARE(studio.window->workspace(), Workspace::Inspect);
    QVERIFY(!studio.window->canvas().isVisible());
    QVERIFY(studio.window->views().ratios->isVisible());
    studio.window->actions().workspaceGenerate->trigger();
    QVERIFY(studio.window->prompt().isVisible());
    auto *strip = studio.window->findChild<QDockWidget *>(QStringLiteral("strip"));
    strip->hide();
    studio.window->actions().workspaceInspect->trigger();
    studio.window->actions().workspaceGenerate->trigger();
    QVERIFY(!strip->isVisible());
    studio.window->actions().resetLayout->trigger();
    QVERIFY(strip->isVisible());
}

void TestWindow::listsEveryShortcut()
{
    Studio studio(*m_appearance, false);
    ShortcutSheet sheet(studio.window->actions(), *m_appearance, studio.window.get());
    int withKeys = 0;
    for (const auto &entry : studio.window->actions().entries())
        withKeys += entry.action->shortcuts().isEmpty() ? 0 : 1;
    QVERIFY(withKeys > 20);
    QVERIFY(sheet.shownCount() >= withKeys);
    sheet.findChild<QLineEdit *>()->setText(QStringLiteral("F7"));
    QCOMPARE(sheet.shownCount(), 1);
    // No key stands for two actions that work at the same time.
    QSet<QString> seen;
    for (const auto &entry : studio.window->actions().entries()) {
        for (const QKeySequence &key : entry.action->shortcuts()) {
            const QString name =
                QStringLiteral("%1 %2").arg(int(entry.group == ActionGroup::Player)).arg(key.toString());
            QVERIFY2(!seen.contains(name), qPrintable(name));
            seen.insert(name);
        }
    }
}

void TestWindow::reachesEveryDockByKey()
{
    Studio studio(*m_appearance);
    QVERIFY(QTest::qWaitForWindowActive(studio.window.get()));
    QSet<QString> reached;
    for (int i = 0; i < 6; ++i) {
        studio.window->actions().nextDock->trigger();
        for (QWidget *widget = studio.window->focusWidget(); widget != nullptr;
             widget = widget->parentWidget()) {
            if (auto *dock = qobject_cast<QDockWidget *>(widget))
                reached.insert(dock->objectName());
        }
    }
    for (const char *name : {"left", "right", "strip", "time"})
        QVERIFY2(reached.contains(QLatin1String(name)), name);
}

void TestWindow::namesEveryControl()
{
    Studio studio(*m_appearance);
    for (const QWidget *widget : studio.window->findChildren<QWidget *>()) {
        if (!(widget->focusPolicy() & Qt::TabFocus) || !widget->isVisible())
            continue;
        if (qobject_cast<QAbstractSpinBox *>(widget->parentWidget()) != nullptr)
            continue; // a part of the field around it
        QAccessibleInterface *told = QAccessible::queryAccessibleInterface(const_cast<QWidget *>(widget));
        QVERIFY2(told != nullptr && !told->text(QAccessible::Name).isEmpty(),
                 qPrintable(QStringLiteral("%1 %2 in %3")
                                .arg(QLatin1String(widget->metaObject()->className()), widget->objectName(),
                                     QLatin1String(widget->parentWidget()->metaObject()->className()))));
    }
}

void TestWindow::closesDuringARun()
{
    Studio studio(*m_appearance);
    studio.window->actions().generate->trigger();
    studio.setup->gate.allow(4);
    QTRY_VERIFY(studio.session->active() && studio.session->active()->stepsDone >= 4);
    const RunPtr run = studio.session->active();
    studio.window->actions().quit->trigger();
    QVERIFY(!studio.window->isVisible());
    QVERIFY(studio.session->shutDown(std::chrono::milliseconds(5000)));
    QCOMPARE(run->state, RunState::Interrupted);
}

void TestWindow::followsTheTheme()
{
    Studio studio(*m_appearance);
    studio.window->actions().themeLight->trigger();
    QCOMPARE(studio.window->views().film->theme(), widgets::themeOf(widgets::ThemeKind::Light));
    studio.window->actions().themeDark->trigger();
    QCOMPARE(studio.settings.value(QStringLiteral("look/theme")).toString(), QStringLiteral("dark"));
}

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
