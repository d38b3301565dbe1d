// SPDX-License-Identifier: Apache-2.0
//
// Stories of the real window that reach the disk: forecasts, queue, shelf, export; on the fake pipeline.
#include <QtTest>

#include <QApplication>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QTimer>

#include "app/studio/window/actions.h"
#include "app/studio/window/canvas/canvas_panel.h"
#include "app/studio/window/canvas/message_bar.h"
#include "app/studio/window/docks/queue_page.h"
#include "app/studio/window/docks/ratios_page.h"
#include "app/studio/window/docks/shelf_page.h"
#include "app/studio/window/prompt/prompt_panel.h"
#include "app/studio/window/wiring/studio_views.h"
#include "tests/studio/window_fixture.h"
#include "widgets/look/style.h"
#include "widgets/shelf/shelf_view.h"

using namespace faststar;
using namespace faststar::studio;
using Studio = faststar::test::WindowFixture;

class TestWindowLibrary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void comparesForecastAndRun();
    void saysWhenMemoryIsTooSmall();
    void tellsSecondsOfAWhatIf();
    void editsTheQueue();
    void keepsTheQueueOverARestart();
    void holdsTheQueueAfterACrash();
    void listsHowRunsEnded();
    void findsRunsAndUsesThemAgain();
    void movesARunToTheTrash();
    void exportsAFilm();
    void branchesFromAScale();
    void decodesAgainAfterAFailure();
    void tellsWarnings();
    void comesBackWhereItWas();

private:
    void comparesWhileRunning();
    [[nodiscard]] QString data() const { return m_folder->filePath(QStringLiteral("data")); }
    // A whole run, kept.
    [[nodiscard]] static bool generate(const Studio &studio, const QString &prompt, std::int64_t seed)
    {
        GenerationRequest request = studio.window->prompt().request();
        request.prompt = prompt.toStdString();
        request.seed = seed;
        studio.window->prompt().setRequest(request);
        const QSignalSpy saved(studio.library.get(), &Library::runSaved);
        studio.window->actions().generate->trigger();
        studio.setup->gate.open();
        return QTest::qWaitFor([&] { return saved.count() > 0 && !studio.session->active(); }, 20000);
    }
    // What was asked of the thread of files so far is done.
    static bool settle(const Studio &studio)
    {
        const QSignalSpy answered(studio.library.get(), &Library::loadFailed);
        studio.library->load(-1);
        return QTest::qWaitFor([&] { return answered.count() > 0; }, 20000);
    }
    static QString labelText(const QWidget *in, const QString &part)
    {
        for (const QLabel *label : in->findChildren<QLabel *>()) {
            if (label->isVisibleTo(in) && label->text().contains(part))
                return label->text();
        }
        return {};
    }

    std::unique_ptr<widgets::Appearance> m_appearance;
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestWindowLibrary::initTestCase()
{
    QLocale::setDefault(QLocale::c());
    m_appearance = std::make_unique<widgets::Appearance>(*qApp);
    m_appearance->choose(widgets::ThemeChoice::Dark);
}

void TestWindowLibrary::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir().mkpath(data()));
    qputenv("XDG_DATA_HOME", m_folder->filePath(QStringLiteral("home")).toLocal8Bit()); // for the trash
}

void TestWindowLibrary::comparesForecastAndRun()
{
    comparesWhileRunning();
    // Of an earlier session, too.
    Studio studio(*m_appearance, true, data());
    QVERIFY(studio.ready);
    const auto *outcome = studio.window->findChild<QLabel *>(QStringLiteral("outcome"));
    QVERIFY(!outcome->isVisible());
    studio.library->load(1);
    QTRY_VERIFY(outcome->isVisible());
    QVERIFY(outcome->text().startsWith(QStringLiteral("Run 1: estimate ")));
    QVERIFY(outcome->text().contains(QStringLiteral("measured ")));
    studio.library->load(2);
    QTRY_VERIFY(outcome->text().startsWith(QStringLiteral("Run 2: forecast ")));
}

