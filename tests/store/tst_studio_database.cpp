// SPDX-License-Identifier: Apache-2.0
#include "core/store/studio_database.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <QtTest>

#include "core/store/run_json.h"
#include "core/store/studio_schema.h"
#include "tests/support/scratch.h"

using namespace faststar;
using namespace faststar::store;

namespace
{

GenerationRequest someRequest(const std::string &prompt = "a red circle", std::int64_t seed = 3)
{
    GenerationRequest request;
    request.prompt = prompt;
    request.seed = seed;
    request.size = "0.06M";
    request.p = std::numeric_limits<double>::infinity();
    request.pruning.temporalRef = TemporalRef::PrevFrame;
    return request;
}

StoredRun someRun(const std::string &prompt = "a red circle", std::int64_t seed = 3)
{
    StoredRun run;
    run.startedAt = 1700000000;
    run.outcome = RunOutcome::Kept;
    run.request = someRequest(prompt, seed);
    run.modelName = "demo";
    run.modelHash = "cafe";
    run.device = "cpu";
    run.parent = 4;
    run.branchScale = 19;
    run.folder = "/somewhere/run";
    run.stepsDone = 40;
    run.steps = 43;
    run.error = Error{ErrorCode::OutOfMemory, "no more \"tiles\"\n"};
    run.summary = {0.25, 1.5, 2.5, 3.0, 0.0, 1234, 5678, 1 << 30, 2};
    run.costs = {0.25, 0.0, 3.0, 0.125, {{{1, 12, 1, 0, 24}, 100, 60, true, {1.5, 0.25, 0.5, 0.125, 0.0}}}};
    run.forecast = Forecast{false, 1234, 5678, {1.5, 2.0}, {1.5, 4.0}, 0.25, 0.0, 3.5, 0.125, 1 << 29};
    run.thumbnail = {0x89, 'P', 'N', 'G', 0, 255};
    return run;
}

void compare(const StoredRun &got, const StoredRun &expected)
{
    QCOMPARE(got.number, expected.number);
    QCOMPARE(got.startedAt, expected.startedAt);
    QCOMPARE(got.outcome, expected.outcome);
    QVERIFY(got.request == expected.request);
    QCOMPARE(got.modelName, expected.modelName);
    QCOMPARE(got.modelHash, expected.modelHash);
    QCOMPARE(got.device, expected.device);
    QCOMPARE(got.fps, expected.fps);
    QCOMPARE(got.parent, expected.parent);
    QVERIFY(got.branchScale == expected.branchScale);
    QCOMPARE(got.folder.string(), expected.folder.string());
    QCOMPARE(got.stepsDone, expected.stepsDone);
    QCOMPARE(got.steps, expected.steps);
    QVERIFY(got.error == expected.error);
    QCOMPARE(summaryToJson(got.summary), summaryToJson(expected.summary));
    QCOMPARE(got.summary.tokensRun, expected.summary.tokensRun);
    QCOMPARE(costsToJson(got.costs), costsToJson(expected.costs));
    QCOMPARE(got.costs.steps.size(), expected.costs.steps.size());
    QVERIFY(got.forecast == expected.forecast);
    QVERIFY(got.thumbnail == expected.thumbnail);
}

StudioDatabase openAt(const std::filesystem::path &path)
{
    auto database = StudioDatabase::open(path);
    if (!database)
        qFatal("%s", database.error().detail.c_str());
    return std::move(*database);
}

void execute(const std::filesystem::path &path, const std::string &sql)
{
    SQLite::Database raw(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    raw.exec(sql);
}

} // namespace

class TestStudioDatabase : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void runsComeBackAsTheyWere();
    void numbersAreNeverUsedTwice();
    void searchFindsAllWords();
    void unprunedRunOfTheSameRequest();
    void queueComesBackInOrder();
    void measurementsByModelSizeAndDevice();
    void sessionThatDidNotEnd();
    void olderSchemaIsBroughtUpToDate();
    void newerSchemaIsRefused();
    void noDatabaseIsRefused_data();
    void noDatabaseIsRefused();
    void damageNeverCrashes();
    void nonsenseRowsAreLeftOut_data();
    void nonsenseRowsAreLeftOut();
    void nonsenseInQueueAndTimes();
    void fullDiskKeepsWhatWasThere();
    void twoProgramsAtOnce();
};

