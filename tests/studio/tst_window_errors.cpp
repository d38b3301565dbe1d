// SPDX-License-Identifier: Apache-2.0
//
// Every failure that can meet somebody who generates: what the bar over the canvas says, that nothing made
// so far is lost, and that its ways out lead out. With FASTSTAR_PICTURES=folder it leaves pictures there.
#include <QtTest>

#include <QApplication>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>

#include <csignal>
#include <sys/resource.h>

#include "app/studio/window/actions.h"
#include "app/studio/window/canvas/canvas_panel.h"
#include "app/studio/window/canvas/message_bar.h"
#include "app/studio/window/prompt/prompt_panel.h"
#include "app/studio/window/studio_window.h"
#include "tests/studio/window_fixture.h"
#include "widgets/canvas/picture_canvas.h"
#include "widgets/look/style.h"

using namespace faststar;
using namespace faststar::studio;
using Studio = faststar::test::WindowFixture;

namespace
{

// No file of this process may grow beyond `bytes`, as on a disk without room.
class FullDisk
{
public:
    explicit FullDisk(rlim_t bytes) : m_handler(std::signal(SIGXFSZ, SIG_IGN))
    {
        getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit small{bytes, m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
    }
    ~FullDisk()
    {
        setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }
    FullDisk(const FullDisk &) = delete;
    FullDisk &operator=(const FullDisk &) = delete;

private:
    rlimit m_before{};
    void (*m_handler)(int);
};

} // namespace

class TestWindowErrors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void missingModel();
    void brokenModel();
    void tooLittleMemoryForTheModel();
    void failedDecode();
    void memoryThatRunsOut();
    void lostDevice();
    void lostDeviceBeforeAnyStep();
    void lostDeviceAndAnotherModel();
    void fullDisk();

private:
    [[nodiscard]] QString data() const { return m_folder->filePath(QStringLiteral("data")); }
    // A window whose first pipeline is prepared; later ones are whole.
    [[nodiscard]] std::unique_ptr<Studio> makeStudio(const std::function<void(test::FakePipeline &)> &prepare)
    {
        auto studio = std::make_unique<Studio>(*m_appearance, false, data());
        studio->setup->prepare = [prepare, used = std::make_shared<std::atomic<bool>>(false)](auto &fake) {
            if (!used->exchange(true))
                prepare(fake);
        };
        studio->window->openModel({});
        return studio;
    }
    [[nodiscard]] static bool isReady(const Studio &studio)
    {
        return QTest::qWaitFor(
            [&] { return studio.session->state() == SessionState::Ready && studio.library->isOpen(); },
            20000);
    }
    [[nodiscard]] static MessageBar &bar(const Studio &studio) { return *studio.window->canvas().messages(); }
    [[nodiscard]] static QPushButton *way(const Studio &studio, const QString &text)
    {
        for (auto *button : bar(studio).findChildren<QPushButton *>()) {
            if (button->isVisibleTo(&bar(studio)) && button->text() == text)
                return button;
        }
        return nullptr;
    }
    static void takePicture(const Studio &studio, const QString &name)
    {
        const QString folder = qEnvironmentVariable("FASTSTAR_PICTURES");
        if (folder.isEmpty())
            return;
        QCoreApplication::processEvents();
        studio.window->grab().save(QStringLiteral("%1/error-%2.png").arg(folder, name));
    }

    std::unique_ptr<widgets::Appearance> m_appearance;
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestWindowErrors::initTestCase()
{
    QLocale::setDefault(QLocale::c());
    m_appearance = std::make_unique<widgets::Appearance>(*qApp);
    m_appearance->choose(widgets::themeChoiceOf(qEnvironmentVariable("FASTSTAR_THEME", "dark")));
}

void TestWindowErrors::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir().mkpath(data()));
}

void TestWindowErrors::missingModel()
{
    const auto studio = makeStudio([](auto &fake) {
        fake.failLoad({ErrorCode::NotFound, "/models/gone: no such folder"});
    });
    QTRY_COMPARE(studio->session->state(), SessionState::NoModel);
    QTRY_VERIFY(bar(*studio).isUrgent());
    QCOMPARE(bar(*studio).title(), QStringLiteral("The model cannot be opened"));
    QVERIFY(bar(*studio).safe().contains(QStringLiteral("was not found")));
    QVERIFY(!studio->window->actions().generate->isEnabled());
    takePicture(*studio, QStringLiteral("missing-model"));
    QVERIFY(way(*studio, QStringLiteral("Open another model")));
    way(*studio, QStringLiteral("Demo model"))->click();
    QVERIFY(isReady(*studio));
    QVERIFY(!bar(*studio).isShown());
}