void TestWindowLibrary::comparesWhileRunning()
{
    Studio studio(*m_appearance, true, data());
    QVERIFY(studio.ready);
    const QWidget *panel = &studio.window->prompt();
    QTRY_VERIFY(labelText(panel, QStringLiteral("Estimate")).contains(QStringLiteral("no run yet")));
    QCOMPARE(labelText(panel, QStringLiteral("GB")), QStringLiteral("0.5 GB, fits"));
    QVERIFY(generate(studio, QStringLiteral("a red circle"), 3));
    QTRY_VERIFY(!labelText(panel, QStringLiteral("Forecast")).isEmpty());
    const auto *outcome = studio.window->findChild<QLabel *>(QStringLiteral("outcome"));
    QTRY_VERIFY(outcome->isVisible());
    QVERIFY(outcome->text().startsWith(QStringLiteral("Run 1: estimate ")));
    QVERIFY(outcome->text().contains(QStringLiteral("measured ")));
    // The second one had times to go by.
    QVERIFY(generate(studio, QStringLiteral("a red circle"), 4));
    QTRY_VERIFY(outcome->text().startsWith(QStringLiteral("Run 2: forecast ")));
}

void TestWindowLibrary::saysWhenMemoryIsTooSmall()
{
    Studio studio(*m_appearance, true, data());
    const QWidget *panel = &studio.window->prompt();
    QTRY_COMPARE(labelText(panel, QStringLiteral("GB")), QStringLiteral("0.5 GB, fits"));
    studio.memory.usedBytes = studio.memory.totalBytes - (std::int64_t{100} << 20U);
    studio.window->prompt().setPrompt(QStringLiteral("another"));
    QTRY_COMPARE(labelText(panel, QStringLiteral("GB")), QStringLiteral("0.5 GB, too large"));
}

void TestWindowLibrary::tellsSecondsOfAWhatIf()
{
    Studio studio(*m_appearance, true, data());
    QVERIFY(generate(studio, QStringLiteral("a red circle"), 3));
    RatiosPage *ratios = studio.window->views().ratios;
    QTRY_VERIFY(!labelText(ratios, QStringLiteral("Whole run")).isEmpty());
    const auto numbers = [ratios] {
        int count = 0;
        for (const QLabel *label : ratios->findChildren<QLabel *>())
            count += label->isVisibleTo(ratios) && label->text().endsWith(QStringLiteral(" s")) ? 1 : 0;
        return count;
    };
    QCOMPARE(numbers(), 2); // transformer and whole run, of the run
    studio.window->prompt().setRatios({200, 300, 400, 900}, 2.0);
    QTRY_COMPARE(numbers(), 4); // and of the what-if
    QCOMPARE(studio.setup->runs.load(), 1);
}

void TestWindowLibrary::editsTheQueue()
{
    Studio studio(*m_appearance, true, data());
    auto &actions = studio.window->actions();
    actions.generate->trigger();
    QTRY_VERIFY(studio.session->active());
    for (const char *prompt : {"first", "second", "third"}) {
        studio.window->prompt().setPrompt(QString::fromLatin1(prompt));
        actions.generate->trigger();
    }
    actions.showQueue->trigger();
    QueuePage *page = studio.window->views().queue;
    QVERIFY(page->isVisible());
    const auto prompts = [&] {
        QStringList list;
        for (const QueueEntry &entry : studio.session->queue()->entries())
            list << QString::fromStdString(entry.request.prompt);
        return list.join(QLatin1Char(' '));
    };
    const auto press = [page](const QString &text) {
        for (QAbstractButton *button : page->findChildren<QAbstractButton *>()) {
            if (button->text() == text || button->accessibleName() == text) {
                button->click();
                return true;
            }
        }
        return false;
    };
    QCOMPARE(prompts(), QStringLiteral("first second third"));
    auto *list = page->findChild<QListView *>();
    list->setCurrentIndex(list->model()->index(2, 0));
    QVERIFY(press(QStringLiteral("Sooner")));
    QCOMPARE(prompts(), QStringLiteral("first third second"));
    QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(prompts(), QStringLiteral("third first second"));
    // Editing takes it out and into the panel.
    QVERIFY(press(QStringLiteral("Edit")));
    QCOMPARE(prompts(), QStringLiteral("first second"));
    QCOMPARE(studio.window->prompt().request().prompt, std::string("third"));
    list->setCurrentIndex(list->model()->index(0, 0));
    QTest::keyClick(list, Qt::Key_Delete);
    QCOMPARE(prompts(), QStringLiteral("second"));
    QVERIFY(press(QStringLiteral("Empty the queue")));
    QVERIFY(studio.session->queue()->isEmpty());
    QVERIFY(studio.finish());
    QCOMPARE(studio.setup->runs.load(), 1);
}