void TestStudioDatabase::runsComeBackAsTheyWere()
{
    const test::ScratchFolder folder;
    StoredRun plain;
    plain.request = someRequest("plain");
    std::int64_t first = 0, second = 0;
    {
        auto database = openAt(folder / "studio.db");
        first = *database.addRun(someRun());
        second = *database.addRun(plain);
    }
    auto database = openAt(folder / "studio.db");
    const auto runs = database.runs("", 100);
    QVERIFY(runs);
    QCOMPARE(runs->size(), std::size_t(2));
    auto expected = someRun();
    expected.number = first;
    compare(runs->at(1), expected);
    plain.number = second;
    compare(runs->at(0), plain);
    compare(*database.run(first), expected);

    expected.outcome = RunOutcome::Finished;
    expected.error.reset();
    expected.branchScale.reset();
    expected.thumbnail.clear();
    QVERIFY(database.updateRun(expected));
    compare(*database.run(first), expected);
    QVERIFY(database.removeRun(second));
    QCOMPARE(database.run(second).error().code, ErrorCode::NotFound);
    QCOMPARE(database.runs("", 0)->size(), std::size_t(0));
    QCOMPARE(database.skippedRows(), 0);
}

void TestStudioDatabase::numbersAreNeverUsedTwice()
{
    const test::ScratchFolder folder;
    auto database = openAt(folder / "studio.db");
    const auto first = *database.addRun(someRun());
    QVERIFY(database.removeRun(first));
    QVERIFY(*database.addRun(someRun()) > first);
}

void TestStudioDatabase::searchFindsAllWords()
{
    const test::ScratchFolder folder;
    auto database = openAt(folder / "studio.db");
    static_cast<void>(database.addRun(someRun("a red circle moving right", 42)));
    static_cast<void>(database.addRun(someRun("a Blue square, 100% calm", 7)));
    static_cast<void>(database.addRun(someRun("snow_flake", 8)));
    const auto count = [&](const char *search) { return int(database.runs(search, 100)->size()); };
    QCOMPARE(count("circle red"), 1);
    QCOMPARE(count("RED"), 1);
    QCOMPARE(count("red square"), 0);
    QCOMPARE(count("a"), 3);
    QCOMPARE(count("demo"), 3);
    QCOMPARE(count("seed 42"), 1);
    QCOMPARE(count("100%"), 1);
    QCOMPARE(count("%"), 1); // not a wildcard
    QCOMPARE(count("_"), 1);
    QCOMPARE(count("\\"), 0);
    QCOMPARE(count("'; DROP TABLE runs; --"), 0);
    QCOMPARE(count("run 3"), 1);
    QCOMPARE(count("  "), 3);
}

void TestStudioDatabase::unprunedRunOfTheSameRequest()
{
    const test::ScratchFolder folder;
    auto database = openAt(folder / "studio.db");
    auto run = someRun();
    run.outcome = RunOutcome::Finished;
    run.parent = 0;
    run.branchScale.reset();
    const auto find = [&] { return *database.unprunedRun(someRun().request, "cafe", "cpu"); };
    static_cast<void>(database.addRun(run)); // pruned
    QVERIFY(!find());
    run.request.method = Method::None;
    run.request.p = 2.0;
    const auto number = *database.addRun(run);
    QCOMPARE(find()->number, number);
    run.outcome = RunOutcome::Kept;
    static_cast<void>(database.addRun(run));
    run.outcome = RunOutcome::Finished;
    run.parent = 1;
    static_cast<void>(database.addRun(run));
    run.parent = 0;
    run.modelHash = "beef";
    static_cast<void>(database.addRun(run));
    run.modelHash = "cafe";
    run.request.seed = 99;
    static_cast<void>(database.addRun(run));
    QCOMPARE(find()->number, number);
    run.request = someRun().request;
    run.request.ratiosPermille = {0, 0, 0, 0}; // prunes nothing by another name
    const auto newer = *database.addRun(run);
    QCOMPARE(find()->number, newer);
    QVERIFY(!*database.unprunedRun(someRun().request, "cafe", "cuda"));
}

void TestStudioDatabase::queueComesBackInOrder()
{
    const test::ScratchFolder folder;
    std::vector<StoredQueueEntry> queue;
    queue.reserve(5);
    for (int seed = 0; seed < 5; ++seed)
        queue.push_back({someRequest("queued", seed), seed, "/some/run.journal", {}});
    queue[2].branchScale = 17;
    {
        auto database = openAt(folder / "studio.db");
        QVERIFY(database.saveQueue({{someRequest("old"), 0, {}, {}}}));
        QVERIFY(database.saveQueue(queue));
    }
    auto database = openAt(folder / "studio.db");
    QVERIFY(*database.queue() == queue);
    QVERIFY(database.saveQueue({}));
    QVERIFY(database.queue()->empty());
}

