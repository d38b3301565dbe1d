// SPDX-License-Identifier: Apache-2.0
//
// The shelf, and files that are damaged, deleted, exported or do not fit the disk.
#include "core/media/video_reader.h"
#include "tests/studio/library_fixture.h"

using namespace faststar;
using namespace faststar::studio;
using faststar::test::SessionFixture;
using faststar::test::someRequest;
using Start = faststar::test::LibraryStart;

class TestLibraryFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void shelfFollowsTheSearch();
    void deletedRunGoesToTheTrash();
    void damagedDatabaseIsSetAside();
    void newerDatabaseIsLeftAlone();
    void damagedFilesAreNamed();
    void exportedClipCarriesItsRecipe();
    void fullDiskIsTold();

private:
    std::unique_ptr<test::ScratchFolder> m_folder;
    [[nodiscard]] std::filesystem::path data() const { return *m_folder / "data"; }
};

void TestLibraryFiles::init()
{
    m_folder = std::make_unique<test::ScratchFolder>();
    qputenv("XDG_DATA_HOME", QByteArray::fromStdString((*m_folder / "home").string())); // for the trash
}

void TestLibraryFiles::shelfFollowsTheSearch()
{
    Start start(data());
    QVERIFY(start.open());
    auto request = someRequest();
    QVERIFY(start.run(request));
    request.prompt = "a blue square";
    QVERIFY(start.run(request));
    ShelfModel *shelf = start.library->shelf();
    QCOMPARE(shelf->rowCount(), 2);
    start.library->setSearch("SQUARE");
    QVERIFY(SessionFixture::await([&] { return shelf->rowCount() == 1; }));
    QCOMPARE(shelf->index(0).data().toString(), QString("a blue square"));
    request.prompt = "a green square";
    QVERIFY(start.run(request)); // a new one that matches
    QCOMPARE(shelf->rowCount(), 2);
    request.prompt = "a red circle again";
    QVERIFY(start.run(request));
    QCOMPARE(shelf->rowCount(), 2);
    start.library->setSearch("nothing of the kind");
    start.library->setSearch(""); // the newest wish counts
    QVERIFY(SessionFixture::await([&] { return shelf->rowCount() == 4; }));
}

void TestLibraryFiles::deletedRunGoesToTheTrash()
{
    Start start(data());
    QVERIFY(start.open());
    const auto run = start.run(someRequest());
    QVERIFY(run);
    QSignalSpy removed(start.library.get(), &Library::removed);
    QSignalSpy refused(start.library.get(), &Library::removeFailed);
    start.library->remove(run->number);
    QVERIFY(SessionFixture::await([&] { return !removed.isEmpty() || !refused.isEmpty(); }));
    if (!refused.isEmpty())
        QSKIP("no trash on this file system");
    QVERIFY(!std::filesystem::exists(run->folder));
    QCOMPARE(start.library->shelf()->rowCount(), 0);
    bool found = false;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(*m_folder / "home"))
        found = found || entry.path().filename() == run->folder.filename();
    QVERIFY(found);
    start.library->remove(999);
    QVERIFY(SessionFixture::await([&] { return !refused.isEmpty(); }));
}

void TestLibraryFiles::damagedDatabaseIsSetAside()
{
    std::filesystem::create_directories(data());
    test::writeBytes(data() / "studio.db", std::string(5000, 'x'));
    Start start(data());
    QSignalSpy warned(start.library.get(), &Library::warned);
    QVERIFY(start.open());
    QCOMPARE(warned.size(), 1);
    int aside = 0;
    for (const auto &entry : std::filesystem::directory_iterator(data())) {
        if (entry.path().filename().string().starts_with("studio.db.damaged-")) {
            ++aside;
            QCOMPARE(test::readBytes(entry.path()), std::string(5000, 'x'));
        }
    }
    QCOMPARE(aside, 1);
    QVERIFY(start.run(someRequest()));
    QCOMPARE(start.library->shelf()->rowCount(), 1);
}

