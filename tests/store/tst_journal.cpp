// SPDX-License-Identifier: Apache-2.0
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>

#include <sys/resource.h>

#include "core/store/byte_stream.h"
#include "core/store/crc32.h"
#include "core/store/journal.h"
#include "core/store/journal_format.h"
#include "core/store/step_codec.h"

using namespace faststar;
using namespace faststar::store;
namespace fs = std::filesystem;

namespace
{

GenerationRequest someRequest()
{
    GenerationRequest request;
    request.prompt = "a red circle";
    request.seed = 7;
    request.size = "0.06M";
    return request;
}

StepRecord fullStep(int step)
{
    StepRecord record;
    record.index = {1, 13, 2, 1, step};
    record.bits = {16, 5, {1, 2, 3, 4, 5, 6, 7, 8, 9, 250}};
    record.guidance = {0.1 + step, -1.0 / 3.0};
    return record;
}

StepRecord reducedStep(int step)
{
    StepRecord record;
    record.index = {1, 14, 3, 0, step};
    record.bits = {3, 3, {0xAA, 0x01}};
    record.tokens = {0, 7, 10};
    record.mask.shape = {2, 3, 3};
    record.mask.values = {1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 1};
    record.reduced = true;
    return record;
}

StepRecord emptyStep(int step)
{
    StepRecord record;
    record.index.step = step;
    record.reduced = true;
    record.mask.shape = {1, 2, 2};
    record.mask.values = {0, 0, 0, 0};
    record.bits.bits = 64;
    return record;
}

std::vector<StepRecord> someSteps()
{
    return {fullStep(0), reducedStep(1), emptyStep(3), fullStep(4)};
}

std::string readAll(const fs::path &path)
{
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void writeAll(const fs::path &path, const std::string &data)
{
    std::ofstream(path, std::ios::binary | std::ios::trunc) << data;
}

std::uint32_t word(const std::string &data, std::size_t at)
{
    std::uint32_t value = 0;
    std::memcpy(&value, data.data() + at, 4);
    return value;
}

void setWord(std::string &data, std::size_t at, std::uint32_t value)
{
    std::memcpy(data.data() + at, &value, 4);
}

std::uint32_t crcOf(const std::string &data, std::size_t at, std::size_t size)
{
    return crc32(std::as_bytes(std::span(data).subspan(at, size)));
}

// Where each record begins, and the end of the file.
std::vector<std::size_t> recordStarts(const std::string &data)
{
    std::vector<std::size_t> starts{kJournalHeaderBytes + word(data, 12)};
    while (starts.back() < data.size())
        starts.push_back(starts.back() + kStepHeaderBytes + word(data, starts.back() + 4));
    return starts;
}

struct Fixture {
    QTemporaryDir directory;
    fs::path folder = directory.path().toStdString();
    fs::path path = folder / "run.journal";
    std::string whole;

    Fixture()
    {
        auto writer = JournalWriter::create(path, someRequest(), "cafe");
        for (const auto &step : someSteps()) {
            if (!writer || !writer->append(step))
                qFatal("cannot write the journal");
        }
        whole = readAll(path);
    }

    // Reads a changed copy.
    [[nodiscard]] Result<Journal> reread(const std::function<void(std::string &)> &change) const
    {
        auto data = whole;
        change(data);
        fs::remove(path); // truncating an old file would wait for the disk
        writeAll(path, data);
        return readJournal(path);
    }
};

bool equals(const Journal &journal, const std::vector<StepRecord> &steps)
{
    return std::equal(journal.steps.begin(), journal.steps.end(), steps.begin(), steps.end(),
                      [](const auto &a, const auto &b) { return *a == b; });
}

} // namespace

class TestJournal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void checksumIsTheKnownOne();
    void stepsRoundTrip();
    void inconsistentStepsAreNotWritten_data();
    void inconsistentStepsAreNotWritten();
    void lyingPayloadsAreRefused_data();
    void lyingPayloadsAreRefused();
    void journalRoundTrip();
    void everyAppendIsOnDisk();
    void stepsMustAscend();
    void tornTailIsDroppedAtEveryOffset();
    void zeroTailIsDropped();
    void everyFlippedByteIsNoticed();
    void lyingLengthsAreRefused();
    void unfitFilesAreRefused();
    void nothingIsOverwritten();
    void fullDiskIsReportedAndFinal();
    void discardRemovesTheFile();
    void foldersFollowXdg();
    void listAndPrune();
};