void TestWindowLibrary::keepsTheQueueOverARestart()
{
    {
        Studio studio(*m_appearance, true, data());
        studio.window->actions().generate->trigger();
        QTRY_VERIFY(studio.session->active());
        studio.window->prompt().setPrompt(QStringLiteral("waits"));
        studio.window->actions().generate->trigger();
        QVERIFY(settle(studio));
    }
    Studio studio(*m_appearance, true, data());
    // It ended properly: what waited begins once the model is there.
    QTRY_VERIFY(studio.session->active());
    QCOMPARE(studio.session->active()->request.prompt, std::string("waits"));
    QVERIFY(!studio.window->canvas().messages()->isVisible());
    QVERIFY(studio.finish());
}

void TestWindowLibrary::holdsTheQueueAfterACrash()
{
    const QString crashed = m_folder->filePath(QStringLiteral("crashed"));
    QVERIFY(QDir().mkpath(crashed));
    {
        Studio studio(*m_appearance, true, data());
        studio.window->actions().generate->trigger();
        studio.setup->gate.allow(7);
        QTRY_VERIFY(studio.session->active() && studio.session->active()->stepsDone >= 7);
        studio.window->prompt().setPrompt(QStringLiteral("waits"));
        studio.window->actions().generate->trigger();
        QVERIFY(settle(studio));
        // What a program that was killed here would leave behind.
        for (const char *name : {"studio.db", "studio.db-wal"})
            QVERIFY(QFile::copy(data() + QLatin1Char('/') + QLatin1String(name),
                                crashed + QLatin1Char('/') + QLatin1String(name)));
    }
    Studio studio(*m_appearance, true, crashed);
    auto *messages = studio.window->canvas().messages();
    QTRY_VERIFY(messages->isVisible());
    QVERIFY(messages->isUrgent());
    QVERIFY(studio.session->queue()->isHeld());
    QCOMPARE(studio.session->queue()->rowCount(), 1);
    QVERIFY(!studio.session->active());
    QCOMPARE(studio.library->shelf()->runs().front().outcome, store::RunOutcome::Interrupted);
    messages->findChild<QPushButton *>()->click(); // let it run
    QTRY_VERIFY(studio.session->active());
    QVERIFY(studio.finish());
    QCOMPARE(studio.session->shown()->request.prompt, std::string("waits"));
}

void TestWindowLibrary::listsHowRunsEnded()
{
    Studio studio(*m_appearance, false, data());
    studio.setup->prepare = [](test::FakePipeline &fake) {
        fake.failAtStep(20, {ErrorCode::OutOfMemory, "no more"});
    };
    studio.window->openModel({});
    QTRY_VERIFY(studio.session->state() == SessionState::Ready && studio.library->isOpen());
    auto &actions = studio.window->actions();
    QVERIFY(generate(studio, QStringLiteral("fails"), 1));
    QCOMPARE(studio.session->shown()->state, RunState::Failed);
    QVERIFY(generate(studio, QStringLiteral("finishes"), 2));
    studio.setup->gate.close();
    studio.window->prompt().setPrompt(QStringLiteral("is stopped"));
    const QSignalSpy saved(studio.library.get(), &Library::runSaved);
    actions.generate->trigger();
    studio.setup->gate.allow(30);
    QTRY_VERIFY(studio.session->active() && studio.session->active()->stepsDone >= 30);
    actions.stopAndKeep->trigger();
    studio.setup->gate.open();
    QTRY_VERIFY(saved.count() == 1 && !studio.session->active());
    studio.setup->gate.close();
    studio.window->prompt().setPrompt(QStringLiteral("is cancelled"));
    actions.generate->trigger();
    studio.setup->gate.allow(3);
    QTRY_VERIFY(studio.session->active() && studio.session->active()->stepsDone >= 3);
    actions.cancel->trigger();
    QTRY_VERIFY(!studio.session->active());
    QVERIFY(settle(studio));
    // A run that was cancelled is thrown away, which is what was asked for.
    const auto table = studio.window->views().shelf->view()->table();
    QStringList states;
    for (const QStringList &row : table.rows)
        states << row.join(QLatin1Char('|'));
    const QString all = states.join(QLatin1Char('\n'));
    QTRY_COMPARE(studio.window->views().shelf->view()->shownCount(), 3);
    QCOMPARE(studio.window->views().shelf->view()->table().rows.size(), std::size_t(3));
    QVERIFY2(all.contains(QStringLiteral("failed")), qPrintable(all));
    QVERIFY2(all.contains(QStringLiteral("stopped")), qPrintable(all));
    QVERIFY(!all.contains(QStringLiteral("cancelled")));
}