void TestStudioDatabase::measurementsByModelSizeAndDevice()
{
    const test::ScratchFolder folder;
    auto database = openAt(folder / "studio.db");
    Measurements measured{3, {1.5, 2e9, 30.0, 4e20, 5e12}, 1e-4, 0.25, 0.0, 0.125, 0.5, 1 << 29};
    const MeasurementKey key{"cafe", "cpu", 336, 192};
    QVERIFY(database.saveMeasurements(key, {}));
    QVERIFY(database.saveMeasurements(key, measured));
    QVERIFY(database.saveMeasurements({"cafe", "cuda", 336, 192}, {}));
    const auto all = database.measurements();
    QCOMPARE(all->size(), std::size_t(2));
    QVERIFY(all->at(key) == measured);
}

void TestStudioDatabase::sessionThatDidNotEnd()
{
    const test::ScratchFolder folder;
    {
        auto database = openAt(folder / "studio.db");
        QCOMPARE(*database.beginSession(), true); // the first ever
        auto run = someRun();
        run.outcome = RunOutcome::Running;
        static_cast<void>(database.addRun(run));
        static_cast<void>(database.addRun(someRun()));
    } // killed
    {
        auto database = openAt(folder / "studio.db");
        QCOMPARE(*database.beginSession(), false);
        QCOMPARE(*database.interruptRunning(), 1);
        QCOMPARE(database.run(1)->outcome, RunOutcome::Interrupted);
        QCOMPARE(database.run(2)->outcome, RunOutcome::Kept);
        QVERIFY(database.endSession());
    }
    auto database = openAt(folder / "studio.db");
    QCOMPARE(*database.beginSession(), true);
}

void TestStudioDatabase::olderSchemaIsBroughtUpToDate()
{
    const test::ScratchFolder folder;
    const auto path = folder / "studio.db";
    execute(path, kMigrations.front());
    execute(path, "PRAGMA user_version = 1");
    execute(path, "INSERT INTO queue VALUES (0, '{\"prompt\":\"from long ago\"}', 0, '', NULL)");
    auto database = openAt(path);
    QCOMPARE(database.queue()->front().request.prompt, std::string("from long ago"));
    QVERIFY(database.saveMeasurements({"cafe", "cpu", 336, 192}, {}));
    SQLite::Database raw(path.string(), SQLite::OPEN_READONLY);
    QCOMPARE(raw.execAndGet("PRAGMA user_version").getInt(), StudioDatabase::kSchema);
}

void TestStudioDatabase::newerSchemaIsRefused()
{
    const test::ScratchFolder folder;
    const auto path = folder / "studio.db";
    static_cast<void>(openAt(path));
    execute(path, "PRAGMA user_version = 999");
    const auto refused = StudioDatabase::open(path);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::UnknownFormat);
    QVERIFY(refused.error().detail.find("999") != std::string::npos);
}

void TestStudioDatabase::noDatabaseIsRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("text")
        << QByteArray("this is no database at all, but long enough to look at").repeated(40);
    QTest::newRow("the mark alone") << QByteArray("SQLite format 3\0", 16) + QByteArray(4000, 'x');
}

void TestStudioDatabase::noDatabaseIsRefused()
{
    QFETCH(QByteArray, bytes);
    const test::ScratchFolder folder;
    test::writeBytes(folder / "studio.db", bytes.toStdString());
    const auto refused = StudioDatabase::open(folder / "studio.db");
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::CorruptFile);
    QCOMPARE(test::readBytes(folder / "studio.db"), bytes.toStdString()); // left for whoever can mend it
}

// Every place of a small database, damaged: opened, read or refused, but nothing worse.
void TestStudioDatabase::damageNeverCrashes()
{
    const test::ScratchFolder folder;
    const auto path = folder / "studio.db";
    {
        auto database = openAt(path);
        static_cast<void>(database.addRun(someRun()));
        QVERIFY(database.saveQueue({{someRequest(), 0, {}, {}}}));
        QVERIFY(database.saveMeasurements({"cafe", "cpu", 336, 192}, {}));
    }
    const auto whole = test::readBytes(path);
    int refused = 0, read = 0;
    for (std::size_t at = 0; at < whole.size(); at += at < 200 ? 7 : 311) {
        auto bytes = whole;
        bytes[at] = char(bytes[at] ^ 0x5A);
        if (at % 2 == 1)
            bytes.resize(at + 1);
        test::writeBytes(path, bytes);
        std::filesystem::remove(folder / "studio.db-wal");
        std::filesystem::remove(folder / "studio.db-shm");
        auto database = StudioDatabase::open(path);
        if (!database) {
            ++refused;
            continue;
        }
        const auto runs = database->runs("", 10);
        const auto queue = database->queue();
        const auto measured = database->measurements();
        read += runs && queue && measured ? 1 : 0;
    }
    QVERIFY(refused > 10);
    QVERIFY(read > 0);
}