void TestWindowErrors::brokenModel()
{
    const auto studio = makeStudio([](auto &fake) {
        fake.failLoad({ErrorCode::CorruptFile, "transformer.safetensors: ends too soon"});
    });
    QTRY_VERIFY(bar(*studio).isUrgent());
    QVERIFY(bar(*studio).safe().contains(QStringLiteral("damaged")));
    way(*studio, QStringLiteral("Details"))->click();
    takePicture(*studio, QStringLiteral("broken-model"));
}

void TestWindowErrors::tooLittleMemoryForTheModel()
{
    const auto studio = makeStudio([](auto &fake) {
        fake.failLoad({ErrorCode::InsufficientMemory, "needs 40 GB, 7 GB is free"});
    });
    QTRY_VERIFY(bar(*studio).isUrgent());
    QVERIFY(bar(*studio).safe().contains(QStringLiteral("too little memory")));
    takePicture(*studio, QStringLiteral("insufficient-memory"));
}

void TestWindowErrors::failedDecode()
{
    const auto studio = makeStudio([](auto &fake) {
        fake.failDecode({ErrorCode::OutOfMemory, "needs 1.1 GB, 0.6 GB is free"});
    });
    QVERIFY(isReady(*studio));
    studio->window->actions().generate->trigger();
    QVERIFY(studio->finish());
    QTRY_VERIFY(bar(*studio).isUrgent());
    QCOMPARE(bar(*studio).title(), QStringLiteral("The memory ran out"));
    QVERIFY(bar(*studio).safe().contains(QStringLiteral("nothing has to be generated again")));
    QTRY_VERIFY(!studio->window->canvas().picture()->picture().isNull()); // the preview stays
    takePicture(*studio, QStringLiteral("decode"));
    way(*studio, QStringLiteral("Decode again"))->click();
    QTRY_VERIFY(!studio->session->active());
    QTRY_COMPARE(studio->session->shown()->state, RunState::Finished);
}

void TestWindowErrors::memoryThatRunsOut()
{
    const auto studio = makeStudio([](auto &fake) {
        fake.failAtStep(20, {ErrorCode::OutOfMemory, "CUDA out of memory. Tried to allocate 2.00 GiB"});
    });
    QVERIFY(isReady(*studio));
    studio->window->actions().generate->trigger();
    QVERIFY(studio->finish());
    QTRY_VERIFY(bar(*studio).isUrgent());
    QCOMPARE(bar(*studio).title(), QStringLiteral("The memory ran out"));
    QVERIFY(bar(*studio).safe().contains(QStringLiteral("20")));
    takePicture(*studio, QStringLiteral("out-of-memory"));
    way(*studio, QStringLiteral("Continue the run"))->click();
    QTRY_VERIFY(!studio->session->active());
    QCOMPARE(studio->session->shown()->state, RunState::Finished);
    QCOMPARE(studio->session->shown()->plan->resumedSteps, 20);
}

void TestWindowErrors::lostDevice()
{
    const auto studio = makeStudio([](auto &fake) {
        fake.failAtStep(25, {ErrorCode::DeviceLost, "CUDA error: an illegal memory access was encountered"});
    });
    QVERIFY(isReady(*studio));
    studio->window->actions().generate->trigger();
    studio->window->prompt().setPrompt(QStringLiteral("waits"));
    studio->window->actions().generate->trigger();
    QVERIFY(studio->finish());
    QCOMPARE(studio->session->state(), SessionState::NoModel);
    QTRY_VERIFY(bar(*studio).isUrgent());
    QCOMPARE(bar(*studio).title(), QStringLiteral("The accelerator stopped answering"));
    QVERIFY(bar(*studio).safe().contains(QStringLiteral("again: 25. The queue waits.")));
    QTRY_VERIFY(!studio->window->canvas().picture()->picture().isNull()); // the preview stays
    QVERIFY(!way(*studio, QStringLiteral("Continue on the processor")));  // it was there
    QCOMPARE(studio->session->queue()->rowCount(), 1);
    takePicture(*studio, QStringLiteral("device-lost"));
    way(*studio, QStringLiteral("Open again and continue"))->click();
    QTRY_COMPARE(studio->session->state(), SessionState::Ready);
    QTRY_VERIFY(studio->setup->runs.load() == 2 && !studio->session->active());
    QCOMPARE(studio->setup->loads.load(), 2);
    const RunPtr run = studio->session->shown();
    QCOMPARE(run->state, RunState::Finished);
    QCOMPARE(run->plan->resumedSteps, 25);
    QVERIFY(studio->session->queue()->isHeld());
    QCOMPARE(studio->session->queue()->rowCount(), 1);
}