void TestWindowLibrary::findsRunsAndUsesThemAgain()
{
    Studio studio(*m_appearance, true, data());
    QVERIFY(generate(studio, QStringLiteral("a red circle"), 11));
    QVERIFY(generate(studio, QStringLiteral("a blue square"), 22));
    auto *shelf = studio.window->views().shelf->view();
    QTRY_COMPARE(shelf->shownCount(), 2);
    auto *search = qobject_cast<QLineEdit *>(studio.window->views().shelf->search());
    QVERIFY(search != nullptr);
    search->setText(QStringLiteral("RED"));
    QTRY_COMPARE(shelf->shownCount(), 1);
    search->setText(QStringLiteral("nothing like it"));
    QTRY_COMPARE(shelf->shownCount(), 0);
    search->clear();
    QTRY_COMPARE(shelf->shownCount(), 2);

    studio.window->prompt().setPrompt(QStringLiteral("mine"));
    Q_EMIT shelf->seedReuseRequested(1);
    QCOMPARE(studio.window->prompt().request().seed, std::int64_t(11));
    QCOMPARE(studio.window->prompt().request().prompt, std::string("mine"));
    Q_EMIT shelf->settingsReuseRequested(1);
    QCOMPARE(studio.window->prompt().request().prompt, std::string("a red circle"));
    // Opening one shows its frames.
    Q_EMIT shelf->openRequested(1);
    QTRY_VERIFY(studio.session->shown() && studio.session->shown()->number == 1);
    QVERIFY(studio.session->shown()->frames);
    QCOMPARE(studio.session->shown()->request.seed, std::int64_t(11));
}

void TestWindowLibrary::movesARunToTheTrash()
{
    Studio studio(*m_appearance, true, data());
    QVERIFY(generate(studio, QStringLiteral("a red circle"), 11));
    const auto folder = studio.session->shown()->folder;
    QVERIFY(std::filesystem::exists(folder));
    auto *shelf = studio.window->views().shelf->view();
    QTRY_COMPARE(shelf->shownCount(), 1);
    const QSignalSpy refused(studio.library.get(), &Library::removeFailed);
    shelf->setFocus();
    QTest::keyClick(shelf, Qt::Key_Delete);
    QTRY_VERIFY(shelf->shownCount() == 0 || refused.count() > 0);
    if (refused.count() > 0)
        QSKIP("no trash on this file system");
    QVERIFY(!std::filesystem::exists(folder));
    QVERIFY(!studio.session->shown());
    QTRY_VERIFY(studio.window->canvas().isFirstStart());
}

void TestWindowLibrary::exportsAFilm()
{
    Studio studio(*m_appearance, true, data());
    QVERIFY(!studio.window->actions().exportClip->isEnabled());
    QVERIFY(generate(studio, QStringLiteral("a red circle"), 11));
    QTRY_VERIFY(studio.window->actions().exportClip->isEnabled());
    const QString path = m_folder->filePath(QStringLiteral("out.mp4"));
    bool asked = false;
    QTimer answer;
    connect(&answer, &QTimer::timeout, this, [&] {
        auto *dialog = qobject_cast<QFileDialog *>(QApplication::activeModalWidget());
        if (dialog == nullptr)
            return;
        answer.stop();
        asked = true;
        dialog->findChild<QLineEdit *>()->setText(path);
        QMetaObject::invokeMethod(dialog, "accept", Qt::QueuedConnection);
    });
    answer.start(10);
    const QSignalSpy exported(studio.library.get(), &Library::exported);
    const QSignalSpy failed(studio.library.get(), &Library::exportFailed);
    studio.window->actions().exportClip->trigger();
    QVERIFY(asked);
    QTRY_VERIFY(exported.count() + failed.count() > 0);
    if (failed.count() > 0)
        QSKIP("no H.264 encoder here");
    QFile film(path);
    QVERIFY(film.open(QIODevice::ReadOnly));
    const QByteArray bytes = film.readAll();
    QCOMPARE(bytes.mid(4, 4), QByteArray("ftyp"));
    QVERIFY(bytes.contains("a red circle")); // the recipe
}