void TestJournal::checksumIsTheKnownOne()
{
    const std::string text = "123456789"; // the check value of the published catalogue of CRCs
    QCOMPARE(crcOf(text, 0, 9), 0xCBF43926U);
    QCOMPARE(crc32({}), 0U);
}

void TestJournal::stepsRoundTrip()
{
    for (const auto &step : someSteps()) {
        const auto bytes = encodeStep(step);
        QVERIFY(bytes.has_value());
        const auto again = decodeStep(*bytes);
        QVERIFY2(again.has_value(), again ? "" : again.error().detail.c_str());
        QVERIFY(*again == step);
    }
    // The largest step of the largest schedule stays within what is promised for it.
    StepRecord large = reducedStep(0);
    large.mask.shape = {20, 45, 80};
    large.mask.values.assign(72000, 1);
    large.tokens.clear();
    for (int i = 0; i < 72000; ++i)
        large.tokens.push_back(i);
    large.bits = {64, 72000, std::vector<std::uint8_t>(576000, 0x5A)};
    const auto bytes = encodeStep(large);
    QVERIFY(bytes.has_value());
    QVERIFY(bytes->size() < 600000);
    QVERIFY(*decodeStep(*bytes) == large);
}

void TestJournal::inconsistentStepsAreNotWritten_data()
{
    QTest::addColumn<int>("damage");
    QTest::addColumn<QString>("words");
    QTest::newRow("negative index") << 0 << "an index";
    QTest::newRow("bits and bytes differ") << 1 << "bytes hold";
    QTest::newRow("bits behind the last") << 2 << "bytes hold";
    QTest::newRow("tokens without bits") << 3 << "tokens of 0 bits";
    QTest::newRow("too many tokens") << 4 << "tokens of";
    QTest::newRow("mask too short") << 5 << "mask";
    QTest::newRow("mask too large") << 6 << "mask";
    QTest::newRow("descending tokens") << 7 << "ascending";
    QTest::newRow("token twice") << 8 << "ascending";
    QTest::newRow("negative token") << 9 << "ascending";
    QTest::newRow("token outside") << 10 << "outside";
    QTest::newRow("token count") << 11 << "kept tokens";
    QTest::newRow("no tokens though reduced") << 12 << "kept tokens";
    QTest::newRow("guidance") << 13 << "guidance";
}

void TestJournal::inconsistentStepsAreNotWritten()
{
    QFETCH(int, damage);
    QFETCH(QString, words);
    auto step = reducedStep(1);
    const std::array<std::function<void()>, 14> damages{
        [&] { step.index.scale = -1; },
        [&] { step.bits.data.push_back(0); },
        [&] { step.bits.data.back() = 0x03; },
        [&] {
            step.bits = {0, 3, {}};
        },
        [&] { step.bits.tokens = std::numeric_limits<std::int64_t>::max() / 2; },
        [&] { step.mask.values.pop_back(); },
        [&] {
            step.mask.shape = {1 << 20, 1 << 20, 1 << 20};
        },
        [&] {
            step.tokens = {7, 0, 10};
        },
        [&] {
            step.tokens = {0, 7, 7};
        },
        [&] {
            step.tokens = {-1, 7, 10};
        },
        [&] {
            step.tokens = {0, 7, 18};
        },
        [&] {
            step.tokens = {0, 7};
        },
        [&] { step.tokens.clear(); },
        [&] { step.guidance.clip = std::numeric_limits<double>::quiet_NaN(); },
    };
    damages[std::size_t(damage)]();
    const auto bytes = encodeStep(step);
    QVERIFY(!bytes.has_value());
    QCOMPARE(int(bytes.error().code), int(ErrorCode::Internal));
    QVERIFY2(QString::fromStdString(bytes.error().detail).contains(words), bytes.error().detail.c_str());
}