void TestWindowErrors::lostDeviceBeforeAnyStep()
{
    const auto studio = makeStudio([](auto &fake) {
        fake.failAtStep(0, {ErrorCode::DeviceLost, "CUDA error: unspecified launch failure"});
    });
    QVERIFY(isReady(*studio));
    studio->window->actions().generate->trigger();
    QVERIFY(studio->finish());
    QTRY_VERIFY(bar(*studio).isUrgent());
    QVERIFY(bar(*studio).safe().startsWith(QStringLiteral("Earlier runs and the settings are safe.")));
    way(*studio, QStringLiteral("Open the model again"))->click();
    QTRY_COMPARE(studio->session->state(), SessionState::Ready);
    QVERIFY(!bar(*studio).isShown());
    QVERIFY(!studio->session->active());
}

void TestWindowErrors::lostDeviceAndAnotherModel()
{
    const auto studio = makeStudio([](auto &fake) {
        fake.failAtStep(25, {ErrorCode::DeviceLost, "CUDA error: unspecified launch failure"});
    });
    QVERIFY(isReady(*studio));
    studio->window->actions().generate->trigger();
    QVERIFY(studio->finish());
    QTRY_VERIFY(bar(*studio).isUrgent());
    studio->setup->loadGate.close();
    way(*studio, QStringLiteral("Open again and continue"))->click();
    studio->window->openModel(QStringLiteral("/another/model")); // thought better of it
    studio->setup->loadGate.open();
    QTRY_COMPARE(studio->session->state(), SessionState::Ready);
    QCOMPARE(studio->session->modelSettings().modelPath, std::string("/another/model"));
    QCoreApplication::processEvents();
    QVERIFY(!studio->session->active()); // nothing goes on by itself on another model
    QCOMPARE(studio->setup->runs.load(), 1);
}

void TestWindowErrors::fullDisk()
{
    const auto studio = makeStudio([](auto & /*fake*/) {});
    QVERIFY(isReady(*studio));
    const QSignalSpy journal(studio->session.get(), &Session::journalFailed);
    const QSignalSpy saved(studio->library.get(), &Library::runSaved);
    studio->window->actions().generate->trigger();
    studio->setup->gate.allow(10);
    QTRY_VERIFY(studio->session->active() && studio->session->active()->stepsDone >= 10);
    {
        const FullDisk full(1);
        studio->setup->gate.allow(5);
        QTRY_COMPARE(journal.count(), 1);
        QVERIFY(bar(*studio).title().contains(QStringLiteral("cannot be saved")));
        QVERIFY(studio->finish());
        // The run went on to its end and is on the screen, ready to be exported where there is room.
        QCOMPARE(studio->session->shown()->state, RunState::Finished);
        QTRY_COMPARE(saved.count(), 1);
        QTRY_COMPARE(bar(*studio).title(), QStringLiteral("Runs cannot be stored"));
        QVERIFY(studio->session->shown()->frames);
        QVERIFY(studio->window->actions().exportClip->isEnabled());
        QTRY_VERIFY(way(*studio, QStringLiteral("Export the clip")));
    }
    takePicture(*studio, QStringLiteral("full-disk"));
    const QDir runs(data() + QStringLiteral("/runs"));
    const auto folders = runs.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    QCOMPARE(folders.size(), 1);
    const QStringList left =
        QDir(runs.filePath(folders.front())).entryList(QDir::AllEntries | QDir::NoDotAndDotDot);
    for (const QString &name : left) // no half file
        QVERIFY2(name.endsWith(QStringLiteral(".journal")), qPrintable(name));
    // There is room again: the next run is stored as ever.
    studio->window->actions().generate->trigger();
    QTRY_COMPARE(saved.count(), 2);
    QVERIFY(!studio->session->shown()->clip.empty());
}

QTEST_MAIN(TestWindowErrors)
#include "tst_window_errors.moc"
