// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <map>

#include <nlohmann/json.hpp>

#include "app/cli/progress.h"
#include "app/cli/summary.h"
#include "app/cli/text.h"
#include "core/domain/validate.h"
#include "tests/support/fake_pipeline.h"

using namespace faststar;
using namespace faststar::cli;

class TestProgress : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void progressIsWeighedByWork()
    {
        std::ostringstream out, err;
        Console console(out, err);
        const Reporter reporter(console, false);
        double now = 0.0;
        Progress progress(reporter, [&] { return now; }, {});
        progress.start({0.0, 60.0, 30.0, 10.0});
        QVERIFY(progress.secondsLeft() < 0.0); // nothing is known yet
        now = 6.0;
        progress.generate(0.5);
        QCOMPARE(progress.done(), 0.3);
        QCOMPARE(progress.secondsLeft(), 14.0);
        progress.generate(0.1); // never back
        QCOMPARE(progress.done(), 0.3);
        progress.generate(1.0);
        progress.decode(1.0);
        QCOMPARE(progress.done(), 0.9);
        progress.write(2.0);
        QCOMPARE(progress.done(), 1.0);
    }

    void whatWasTakenOverSaysNothingAboutSpeed()
    {
        std::ostringstream out, err;
        Console console(out, err);
        const Reporter reporter(console, false);
        double now = 0.0;
        Progress progress(reporter, [&] { return now; }, {});
        progress.start({0.0, 100.0, 0.0, 0.0}, 0.5);
        QCOMPARE(progress.done(), 0.5);
        QVERIFY(progress.secondsLeft() < 0.0);
        now = 4.0;
        progress.generate(0.75);
        QCOMPARE(progress.secondsLeft(), 4.0);
    }

    void mostOfTheWorkIsAtTheEnd()
    {
        const auto model = test::fakeModel();
        const auto request = defaultRequest(model);
        const auto schedule = scheduleOf(request, model);
        QVERIFY(schedule.has_value());
        const auto work = workOf(request, model, *schedule);
        QVERIFY(work.generate > 0.0 && work.decode > 0.0 && work.write > 0.0);
        QCOMPARE(work.conditions, 0.0);
        auto withImage = request;
        withImage.condition = ConditionKind::Image;
        withImage.conditionLatentFrames = 1;
        QVERIFY(workOf(withImage, model, *schedule).conditions > 0.0);
    }

    void aLogGetsFewPlainLines()
    {
        std::ostringstream out, err;
        Console console(out, err);
        const Reporter reporter(console, false);
        double now = 0.0;
        Progress progress(
            reporter, [&] { return now += 0.01; }, "2/3 ");
        progress.start({0.0, 1.0, 0.0, 0.0});
        progress.stage("generating");
        for (int i = 0; i <= 1000; ++i)
            progress.generate(i / 1000.0);
        progress.finish();
        const auto text = err.str();
        QCOMPARE(std::count(text.begin(), text.end(), '\n'), 10);
        QVERIFY2(text.find("2/3 10 % generating") != std::string::npos, text.c_str());
        QVERIFY(text.find(" left") != std::string::npos);
        QVERIFY(out.str().empty());
    }

    void aTerminalGetsOneLine()
    {
        std::ostringstream out, err;
        Console console(out, err, {true, true, false, 30});
        const Reporter reporter(console, false);
        double now = 0.0;
        Progress progress(reporter, [&] { return now += 0.05; }, {});
        progress.start({0.0, 1.0, 0.0, 0.0});
        progress.stage("a stage with a name that is longer than the line");
        for (int i = 0; i <= 100; ++i)
            progress.generate(i / 100.0);
        progress.finish();
        const auto text = err.str();
        QCOMPARE(std::count(text.begin(), text.end(), '\n'), 0);
        QVERIFY(text.ends_with("\r\033[K")); // nothing stays
        QVERIFY(text.find("longer") == std::string::npos);
        const auto lines = std::count(text.begin(), text.end(), '\r');
        QVERIFY(lines > 10 && lines < 80); // not at every step
    }

    void nothingUnsafeReachesATerminal()
    {
        QCOMPARE(harmless("a\033[31mb\x07\x7f"), std::string("a?[31mb??"));
        QCOMPARE(harmless("a\nb\tc"), std::string("a b c"));
        QCOMPARE(harmless("\xc3\xa4\xc2\x85\xff\xe2\x82"), std::string("\xc3\xa4?????"));
        std::ostringstream out, err;
        Console console(out, err, {true, true, true, 80});
        console.error("x\033y");
        console.warn("x\033y");
        console.say("x\033y");
        console.detail("x\033y");
        console.status("x\033y");
        auto text = err.str();
        for (const char *ours : {"\033[31m", "\033[33m", "\033[0m", "\033[K"}) {
            for (auto at = text.find(ours); at != std::string::npos; at = text.find(ours))
                text.erase(at, std::string(ours).size());
        }
        QCOMPARE(text.find('\033'), std::string::npos);
    }

    void aStatusLineGivesWay()
    {
        std::ostringstream out, err;
        Console console(out, err, {true, false, false, 80});
        console.status("working");
        console.say("done");
        QCOMPARE(err.str(), std::string("\r\033[Kworking\r\033[Kdone\n"));
        Console quiet(out, err);
        quiet.detail("not asked for");
        QCOMPARE(err.str().find("asked"), std::string::npos);
    }

    void argumentsAreFilledInOnce()
    {
        QCOMPARE(fillIn("%1 of %2", {"%2", "b"}), std::string("%2 of b"));
        QCOMPARE(fillIn("%2 %1 %3 100 %", {"a", "b"}), std::string("b a %3 100 %"));
        QCOMPARE(fillIn("%", {}), std::string("%"));
    }

    void languagesComeInTheUsersOrder()
    {
        using Locales = std::vector<std::string>;
        const auto with = [](std::map<std::string, std::string> variables) {
            return messageLocales([variables = std::move(variables)](const char *name) {
                const auto found = variables.find(name);
                return found == variables.end() ? std::nullopt : std::optional(found->second);
            });
        };
        QCOMPARE(with({}), Locales{});
        QCOMPARE(with({{"LANG", "de_DE.UTF-8"}}), Locales{"de_DE"});
        QCOMPARE(with({{"LANG", "fr_FR"}, {"LC_MESSAGES", "de_AT@euro"}}), Locales{"de_AT"});
        QCOMPARE(with({{"LANG", "fr_FR"}, {"LC_ALL", "C.UTF-8"}, {"LANGUAGE", "de"}}), Locales{});
        QCOMPARE(with({{"LANG", "en_GB"}, {"LC_ALL", ""}, {"LANGUAGE", "de_CH.UTF-8::fr"}}),
                 (Locales{"de_CH", "fr", "en_GB"}));
    }

    void numbersAreReadable()
    {
        QCOMPARE(formatSeconds(3.14159), std::string("3.1 s"));
        QCOMPARE(formatSeconds(65.2), std::string("1:05"));
        QCOMPARE(formatSeconds(599.6), std::string("10:00"));
        QCOMPARE(formatBytes(312.0 * 1048576), std::string("312 MiB"));
        QCOMPARE(formatBytes(22.44 * 1073741824), std::string("22.4 GiB"));
        RunSummary summary;
        summary.tokensAll = 6002;
        summary.tokensRun = 4888;
        summary.peakBytes = 312 << 20;
        const auto line = summaryLine(summary, 0.25);
        QVERIFY2(line.starts_with("4888 of 6002 tokens (81.4 %)") &&
                     line.ends_with("at most 312 MiB of memory"),
                 line.c_str());
    }
};

QTEST_GUILESS_MAIN(TestProgress)
#include "tst_progress.moc"