// Offsets inside the payload of reducedStep: 5 * 4 indices, flags at 20, APG at 21 and 29, bits at 37,
// tokens at 41, 2 bytes of bits at 49, places at 51, bitmap at 59 (2 bytes), mask at 61, bitmap at 73 (3
// bytes).
void TestJournal::lyingPayloadsAreRefused_data()
{
    QTest::addColumn<int>("offset");
    QTest::addColumn<int>("byte");
    QTest::addColumn<QString>("words");
    QTest::newRow("negative index") << 3 << 0x80 << "an index";
    QTest::newRow("unknown flag") << 20 << 0x07 << "flags";
    QTest::newRow("not a number") << 28 << 0x7F << "guidance"; // with the byte before: see below
    QTest::newRow("many bits") << 40 << 0x7F << "tokens of";
    QTest::newRow("many tokens") << 47 << 0x7F << "tokens of";
    QTest::newRow("more tokens than kept") << 41 << 4 << "kept tokens";
    QTest::newRow("padding of the bits") << 50 << 0x81 << "bytes hold";
    QTest::newRow("no places") << 51 << 0 << "places";
    QTest::newRow("many places") << 57 << 0x7F << "places";
    QTest::newRow("more places than bytes") << 53 << 0x01 << "damaged";
    QTest::newRow("last place empty") << 60 << 0x00 << "damaged";
    QTest::newRow("padding of the places") << 60 << 0x84 << "damaged";
    QTest::newRow("one kept token more") << 59 << 0x83 << "kept tokens";
    QTest::newRow("negative mask") << 64 << 0x80 << "a mask of";
    QTest::newRow("huge mask") << 67 << 0x10 << "a mask of";
    QTest::newRow("larger mask") << 61 << 3 << "length";
    QTest::newRow("smaller mask") << 61 << 1 << "length";
    QTest::newRow("padding of the mask") << 75 << 0xF2 << "length";
}

void TestJournal::lyingPayloadsAreRefused()
{
    QFETCH(int, offset);
    QFETCH(int, byte);
    QFETCH(QString, words);
    auto bytes = *encodeStep(reducedStep(1));
    QCOMPARE(bytes.size(), std::size_t(76));
    bytes[std::size_t(offset)] = std::byte(byte);
    if (words == "guidance")
        bytes[std::size_t(offset) - 1] = std::byte(0xF0); // infinity
    const auto step = decodeStep(bytes);
    QVERIFY(!step.has_value());
    QCOMPARE(int(step.error().code), int(ErrorCode::CorruptFile));
    QVERIFY2(QString::fromStdString(step.error().detail).contains(words), step.error().detail.c_str());

    auto whole = *encodeStep(reducedStep(1));
    whole.push_back(std::byte(0));
    QVERIFY(!decodeStep(whole).has_value());
    whole.pop_back();
    QVERIFY(decodeStep(whole).has_value());
    for (std::size_t size = 0; size < whole.size(); ++size)
        QVERIFY(!decodeStep(std::span(whole).first(size)).has_value());
}

