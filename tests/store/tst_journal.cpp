// SPDX-License-Identifier: Apache-2.0
#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "core/store/journal.h"
#include "core/store/journal_format.h"
#include "tests/store/journal_fixture.h"

using namespace faststar;
using namespace faststar::store;
using namespace faststar::test;
namespace fs = std::filesystem;

class TestJournal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void journalRoundTrip();
    void everyAppendIsOnDisk();
    void stepsMustAscend();
    void nothingIsOverwritten();
    void fullDiskIsReportedAndFinal();
    void discardRemovesTheFile();
    void foldersFollowXdg();
    void listAndPrune();
};

void TestJournal::journalRoundTrip()
{
    const JournalFixture fixture;
    const auto journal = readJournal(fixture.path);
    QVERIFY2(journal.has_value(), journal ? "" : journal.error().detail.c_str());
    QVERIFY(journal->request == someRequest());
    QCOMPARE(journal->modelHash, std::string("cafe"));
    QVERIFY(!journal->torn);
    QVERIFY(equals(*journal, someSteps()));
    QCOMPARE(fs::status(fixture.path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    QCOMPARE(std::distance(fs::directory_iterator(fixture.folder), {}), std::ptrdiff_t(1));
}

void TestJournal::everyAppendIsOnDisk()
{
    const QTemporaryDir directory;
    const auto path = fs::path(directory.path().toStdString()) / "new" / "folder" / "a.journal";
    auto writer = JournalWriter::create(path, someRequest(), "cafe");
    QVERIFY2(writer.has_value(), writer ? "" : writer.error().detail.c_str());
    QCOMPARE(writer->path(), path);
    QVERIFY(equals(*readJournal(path), {}));
    std::vector<StepRecord> written;
    for (const auto &step : someSteps()) {
        QVERIFY(writer->append(step).has_value());
        written.push_back(step);
        QVERIFY(equals(*readJournal(path), written));
    }
}

void TestJournal::stepsMustAscend()
{
    const JournalFixture fixture;
    auto writer = JournalWriter::create(fixture.folder / "b.journal", someRequest(), "");
    QVERIFY(writer->append(fullStep(3)).has_value());
    QCOMPARE(int(writer->append(fullStep(3)).error().code), int(ErrorCode::Internal));
    // And on reading: the first record again at the end.
    const auto journal = fixture.reread([](std::string &data) {
        const auto starts = recordStarts(data);
        data += data.substr(starts[0], starts[1] - starts[0]);
    });
    QVERIFY(!journal.has_value());
    QCOMPARE(int(journal.error().code), int(ErrorCode::CorruptFile));
    QVERIFY(journal.error().detail.find("step 0 follows step 4") != std::string::npos);
}

void TestJournal::nothingIsOverwritten()
{
    const JournalFixture fixture;
    const auto again = JournalWriter::create(fixture.path, someRequest(), "");
    QVERIFY(!again.has_value());
    QCOMPARE(int(again.error().code), int(ErrorCode::AlreadyExists));
    QCOMPARE(readAll(fixture.path), fixture.whole);

    writeAll(fixture.folder / "file", "x");
    const auto below = JournalWriter::create(fixture.folder / "file" / "a.journal", someRequest(), "");
    QVERIFY(!below.has_value());
    QCOMPARE(int(below.error().code), int(ErrorCode::WriteFailed));
}

void TestJournal::fullDiskIsReportedAndFinal()
{
    const JournalFixture fixture;
    const auto path = fixture.folder / "full.journal";
    auto writer = JournalWriter::create(path, someRequest(), "");
    QVERIFY(writer->append(fullStep(0)).has_value());
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit tight{fs::file_size(path) + 20, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &tight);
    const auto failed = writer->append(fullStep(1));
    setrlimit(RLIMIT_FSIZE, &before);
    static_cast<void>(std::signal(SIGXFSZ, ignored));
    QVERIFY(!failed.has_value());
    QCOMPARE(int(failed.error().code), int(ErrorCode::WriteFailed));
    QVERIFY(failed.error().detail.find("full.journal") != std::string::npos);
    // The file ends in half a record: nothing may be put behind it.
    QCOMPARE(int(writer->append(fullStep(2)).error().code), int(ErrorCode::WriteFailed));
    const auto journal = readJournal(path);
    QVERIFY(journal.has_value());
    QVERIFY(journal->torn);
    QVERIFY(equals(*journal, {fullStep(0)}));
}

void TestJournal::discardRemovesTheFile()
{
    const QTemporaryDir directory;
    const auto path = fs::path(directory.path().toStdString()) / "a.journal";
    auto writer = JournalWriter::create(path, someRequest(), "");
    QVERIFY(fs::exists(path));
    writer->discard();
    QVERIFY(!fs::exists(path));
    QVERIFY(!writer->append(fullStep(0)).has_value());
}

void TestJournal::foldersFollowXdg()
{
    QCOMPARE(*journalFolder("/state", "/home/a"), fs::path("/state/faststar/journal"));
    QCOMPARE(*journalFolder("", "/home/a"), fs::path("/home/a/.local/state/faststar/journal"));
    QCOMPARE(*journalFolder("relative", "/home/a"), fs::path("/home/a/.local/state/faststar/journal"));
    QCOMPARE(int(journalFolder("", "").error().code), int(ErrorCode::NotFound));
}

void TestJournal::listAndPrune()
{
    const QTemporaryDir directory;
    const fs::path folder = fs::path(directory.path().toStdString()) / "journal";
    QVERIFY(listJournals(folder).empty());
    QCOMPARE(pruneJournals(folder, 0), 0);

    std::vector<fs::path> paths;
    const auto start = fs::file_time_type::clock::now();
    for (int i = 0; i < 5; ++i) {
        paths.push_back(newJournalPath(folder));
        QCOMPARE(paths.back().extension().string(), std::string(kJournalExtension));
        QVERIFY(!fs::exists(paths.back()));
        QVERIFY(JournalWriter::create(paths.back(), someRequest(), "")->append(fullStep(0)).has_value());
        fs::last_write_time(paths.back(), start - std::chrono::hours(i));
    }
    writeAll(folder / "notes.txt", "x");
    fs::create_symlink(paths[0], folder / "link.journal");
    auto running = JournalWriter::create(newJournalPath(folder), someRequest(), "");
    fs::last_write_time(running->path(), start - std::chrono::hours(100));

    const auto entries = listJournals(folder);
    QCOMPARE(entries.size(), std::size_t(6));
    for (std::size_t i = 0; i < 5; ++i) {
        QCOMPARE(entries[i].path, paths[i]);
        QVERIFY(!entries[i].inUse);
        QCOMPARE(entries[i].bytes, fs::file_size(paths[i]));
    }
    QVERIFY(entries[5].inUse);

    QCOMPARE(pruneJournals(folder, 2), 3);
    QVERIFY(fs::exists(paths[0]) && fs::exists(paths[1]) && !fs::exists(paths[2]) && !fs::exists(paths[4]));
    QVERIFY(fs::exists(running->path()) && fs::exists(folder / "notes.txt"));
    const auto runningPath = running->path();
    running = tl::unexpected(Error{}); // the run ends; its journal is the oldest
    QCOMPARE(pruneJournals(folder, 2), 1);
    QVERIFY(!fs::exists(runningPath));
}

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