void TestStudioDatabase::nonsenseRowsAreLeftOut_data()
{
    QTest::addColumn<QString>("change");
    QTest::newRow("outcome") << "outcome = 'triumph'";
    QTest::newRow("request") << "request = '{}'";
    QTest::newRow("request text") << "request = 'nonsense'";
    QTest::newRow("date") << "started_at = -5";
    QTest::newRow("date text") << "started_at = 'yesterday'";
    QTest::newRow("branch") << "branch_scale = -1";
    QTest::newRow("steps") << "steps = 99999999999";
    QTest::newRow("error code") << "error_code = 99";
    QTest::newRow("rate") << "fps = 0";
    QTest::newRow("summary") << "summary = '[]'";
    QTest::newRow("summary number") << "summary = '{\"tokens_run\":-1}'";
    QTest::newRow("costs") << "costs = '{\"steps\":[[1,2]]}'";
    QTest::newRow("costs text") << "costs = '{\"steps\":[[1,2,3,4,5,6,7,8,9,10,11,12,\"13\"]]}'";
    QTest::newRow("costs negative") << "costs = '{\"steps\":[[1,2,3,4,-5,6,7,8,9,10,11,12,13]]}'";
    QTest::newRow("costs object") << "costs = '{\"steps\":{}}'";
    QTest::newRow("forecast") << "forecast = '[]'";
    QTest::newRow("forecast times") << "forecast = '{\"step_ms\":[1,-1]}'";
    QTest::newRow("forecast list") << "forecast = '{\"full_ms\":3}'";
}

void TestStudioDatabase::nonsenseRowsAreLeftOut()
{
    QFETCH(QString, change);
    const test::ScratchFolder folder;
    const auto path = folder / "studio.db";
    {
        auto database = openAt(path);
        static_cast<void>(database.addRun(someRun("broken")));
        static_cast<void>(database.addRun(someRun("whole")));
    }
    execute(path, "UPDATE runs SET " + change.toStdString() + " WHERE number = 1");
    auto database = openAt(path);
    const auto runs = database.runs("", 10);
    QCOMPARE(runs->size(), std::size_t(1));
    QCOMPARE(runs->front().request.prompt, std::string("whole"));
    QCOMPARE(database.skippedRows(), 1);
}

void TestStudioDatabase::nonsenseInQueueAndTimes()
{
    const test::ScratchFolder folder;
    const auto path = folder / "studio.db";
    {
        auto database = openAt(path);
        QVERIFY(database.saveQueue({{someRequest("one"), 0, {}, {}},
                                    {someRequest("two"), 0, {}, {}},
                                    {someRequest("three"), 0, {}, {}},
                                    {someRequest("four"), 0, {}, {}}}));
        QVERIFY(database.saveMeasurements({"a", "cpu", 10, 10}, {}));
        QVERIFY(database.saveMeasurements({"b", "cpu", 10, 10}, {}));
        QVERIFY(database.saveMeasurements({"c", "cpu", 10, 10}, {}));
    }
    execute(path, "UPDATE queue SET request = '' WHERE place = 0");
    execute(path, "UPDATE queue SET branch_scale = 'x' WHERE place = 1");
    execute(path, "UPDATE queue SET parent = -1 WHERE place = 3");
    execute(path, "UPDATE measurements SET width = -1 WHERE model_hash = 'a'");
    execute(path, "UPDATE measurements SET measured = '{\"step\":{\"n\":-1}}' WHERE model_hash = 'b'");
    auto database = openAt(path);
    QCOMPARE(database.queue()->size(), std::size_t(1));
    QCOMPARE(database.queue()->front().request.prompt, std::string("three"));
    QCOMPARE(database.measurements()->size(), std::size_t(1));
}

void TestStudioDatabase::fullDiskKeepsWhatWasThere()
{
    const test::ScratchFolder folder;
    const auto path = folder / "studio.db";
    auto database = openAt(path);
    const auto number = *database.addRun(someRun());
    auto large = someRun();
    large.thumbnail.assign(std::size_t(2) << 20, 7);
    {
        const test::FileSizeLimit limit(rlim_t{256} * 1024);
        const auto refused = database.addRun(large);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::WriteFailed);
    }
    QCOMPARE(database.runs("", 10)->size(), std::size_t(1));
    QVERIFY(database.run(number));
    QVERIFY(database.addRun(large)); // there is room again
}

void TestStudioDatabase::twoProgramsAtOnce()
{
    const test::ScratchFolder folder;
    auto one = openAt(folder / "studio.db");
    auto other = openAt(folder / "studio.db");
    const auto first = *one.addRun(someRun());
    const auto second = *other.addRun(someRun());
    QVERIFY(second > first);
    QCOMPARE(one.runs("", 10)->size(), std::size_t(2));
}

QTEST_GUILESS_MAIN(TestStudioDatabase)
#include "tst_studio_database.moc"