void TestLibraryFiles::newerDatabaseIsLeftAlone()
{
    std::filesystem::create_directories(data());
    {
        Start start(data());
        QVERIFY(start.open());
    }
    auto bytes = test::readBytes(data() / "studio.db");
    bytes[63] = 99; // the schema number's lowest byte
    test::writeBytes(data() / "studio.db", bytes);
    Start start(data());
    QVERIFY(SessionFixture::await([&] { return start.failed->size() == 1; }));
    QVERIFY(!start.library->isOpen());
    // The session works all the same.
    QVERIFY(start.fixture.openModel());
    QVERIFY(start.run(someRequest()));
}

void TestLibraryFiles::damagedFilesAreNamed()
{
    Start start(data());
    QVERIFY(start.open());
    const auto run = start.run(someRequest());
    QVERIFY(run);
    const auto steps = run->folder / "steps.run";
    const auto whole = test::readBytes(steps);
    // Every part of the file: named, never more than a warning.
    int named = 0;
    for (std::size_t at = 0; at < whole.size(); at += at < 64 ? 3 : whole.size() / 40) {
        auto bytes = whole;
        bytes[at] = char(bytes[at] ^ 0x40);
        test::writeBytes(steps, at % 2 == 0 ? bytes : bytes.substr(0, at));
        const auto loaded = start.load(run->number);
        QVERIFY(loaded);
        QVERIFY(loaded->frames);
        named += loaded->warnings.empty() ? 0 : 1;
        QVERIFY(loaded->warnings.empty() || loaded->warnings.front().starts_with(steps.string()));
    }
    QVERIFY(named > 20);
    test::writeBytes(steps, whole);
    test::writeBytes(run->folder / "frames" / "0003.png", "no picture");
    test::writeBytes(run->journal, "no journal");
    const auto loaded = start.load(run->number);
    QCOMPARE(loaded->frames->size(), std::size_t(2));
    QCOMPARE(loaded->warnings.size(), std::size_t(2));
    std::filesystem::remove_all(run->folder);
    const auto gone = start.load(run->number);
    QVERIFY(gone);
    QVERIFY(!gone->frames && !gone->plan && gone->journal.empty());
}

void TestLibraryFiles::exportedClipCarriesItsRecipe()
{
    Start start(data());
    QVERIFY(start.open());
    const auto run = start.run(someRequest());
    QSignalSpy exported(start.library.get(), &Library::exported);
    QSignalSpy refused(start.library.get(), &Library::exportFailed);
    const auto path = *m_folder / "out.mp4";
    start.library->exportClip(run, QString::fromStdString(path.string()), false);
    QVERIFY(SessionFixture::await([&] { return exported.size() == 1; }));
    const auto metadata = media::readMetadata(path);
    QVERIFY(metadata);
    QVERIFY(metadata->at("faststar").find("a red circle") != std::string::npos);
    start.library->exportClip(run, QString::fromStdString(path.string()), false);
    QVERIFY(SessionFixture::await([&] { return refused.size() == 1; }));
    QCOMPARE(refused.front().at(1).value<Error>().code, ErrorCode::AlreadyExists);
    start.library->exportClip(run, QString::fromStdString(path.string()), true);
    QVERIFY(SessionFixture::await([&] { return exported.size() == 2; }));
    RunRecord empty;
    start.library->exportClip(std::make_shared<RunRecord>(empty), "nowhere.mp4", true);
    QVERIFY(SessionFixture::await([&] { return refused.size() == 2; }));
}

void TestLibraryFiles::fullDiskIsTold()
{
    Start start(data());
    QVERIFY(start.open());
    {
        const test::FileSizeLimit limit(rlim_t{16} * 1024);
        start.fixture.setup->gate.open();
        const auto run = start.fixture.session->generate(someRequest()).started;
        QVERIFY(start.fixture.awaitEnd(run));
        QVERIFY(SessionFixture::await([&] { return !start.failed->isEmpty() && !start.saved->isEmpty(); }));
        QCOMPARE(run->state, RunState::Finished); // in memory everything is there
        QVERIFY(run->frames);
        QVERIFY(!std::filesystem::exists(run->folder / "frames.part"));
        QVERIFY(!std::filesystem::exists(run->folder / "clip.mp4"));
    }
    const auto next = start.run(someRequest(2));
    QVERIFY(next);
    QVERIFY(std::filesystem::exists(next->clip));
}

QTEST_GUILESS_MAIN(TestLibraryFiles)
#include "tst_library_files.moc"
