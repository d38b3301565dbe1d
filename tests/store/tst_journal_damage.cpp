// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/store/journal.h"
#include "core/store/journal_format.h"
#include "tests/store/journal_fixture.h"

using namespace faststar;
using namespace faststar::store;
using namespace faststar::test;

class TestJournalDamage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tornTailIsDroppedAtEveryOffset();
    void zeroTailIsDropped();
    void everyFlippedByteIsNoticed();
    void lyingLengthsAreRefused();
    void unfitFilesAreRefused();
};

void TestJournalDamage::tornTailIsDroppedAtEveryOffset()
{
    const JournalFixture fixture;
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

void TestJournalDamage::zeroTailIsDropped()
{
    const JournalFixture fixture;
    for (const std::size_t zeros : {1U, 15U, 16U, 17U, 5000U}) {
        const auto journal = fixture.reread([&](std::string &data) { data.append(zeros, '\0'); });
        QVERIFY2(journal.has_value(), journal ? "" : journal.error().detail.c_str());
        QVERIFY(journal->torn);
        QVERIFY(equals(*journal, someSteps()));
    }
    const auto journal = fixture.reread([&](std::string &data) { data += std::string(40, '\0') + "x"; });
    QVERIFY(!journal.has_value());
}

void TestJournalDamage::everyFlippedByteIsNoticed()
{
    const JournalFixture fixture;
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

void TestJournalDamage::lyingLengthsAreRefused()
{
    const JournalFixture fixture;
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

void TestJournalDamage::unfitFilesAreRefused()
{
    const JournalFixture fixture;
    QCOMPARE(int(readJournal(fixture.folder / "none").error().code), int(ErrorCode::NotFound));
    QCOMPARE(int(readJournal(fixture.folder).error().code), int(ErrorCode::Unreadable));
    const auto newer = fixture.reread([](std::string &data) { setWord(data, 8, 2); });
    QCOMPARE(int(newer.error().code), int(ErrorCode::UnknownFormat));
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

QTEST_GUILESS_MAIN(TestJournalDamage)
#include "tst_journal_damage.moc"