void TestWindowLibrary::branchesFromAScale()
{
    Studio studio(*m_appearance, true, data());
    QVERIFY(generate(studio, QStringLiteral("a red circle"), 11));
    const RunPtr source = studio.session->shown();
    studio.window->prompt().setRatios({200, 300, 400, 900}, 2.0);
    QTRY_VERIFY(studio.window->actions().rerun->isEnabled());
    studio.window->actions().rerun->trigger();
    QTRY_COMPARE(studio.setup->runs.load(), 2);
    QTRY_VERIFY(!studio.session->active());
    const RunPtr branch = studio.session->shown();
    QVERIFY(branch != source);
    QCOMPARE(branch->state, RunState::Finished);
    const Scale &last = source->plan->schedule.scales.back();
    QCOMPARE(branch->origin->branchFromScale, std::optional(last.index));
    QCOMPARE(branch->plan->resumedSteps, last.firstStep);
    QCOMPARE(branch->request.seed, source->request.seed);
    QCOMPARE(branch->request.ratiosPermille[3], 900);
    for (int step = 0; step < last.firstStep; ++step)
        QVERIFY(!branch->step(step)); // taken over, not computed
    QVERIFY(branch->step(last.firstStep)->kept < source->step(last.firstStep)->kept);
}

void TestWindowLibrary::decodesAgainAfterAFailure()
{
    Studio studio(*m_appearance, false, data());
    studio.setup->prepare = [](test::FakePipeline &fake) {
        fake.failDecode({ErrorCode::OutOfMemory, "needs 1.1 GB, 0.6 GB is free"});
    };
    studio.window->openModel({});
    QTRY_VERIFY(studio.session->state() == SessionState::Ready && studio.library->isOpen());
    QVERIFY(generate(studio, QStringLiteral("a red circle"), 11));
    const RunPtr failed = studio.session->shown();
    QCOMPARE(failed->state, RunState::Failed);
    auto *messages = studio.window->canvas().messages();
    QTRY_VERIFY(messages->isVisible());
    QVERIFY(messages->safe().contains(QStringLiteral("nothing has to be generated again")));
    auto *again = messages->findChild<QPushButton *>();
    QCOMPARE(again->text(), QStringLiteral("Decode again"));
    again->click();
    QTRY_COMPARE(studio.setup->runs.load(), 2);
    QTRY_VERIFY(!studio.session->active());
    const RunPtr run = studio.session->shown();
    QCOMPARE(run->state, RunState::Finished);
    QVERIFY(run->frames);
    QCOMPARE(run->plan->resumedSteps, run->plan->schedule.steps()); // none was computed again
    QVERIFY(!messages->isVisible());
}

void TestWindowLibrary::tellsWarnings()
{
    Studio studio(*m_appearance, true, data());
    QVERIFY(generate(studio, QStringLiteral("a red circle"), 11));
    auto *messages = studio.window->canvas().messages();
    const RunPtr run = studio.session->shown();
    Q_EMIT studio.session->runWarned(run, QStringLiteral("the prompt is longer than 63 tokens and was cut"));
    QVERIFY(messages->isVisible());
    QCOMPARE(messages->safe(),
             QStringLiteral("The prompt is longer than 63 tokens: the model did not read its end."));
    QVERIFY(!messages->isUrgent());
    Q_EMIT studio.session->journalFailed(run, {ErrorCode::WriteFailed, "run.journal: no space left"});
    QVERIFY(messages->title().contains(QStringLiteral("cannot be saved")));
    // What failed stays in front of what is only remarked.
    Q_EMIT studio.session->modelFailed({ErrorCode::CorruptFile, "x"});
    QVERIFY(messages->isUrgent());
    Q_EMIT studio.session->modelWarned(QStringLiteral("model.json: the key \"a\" is unknown and ignored"));
    QVERIFY(messages->isUrgent());
}

void TestWindowLibrary::comesBackWhereItWas()
{
    {
        Studio studio(*m_appearance, true, data());
        studio.window->actions().workspaceInspect->trigger();
        studio.window->actions().quit->trigger();
    }
    Studio studio(*m_appearance, true, data());
    QCOMPARE(studio.window->workspace(), Workspace::Inspect);
    QVERIFY(studio.window->actions().workspaceInspect->isChecked());
    QVERIFY(studio.window->views().ratios->isVisible());
    QVERIFY(!studio.window->canvas().isVisible());
}

QTEST_MAIN(TestWindowLibrary)
#include "tst_window_library.moc"