void TestJournal::journalRoundTrip()
{
    const Fixture fixture;
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
    const Fixture fixture;
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

void TestJournal::tornTailIsDroppedAtEveryOffset()
{
    const Fixture fixture;
    const auto starts = recordStarts(fixture.whole);
    QCOMPARE(starts.size(), someSteps().size() + 1);
    QCOMPARE(starts.back(), fixture.whole.size());
    for (std::size_t size = 0; size <= fixture.whole.size(); ++size) {
        const auto journal = fixture.reread([&](std::string &data) { data.resize(size); });
        if (size < starts[0]) {
            QVERIFY(!journal.has_value());
            QCOMPARE(int(journal.error().code), int(ErrorCode::CorruptFile));
            continue;
        }
        QVERIFY2(journal.has_value(), journal ? "" : journal.error().detail.c_str());
        std::vector<StepRecord> expected;
        for (std::size_t i = 0; i + 1 < starts.size() && starts[i + 1] <= size; ++i)
            expected.push_back(someSteps()[i]);
        QVERIFY(equals(*journal, expected));
        QCOMPARE(journal->torn, size != starts[expected.size()]);
    }
}

void TestJournal::zeroTailIsDropped()
{
    const Fixture fixture;
    for (const std::size_t zeros : {1U, 15U, 16U, 17U, 5000U}) {
        const auto journal = fixture.reread([&](std::string &data) { data.append(zeros, '\0'); });
        QVERIFY2(journal.has_value(), journal ? "" : journal.error().detail.c_str());
        QVERIFY(journal->torn);
        QVERIFY(equals(*journal, someSteps()));
    }
    const auto journal = fixture.reread([&](std::string &data) { data += std::string(40, '\0') + "x"; });
    QVERIFY(!journal.has_value());
}

void TestJournal::everyFlippedByteIsNoticed()
{
    const Fixture fixture;
    const auto starts = recordStarts(fixture.whole);
    const auto last = starts[starts.size() - 2];
    for (std::size_t at = 0; at < fixture.whole.size(); ++at) {
        const auto journal =
            fixture.reread([&](std::string &data) { data[at] = char(data[at] ^ (1 << (at % 8))); });
        // The payload of the last record and its checksum cannot be told from a torn write.
        if (at >= last + 12) {
            QVERIFY(journal.has_value());
            QVERIFY(journal->torn);
            QCOMPARE(journal->steps.size(), someSteps().size() - 1);
            continue;
        }
        QVERIFY2(!journal.has_value(), std::to_string(at).c_str());
        const auto &detail = journal.error().detail;
        QVERIFY(detail.starts_with(fixture.path.string()));
        if (at < starts[0])
            continue;
        std::size_t record = 0;
        while (starts[record + 1] <= at)
            ++record;
        QVERIFY2(detail.find("step record " + std::to_string(record) + " at byte " +
                             std::to_string(starts[record])) != std::string::npos,
                 detail.c_str());
    }
}

void TestJournal::lyingLengthsAreRefused()
{
    const Fixture fixture;
    const auto starts = recordStarts(fixture.whole);
    // A length with a right checksum of its own, but far beyond anything a step can be.
    const auto huge = fixture.reread([&](std::string &data) {
        setWord(data, starts[1] + 4, 0xFFFFFFF0U);
        setWord(data, starts[1] + 8, crcOf(data, starts[1], 8));
    });
    QVERIFY(!huge.has_value());
    QVERIFY2(huge.error().detail.find("step record 1") != std::string::npos &&
                 huge.error().detail.find("claims") != std::string::npos,
             huge.error().detail.c_str());
    // One byte short: the payload no longer matches, and more follows.
    const auto shorter = fixture.reread([&](std::string &data) {
        setWord(data, starts[1] + 4, word(data, starts[1] + 4) - 1);
        setWord(data, starts[1] + 8, crcOf(data, starts[1], 8));
    });
    QVERIFY(!shorter.has_value());
    QVERIFY2(shorter.error().detail.find("checksum") != std::string::npos, shorter.error().detail.c_str());
    // A payload that matches its checksum and contradicts itself.
    const auto lying = fixture.reread([&](std::string &data) {
        const auto payload = starts[1] + kStepHeaderBytes;
        data[payload + 41] = 100;
        setWord(data, starts[1] + 12, crcOf(data, payload, word(data, starts[1] + 4)));
    });
    QVERIFY(!lying.has_value());
    QCOMPARE(int(lying.error().code), int(ErrorCode::CorruptFile));
    // The text of the request.
    for (const std::uint32_t length : {0xFFFFFFFFU, std::uint32_t(fixture.whole.size()), 1U << 30}) {
        const auto header = fixture.reread([&](std::string &data) { setWord(data, 12, length); });
        QVERIFY(!header.has_value());
        QVERIFY2(header.error().detail.find("bytes of request") != std::string::npos,
                 header.error().detail.c_str());
    }
}

void TestJournal::unfitFilesAreRefused()
{
    const Fixture fixture;
    QCOMPARE(int(readJournal(fixture.folder / "none").error().code), int(ErrorCode::NotFound));
    QCOMPARE(int(readJournal(fixture.folder).error().code), int(ErrorCode::Unreadable));
    const auto newer = fixture.reread([](std::string &data) { setWord(data, 8, 2); });
    QCOMPARE(int(newer.error().code), int(ErrorCode::Unsupported));
    const auto withText = [&](const std::string &text) {
        return fixture.reread([&](std::string &data) {
            data = data.substr(0, kJournalHeaderBytes) + text;
            setWord(data, 12, std::uint32_t(text.size()));
            setWord(data, 16, crcOf(text, 0, text.size()));
        });
    };
    QVERIFY(withText(R"({"model_hash":"","request":{"prompt":""}})").has_value());
    QVERIFY(withText("[]").error().detail.find("not a JSON object") != std::string::npos);
    QVERIFY(withText(R"({"request":{"prompt":""}})").error().detail.find("model_hash") != std::string::npos);
    QVERIFY(withText(R"({"model_hash":""})").error().detail.find("\"request\"") != std::string::npos);
    QVERIFY(withText(R"({"model_hash":"","request":{"prompt":"","frames":-1}})")
                .error()
                .detail.find("request.frames") != std::string::npos);
}

void TestJournal::nothingIsOverwritten()
{
    const Fixture fixture;
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
    const Fixture fixture;
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
