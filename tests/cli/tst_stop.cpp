// SPDX-License-Identifier: Apache-2.0
//
// Ctrl+C once keeps what is there, twice ends at once; the system's request ends at once.
#include <QTest>

#include <nlohmann/json.hpp>

#include "core/store/journal.h"
#include "tests/cli/cli_fixture.h"

using namespace faststar;
using namespace faststar::test;

namespace
{

std::vector<std::string> words(std::vector<std::string> more = {})
{
    std::vector<std::string> all{"generate", "--model", "@/model", "-p", "x", "-s", "7", "-o", "@/x.mp4"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

nlohmann::json lastLine(const std::string &text)
{
    const auto end = text.find_last_not_of('\n');
    const auto begin = text.rfind('\n', end);
    return nlohmann::json::parse(text.substr(begin == std::string::npos ? 0 : begin + 1));
}

std::filesystem::path onlyJournal(const CliFixture &cli)
{
    const auto journals = store::listJournals(cli.path("state/faststar/journal"));
    return journals.size() == 1 ? journals.front().path : std::filesystem::path();
}

} // namespace

class TestStop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onceKeepsTheClip()
    {
        CliFixture cli;
        cli.afterStep = [](int step, cli::StopRequests &stops) {
            if (step == 20)
                stops.interrupt();
        };
        const auto result = cli.run(words({"--json"}));
        QCOMPARE(result.code, 130);
        QVERIFY(cli.read("x.mp4").starts_with("17 frames"));
        const auto last = lastLine(result.out);
        QVERIFY(last.at("event") == "result" && last.at("outcome") == "kept");
        QVERIFY(last.at("stopped_after_steps") == 21);
        QVERIFY(cli.read("x.mp4").find("\"stopped_after_steps\":21") != std::string::npos);
        QVERIFY2(result.err.find("--resume") != std::string::npos, result.err.c_str());
    }

    void whatWasNotReachedIsNotWritten()
    {
        CliFixture cli;
        cli.afterStep = [](int step, cli::StopRequests &stops) {
            if (step == 20)
                stops.interrupt();
        };
        const auto result = cli.run(
            words({"--scores", "@/s.npz", "--masks", "@/m", "--overlay", "@/o.mp4", "--save-frames", "@/f"}));
        QCOMPARE(result.code, 130);
        QVERIFY(result.err.find("No pruned step") != std::string::npos);
        const auto names = cli.names();
        QVERIFY(names.contains("x.mp4") && names.contains("f/frame_0016.png"));
        QVERIFY(!names.contains("s.npz") && !names.contains("m") && !names.contains("o.mp4"));
    }

    void twiceEndsAtOnce()
    {
        CliFixture cli;
        cli.afterStep = [](int step, cli::StopRequests &stops) {
            if (step == 20) {
                stops.interrupt();
                stops.interrupt();
            }
        };
        const auto result = cli.run(words({"--json"}));
        QCOMPARE(result.code, 130);
        QVERIFY(cli.names().empty());
        QVERIFY(lastLine(result.out).at("outcome") == "cancelled");
    }

    void theSystemsRequestEndsAtOnce()
    {
        CliFixture cli;
        cli.afterStep = [](int step, cli::StopRequests &stops) {
            if (step == 3)
                stops.terminate();
        };
        const auto result = cli.run(words());
        QCOMPARE(result.code, 143);
        QVERIFY(cli.names().empty());
        QCOMPARE(result.out, std::string());
    }

    void aStopWhileLoadingEndsBeforeTheRun()
    {
        CliFixture cli;
        cli.whileLoading = [](cli::StopRequests &stops) { stops.interrupt(); };
        const auto result = cli.run(words());
        QCOMPARE(result.code, 130);
        QCOMPARE(cli.runs, 0);
        QVERIFY(cli.names().empty());
    }

    void twiceWhileWritingLeavesNoHalfFile()
    {
        CliFixture cli;
        cli::StopRequests *requests = nullptr;
        int steps = 0;
        cli.afterStep = [&](int, cli::StopRequests &stops) {
            requests = &stops;
            ++steps;
        };
        cli.media.beforeFirstFrame = [&] {
            requests->interrupt();
            requests->interrupt();
        };
        const auto result = cli.run(words());
        QCOMPARE(result.code, 130);
        QCOMPARE(steps, 43); // the run itself was complete
        QVERIFY(cli.names().empty());
    }

    void oneStopEndsAllClips()
    {
        CliFixture cli;
        cli.afterStep = [](int step, cli::StopRequests &stops) {
            if (step == 20)
                stops.interrupt();
        };
        const auto result = cli.run(
            {"generate", "--model", "@/m", "-p", "x", "-s", "1", "--output-dir", "@/.", "--count", "3"});
        QCOMPARE(result.code, 130);
        QCOMPARE(cli.runs, 1);
        QVERIFY(cli.names() == std::set<std::string>{"x-1.mp4"});
    }

    void oneFailureOfSeveralIsNotTheEnd()
    {
        CliFixture cli;
        cli.prepare = [](FakePipeline &pipeline) { pipeline.failAtStep(2, {ErrorCode::CorruptFile, "y"}); };
        const auto result = cli.run(
            {"generate", "--model", "@/m", "-p", "x", "-s", "1", "--output-dir", "@/.", "--count", "3"});
        QCOMPARE(result.code, 1);
        QVERIFY((cli.names() == std::set<std::string>{"x-2.mp4", "x-3.mp4"}));
    }

    void aStoppedRunIsContinuedFromItsJournal()
    {
        CliFixture cli;
        cli.afterStep = [](int step, cli::StopRequests &stops) {
            if (step == 20)
                stops.terminate();
        };
        QCOMPARE(cli.run(words()).code, 143);
        const auto journal = onlyJournal(cli);
        QVERIFY(!journal.empty());
        int computed = 0;
        cli.afterStep = [&](int, cli::StopRequests &) { ++computed; };
        const auto result = cli.run({"generate", "--model", "@/m", "--resume", journal.string(), "-o",
                                     "@/y.mp4", "--json", "--no-journal"});
        QVERIFY2(result.code == 0, result.err.c_str());
        QCOMPARE(computed, 43 - 21);
        QVERIFY(result.err.find("21 steps with") != std::string::npos);
        QVERIFY(lastLine(result.out).at("seed") == 7);
        QVERIFY(cli.read("y.mp4").starts_with("17 frames"));
    }

    // The engine tells of the steps taken over, too; the new journal holds each of them once.
    void aContinuedRunCanBeContinued()
    {
        CliFixture cli;
        const auto stopAt = [&](int at) {
            cli.afterStep = [at](int step, cli::StopRequests &stops) {
                if (step == at)
                    stops.terminate();
            };
        };
        const auto resumed = [&](const std::filesystem::path &journal) {
            return cli.run(
                {"generate", "--model", "@/m", "--resume", journal.string(), "-o", "@/y.mp4", "--json"});
        };
        stopAt(10);
        QCOMPARE(cli.run(words()).code, 143);
        std::filesystem::path journal = cli.path("first");
        std::filesystem::rename(onlyJournal(cli), journal);
        stopAt(20);
        auto result = resumed(journal);
        QCOMPARE(result.code, 143);
        QVERIFY2(result.err.find("defect") == std::string::npos, result.err.c_str());
        QVERIFY(result.err.find("--resume") != std::string::npos);
        const auto second = store::readJournal(onlyJournal(cli));
        QVERIFY(second.has_value() && second->steps.size() == 21);
        journal = cli.path("second");
        std::filesystem::rename(onlyJournal(cli), journal);
        int computed = 0;
        cli.afterStep = [&](int, cli::StopRequests &) { ++computed; };
        result = resumed(journal);
        QVERIFY2(result.code == 0, result.err.c_str());
        QCOMPARE(computed, 43 - 21);
        const auto third = store::readJournal(onlyJournal(cli));
        QVERIFY(third.has_value() && third->steps.size() == 43);
    }

    void nothingRecordedIsNothingToContinue()
    {
        CliFixture cli;
        cli.prepare = [](FakePipeline &pipeline) { pipeline.failAtStep(0, {ErrorCode::CorruptFile, "y"}); };
        auto result = cli.run(words());
        QCOMPARE(result.code, 3);
        QVERIFY2(result.err.find("--resume") == std::string::npos, result.err.c_str());
        QVERIFY(onlyJournal(cli).empty());
        cli.model.textEncoder.reset();
        result = cli.run(words());
        QCOMPARE(result.code, 3);
        QVERIFY2(result.err.find("no text encoder") != std::string::npos, result.err.c_str());
        QVERIFY(result.err.find("seed 7") == std::string::npos);
        QCOMPARE(cli.pipelines, 1);
        QVERIFY(onlyJournal(cli).empty());
    }

    void aRunBranchesFromAScale()
    {
        CliFixture cli;
        QCOMPARE(cli.run(words()).code, 0);
        const auto journal = onlyJournal(cli);
        int computed = 0;
        cli.afterStep = [&](int, cli::StopRequests &) { ++computed; };
        const auto result =
            cli.run({"generate", "--model", "@/m", "--resume", journal.string(), "--branch-from-scale", "18",
                     "--ratios", "0,0,0,0.5", "-o", "@/y.mp4", "--no-journal"});
        QVERIFY2(result.code == 0, result.err.c_str());
        QCOMPARE(computed, 7); // 18, 19 and 20 twice, 21 once
        QVERIFY(result.err.find("ratios 0,0,0,0.5") != std::string::npos);
    }

    void whatAJournalDecidedStays_data()
    {
        QTest::addColumn<QStringList>("more");
        QTest::newRow("seed") << QStringList{"-s", "8"};
        QTest::newRow("prompt") << QStringList{"-p", "y"};
        QTest::newRow("frames") << QStringList{"--frames", "33"};
        QTest::newRow("ratios without branch") << QStringList{"--ratios", "0,0,0,0"};
        QTest::newRow("no such scale") << QStringList{"--branch-from-scale", "22"};
        QTest::newRow("negative scale") << QStringList{"--branch-from-scale", "-1"};
        QTest::newRow("seed by option") << QStringList{"--branch-from-scale", "2", "--option", "seed=9"};
    }
    void whatAJournalDecidedStays()
    {
        QFETCH(QStringList, more);
        CliFixture cli;
        QCOMPARE(cli.run(words()).code, 0);
        std::vector<std::string> all{"generate", "--model", "@/m", "--resume", onlyJournal(cli).string(),
                                     "-o",       "@/y.mp4"};
        for (const auto &word : more)
            all.push_back(word.toStdString());
        const auto result = cli.run(all);
        QCOMPARE(result.code, 2);
        QCOMPARE(cli.runs, 1);
        QVERIFY(cli.names() == std::set<std::string>{"x.mp4"});
    }

    void aDamagedJournalIsRefused()
    {
        CliFixture cli;
        QCOMPARE(cli.run(words()).code, 0);
        const auto journal = onlyJournal(cli);
        std::filesystem::resize_file(journal, 40);
        auto result = cli.run({"generate", "--model", "@/m", "--resume", journal.string(), "-o", "@/y.mp4"});
        QCOMPARE(result.code, 3);
        cli.write("none", "");
        result = cli.run({"generate", "--model", "@/m", "--resume", "@/none", "-o", "@/y.mp4"});
        QCOMPARE(result.code, 3);
        result = cli.run({"generate", "--model", "@/m", "--resume", "@/absent", "-o", "@/y.mp4"});
        QCOMPARE(result.code, 3);
        QCOMPARE(cli.runs, 1);
    }

    void noJournalWhereUnwanted()
    {
        CliFixture cli;
        QCOMPARE(cli.run(words({"--no-journal"})).code, 0);
        QVERIFY(!std::filesystem::exists(cli.path("state")));
    }
};

QTEST_GUILESS_MAIN(TestStop)
#include "tst_stop.moc"
