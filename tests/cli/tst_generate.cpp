// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tests/cli/cli_fixture.h"

using namespace faststar;
using namespace faststar::test;
using nlohmann::json;

namespace
{

// A complete command line but for what a test adds.
std::vector<std::string> generate(std::vector<std::string> more)
{
    std::vector<std::string> all{"generate", "--model", "@/model", "-p", "A red circle!", "-s", "7"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

std::vector<json> linesOf(const std::string &text)
{
    std::vector<json> objects;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        objects.push_back(json::parse(line)); // a test fails on what is no JSON
    return objects;
}

std::vector<json> eventsOf(const std::string &text, const std::string &name)
{
    auto all = linesOf(text);
    std::erase_if(all, [&](const json &event) { return event.at("event") != name; });
    return all;
}

using Names = std::set<std::string>;

std::string joined(const Names &names)
{
    std::string all;
    for (const auto &name : names) {
        all += name;
        all += ' ';
    }
    return all;
}

} // namespace

class TestGenerate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesTheClipAfterPromptAndSeed()
    {
        CliFixture cli;
        const auto result = cli.run(generate({"--output-dir", "@/."}));
        QVERIFY2(result.code == 0, result.err.c_str());
        QCOMPARE(joined(cli.names()), joined(Names{"a-red-circle-7.mp4"}));
        QCOMPARE(result.out, cli.path("./a-red-circle-7.mp4").string() + "\n");
        QVERIFY(result.err.find("seed 7, 17 frames, method faststar, ratios 0.2,0.3,0.4,0.7, p 2") !=
                std::string::npos);
        QVERIFY2(result.err.find("tokens (") != std::string::npos, result.err.c_str());
        QVERIFY(cli.read("a-red-circle-7.mp4").starts_with("17 frames at 16\n"));
    }

    void aClashGetsAnIndex()
    {
        CliFixture cli;
        cli.write("a-red-circle-7.mp4", "mine");
        cli.write("a-red-circle-7-2.mp4", "mine too");
        const auto result = cli.run(generate({"--output-dir", "@/.", "--overwrite"}));
        QCOMPARE(result.code, 0);
        QCOMPARE(joined(cli.names()),
                 joined(Names{"a-red-circle-7.mp4", "a-red-circle-7-2.mp4", "a-red-circle-7-3.mp4"}));
        QCOMPARE(cli.read("a-red-circle-7.mp4"), std::string("mine"));
        QCOMPARE(cli.read("a-red-circle-7-2.mp4"), std::string("mine too"));
    }

    void aNameTakenWhileWritingIsNotOverwritten()
    {
        CliFixture cli;
        cli.media.beforeCommit = [&](const std::filesystem::path &path) {
            if (path.filename() == "a-red-circle-7.mp4")
                cli.write("a-red-circle-7.mp4", "quicker");
        };
        const auto result = cli.run(generate({"--output-dir", "@/."}));
        QCOMPARE(result.code, 0);
        QCOMPARE(cli.read("a-red-circle-7.mp4"), std::string("quicker"));
        QCOMPARE(joined(cli.names()), joined(Names{"a-red-circle-7.mp4", "a-red-circle-7-2.mp4"}));
    }

    void anExplicitOutputIsUsedAndReplacedOnlyWhenAllowed()
    {
        CliFixture cli;
        cli.write("mine.mp4", "old");
        const auto refused = cli.run(generate({"-o", "@/mine.mp4"}));
        QCOMPARE(refused.code, 2);
        QCOMPARE(refused.out, std::string());
        QCOMPARE(cli.pipelines, 0); // before any work
        QCOMPARE(cli.read("mine.mp4"), std::string("old"));
        const auto replaced = cli.run(generate({"-o", "@/mine.mp4", "--overwrite"}));
        QVERIFY2(replaced.code == 0, replaced.err.c_str());
        QVERIFY(cli.read("mine.mp4").starts_with("17 frames"));
        QCOMPARE(joined(cli.names()), joined(Names{"mine.mp4"}));
    }

    void randomSeedsAreShown()
    {
        for (const char *seed : {"-1", "-99"}) {
            CliFixture cli;
            const auto result =
                cli.run({"generate", "--model", "@/m", "-p", "x", "-s", seed, "--output-dir", "@/."});
            QVERIFY2(result.code == 0, result.err.c_str());
            QCOMPARE(joined(cli.names()), joined(Names{"x-4242.mp4"}));
            QVERIFY(result.err.find("seed 4242") != std::string::npos);
        }
    }

    void countMakesSuccessiveSeeds()
    {
        CliFixture cli;
        const auto result = cli.run(generate({"--output-dir", "@/.", "--count", "3"}));
        QVERIFY2(result.code == 0, result.err.c_str());
        QCOMPARE(joined(cli.names()),
                 joined(Names{"a-red-circle-7.mp4", "a-red-circle-8.mp4", "a-red-circle-9.mp4"}));
        QCOMPARE(std::count(result.out.begin(), result.out.end(), '\n'), 3);
        QCOMPARE(cli.pipelines, 1);
    }

    void thePromptMayComeFromStandardInput()
    {
        CliFixture cli;
        cli.input = "a green square\n";
        const auto result = cli.run(
            {"generate", "--model", "@/m", "-p", "-", "-s", "1", "--output-dir", "@/.", "--no-input"});
        QVERIFY2(result.code == 0, result.err.c_str());
        QCOMPARE(joined(cli.names()), joined(Names{"a-green-square-1.mp4"}));
    }

    void anEmptyPromptIsAPrompt()
    {
        CliFixture cli;
        const auto result =
            cli.run({"generate", "--model", "@/m", "-p", "", "-s", "1", "--output-dir", "@/."});
        QVERIFY2(result.code == 0, result.err.c_str());
        QCOMPARE(joined(cli.names()), joined(Names{"clip-1.mp4"}));
    }

    void eventsAreJsonLinesInOrder()
    {
        CliFixture cli;
        const auto result = cli.run(generate({"-o", "@/clip.mp4", "--json"}));
        QVERIFY2(result.code == 0, result.err.c_str());
        const auto all = linesOf(result.out);
        QVERIFY(all.back().at("event") == "result");
        const auto plan = eventsOf(result.out, "plan");
        QCOMPARE(plan.size(), std::size_t(1));
        QVERIFY(plan[0].at("seed") == 7);
        QVERIFY(plan[0].at("ratios") == (json{0.2, 0.3, 0.4, 0.7}));
        QVERIFY(plan[0].at("width") == 336);
        const auto steps = eventsOf(result.out, "step");
        QCOMPARE(int(steps.size()), plan[0].at("steps").get<int>());
        std::int64_t kept = 0;
        for (const auto &step : steps)
            kept += step.at("kept").get<std::int64_t>();
        QCOMPARE(kept, plan[0].at("kept").get<std::int64_t>());
        // 12 x 21 tokens of 4 latent frames at the last scale, 70 % of them pruned.
        QVERIFY(steps.back().at("tokens") == 1008);
        QVERIFY(steps.back().at("kept") == 302);
        const auto &final = all.back();
        QVERIFY(final.at("output") == cli.path("clip.mp4").string());
        QVERIFY(final.at("outcome") == "finished");
        QVERIFY(final.at("kept") == plan[0].at("kept"));
        double last = 0.0;
        const auto progress = eventsOf(result.out, "progress");
        for (const auto &event : progress) {
            QVERIFY(event.at("done").get<double>() >= last);
            last = event.at("done").get<double>();
        }
        QVERIFY(last > 0.9 && progress.size() > 5);
    }

    void errorsAreEventsToo()
    {
        CliFixture cli;
        const auto result = cli.run(generate({"-o", "@/clip.mp4", "--json", "--frames", "16"}));
        QCOMPARE(result.code, 2);
        const auto all = linesOf(result.out);
        QCOMPARE(all.size(), std::size_t(1));
        QVERIFY(all[0].at("event") == "error");
        QVERIFY(all[0].at("code") == "invalid_request");
        QVERIFY(all[0].at("exit") == 2);
        QVERIFY(result.err.find("16") != std::string::npos);
    }

    void theRecipeIsInsideUnlessUnwanted()
    {
        CliFixture cli;
        QCOMPARE(cli.run(generate({"-o", "@/with.mp4"})).code, 0);
        const auto content = cli.read("with.mp4");
        const auto at = content.find("faststar=");
        QVERIFY(at != std::string::npos);
        const auto recipe = json::parse(content.substr(at + 9, content.find('\n', at) - at - 9));
        QVERIFY(recipe.at("request").at("seed") == 7);
        QVERIFY(recipe.at("model").at("hash") == "fa4e");
        QVERIFY(recipe.at("effective").at("temporal_ref") == "first_clip_final");
        QVERIFY(recipe.at("effective").at("stale") == "literal");
        QVERIFY(content.find("comment=A red circle! (seed 7, faststar 0.2,0.3,0.4,0.7 p 2") !=
                std::string::npos);
        QCOMPARE(cli.run(generate({"-o", "@/without.mp4", "--no-metadata"})).code, 0);
        QCOMPARE(cli.read("without.mp4"), std::string("17 frames at 16\n"));
    }

    void everyExtraOutputIsWritten()
    {
        CliFixture cli;
        const auto result =
            cli.run(generate({"-o", "@/clip.mp4", "--masks", "@/masks", "--scores", "@/s.npz", "--overlay",
                              "@/o.mp4", "--save-frames", "@/frames", "--preview-path", "@/p.png"}));
        QVERIFY2(result.code == 0, result.err.c_str());
        const auto names = cli.names();
        for (const char *name :
             {"clip.mp4", "s.npz", "o.mp4", "p.png", "frames/frame_0000.png", "frames/frame_0016.png",
              "masks/masks.mp4", "masks/21.0/tau_00.png", "masks/21.0/tau_03.png", "masks/18.0/tau_00.png"})
            QVERIFY2(names.contains(name), name);
        QVERIFY(!names.contains("frames/frame_0017.png"));
        QVERIFY(cli.read("frames/frame_0000.png").find("tEXt") == std::string::npos); // only pixels
        QVERIFY(cli.read("frames/frame_0000.png").find("iTXt") == std::string::npos);
        QVERIFY(!names.contains("masks/18.1")); // the last repetition runs in full
        QVERIFY(!names.contains("masks/17.0"));
        // 18.0, 19.0, 20.0 and 21.0, four latent frames of four frames each.
        QVERIFY(cli.read("masks/masks.mp4").starts_with("64 frames"));
        const auto scores = cli.read("s.npz");
        for (const char *key :
             {"step/21.0/spatial_similarity.npy", "step/21.0/temporal_similarity.npy", "step/21.0/score.npy",
              "step/21.0/mask_full.npy", "step/21.0/kept.npy", "step/18.0/kept.npy"})
            QVERIFY2(scores.find(key) != std::string::npos, key);
        for (const auto &name : names)
            QVERIFY2(name.find(".faststar-") == std::string::npos, name.c_str());
    }

    void withoutFilmsTheClipIsAFolderOfPictures()
    {
        CliFixture cli;
        cli.media.video = false;
        const auto result = cli.run(generate({"--output-dir", "@/."}));
        QVERIFY2(result.code == 0, result.err.c_str());
        QVERIFY(cli.names().contains("a-red-circle-7/frame_0016.png"));
        QCOMPARE(cli.names().size(), std::size_t(18));
        QVERIFY(cli.read("a-red-circle-7/frame_0000.png").find("faststar") != std::string::npos);
        QCOMPARE(cli.run(generate({"--output-dir", "@/."})).code, 0);
        QVERIFY(cli.names().contains("a-red-circle-7-2/frame_0000.png"));
        QCOMPARE(cli.run(generate({"-o", "@/x", "--overlay", "@/o.mp4"})).code, 2);
    }

    void requestsComeFromAFile()
    {
        CliFixture cli;
        cli.write("jobs.jsonl", "{\"prompt\": \"one\", \"seed\": 3, \"ratios\": [0, 0.5, 0.5, 1]}\n\n"
                                "{\"seed\": 4, \"option\": {\"mask_mode\": \"nearest\"}, \"count\": 2}\n");
        cli.write("jobs.json",
                  "[{\"prompt\": \"three\", \"output\": \"" + cli.path("three.mp4").string() + "\"}]");
        auto result = cli.run(generate({"--output-dir", "@/.", "--process", "@/jobs.jsonl", "--json"}));
        QVERIFY2(result.code == 0, result.err.c_str());
        auto plans = eventsOf(result.out, "plan");
        QCOMPARE(plans.size(), std::size_t(3));
        QVERIFY(plans[0].at("ratios") == (json{0.0, 0.5, 0.5, 1.0}));
        QVERIFY(plans[2].at("seed") == 5);
        result = cli.run(generate({"--process", "@/jobs.json"}));
        QVERIFY2(result.code == 0, result.err.c_str());
        QCOMPARE(joined(cli.names()), joined(Names{"jobs.jsonl", "jobs.json", "one-3.mp4",
                                                   "a-red-circle-4.mp4", "a-red-circle-5.mp4", "three.mp4"}));
    }

    void anEntryOutdoesTheCommandLine()
    {
        CliFixture cli;
        cli.write("jobs", "{\"option\": {\"seed\": 9, \"ratio\": \"0,0,0,0.5\"}}\n{\"p\": 1, \"seed\": 3}\n");
        auto result = cli.run(generate({"--output-dir", "@/.", "--process", "@/jobs", "--json", "--ratios",
                                        "0,0,0,0.1", "--option", "p=3"}));
        QVERIFY2(result.code == 0, result.err.c_str());
        const auto plans = eventsOf(result.out, "plan");
        QVERIFY(plans[0].at("seed") == 9 && plans[0].at("p") == "3");
        QVERIFY(plans[0].at("ratios") == (json{0.0, 0.0, 0.0, 0.5}));
        QVERIFY(plans[1].at("seed") == 3 && plans[1].at("p") == "1");
        QVERIFY(plans[1].at("ratios") == (json{0.0, 0.0, 0.0, 0.1}));
        cli.write("jobs", "{\"seed\": 3, \"option\": {\"seed\": 4}}");
        result = cli.run(generate({"--output-dir", "@/.", "--process", "@/jobs"}));
        QCOMPARE(result.code, 2);
        QVERIFY2(result.err.find("jobs, line 1: seed") != std::string::npos, result.err.c_str());
    }

    void brokenRequestFilesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<int>("code");
        QTest::newRow("no JSON") << QByteArray("{\"prompt\": ") << 3;
        QTest::newRow("no object") << QByteArray("[1, 2]") << 3;
        QTest::newRow("empty") << QByteArray("") << 3;
        QTest::newRow("empty list") << QByteArray("[]") << 3;
        QTest::newRow("unknown key") << QByteArray("{\"promt\": \"x\"}") << 3;
        QTest::newRow("wrong type") << QByteArray("{\"prompt\": {}}") << 3;
        QTest::newRow("number for a prompt") << QByteArray("{\"prompt\": 7}") << 3;
        QTest::newRow("list of text") << QByteArray("{\"ratios\": [\"a\"]}") << 3;
        QTest::newRow("not UTF-8") << QByteArray("{\"prompt\": \"\xff\"}") << 3;
        QTest::newRow("second impossible")
            << QByteArray("{\"prompt\": \"a\"}\n{\"prompt\": \"b\", \"frames\": 16}") << 2;
        QTest::newRow("same output") << QByteArray("{\"output\": \"x.mp4\"}\n{\"output\": \"./x.mp4\"}") << 2;
        QTest::newRow("deep") << QByteArray(100000, '[') << 3;
    }
    void brokenRequestFilesAreRefused()
    {
        QFETCH(QByteArray, content);
        QFETCH(int, code);
        CliFixture cli;
        cli.write("jobs", content.toStdString());
        const auto result = cli.run(generate({"--output-dir", "@/.", "--process", "@/jobs"}));
        QCOMPARE(result.code, code);
        QCOMPARE(cli.pipelines, 0);
        QCOMPARE(joined(cli.names()), joined(Names{"jobs"}));
    }

    void aDryRunOnlyForecasts()
    {
        CliFixture cli;
        const auto people = cli.run(generate({"--output-dir", "@/.", "--dry-run"}));
        QCOMPARE(people.code, 0);
        QVERIFY(people.out.find("300 MiB") != std::string::npos &&
                people.out.find("estimate") != std::string::npos);
        const auto result = cli.run(generate(
            {"--output-dir", "@/.", "--dry-run", "--json", "--ratios", "0,0,0,0", "--profile", "cpu-f32"}));
        const auto forecast = eventsOf(result.out, "forecast");
        QCOMPARE(forecast.size(), std::size_t(1));
        QVERIFY(forecast[0].at("tokens") == forecast[0].at("kept"));
        QVERIFY(forecast[0].at("memory_bytes") == 314572800);
        QVERIFY(forecast[0].at("memory_of") == "host");
        QCOMPARE(cli.forecastFor, std::string("cpu cpu-f32"));
        QVERIFY(forecast[0].at("seconds_estimate").get<double>() > 0.0);
        QCOMPARE(cli.pipelines, 0);
        QVERIFY(cli.names().empty());
    }

    void aDryRunSaysWhatDoesNotFit()
    {
        CliFixture cli;
        cli.memoryBytes = 1000;
        const auto result = cli.run(generate({"--output-dir", "@/.", "--dry-run"}));
        QCOMPARE(result.code, 4);
        QVERIFY(result.out.find("300 MiB") != std::string::npos);
        QVERIFY2(result.err.find("314572800 needed, 1000 available") != std::string::npos,
                 result.err.c_str());
    }

    void whatIsMadeAsAskedIsNotSaid()
    {
        for (const char *aspect : {"16:9", "9:16", "3:4", "2:3", "1:3", "3:1", "1:1"}) {
            CliFixture cli;
            const auto result = cli.run(generate(
                {"--output-dir", "@/.", "--dry-run", "--aspect", aspect, "--ratios", "0.20,0.3,0.4,0.7"}));
            QCOMPARE(result.code, 0);
            QVERIFY2(result.err.empty(), result.err.c_str());
        }
        CliFixture cli;
        const auto result = cli.run(generate({"--output-dir", "@/.", "--dry-run", "--aspect", "5:4"}));
        QVERIFY(result.err.find("nearest") != std::string::npos);
    }

    void theNearestShapeIsTakenAndSaid()
    {
        CliFixture cli;
        auto result = cli.run(generate({"--output-dir", "@/.", "-W", "640", "-H", "360", "--json"}));
        QVERIFY2(result.code == 0, result.err.c_str());
        QVERIFY(eventsOf(result.out, "plan")[0].at("width") == 336);
        QVERIFY2(result.err.find("640x360") != std::string::npos &&
                     result.err.find("336x192") != std::string::npos,
                 result.err.c_str());
        result = cli.run(generate({"--output-dir", "@/.", "--aspect", "9:16", "--json"}));
        QVERIFY2(result.code == 0, result.err.c_str());
        const auto plan = eventsOf(result.out, "plan")[0];
        QVERIFY(plan.at("height").get<int>() > plan.at("width").get<int>());
        result = cli.run(generate({"--output-dir", "@/.", "--size", "336x192", "--json"}));
        QVERIFY(eventsOf(result.out, "plan")[0].at("width") == 336);
        QCOMPARE(result.err.find("nearest"), std::string::npos);
    }

    void ratiosAreRoundedAndSaid()
    {
        CliFixture cli;
        const auto result = cli.run(generate({"--output-dir", "@/.", "--ratios", "0.12345,0.3,0.4,0.7"}));
        QVERIFY2(result.code == 0, result.err.c_str());
        QVERIFY(result.err.find("ratios 0.123,0.3,0.4,0.7") != std::string::npos);
    }

    void aRunStartsFromAnImageOrAVideo()
    {
        CliFixture cli;
        cli.write("in.png", "x");
        cli.write("in.mp4", "12");
        auto result = cli.run(generate({"-o", "@/a.mp4", "-i", "@/in.png", "--json"}));
        QVERIFY2(result.code == 0, result.err.c_str());
        QVERIFY(eventsOf(result.out, "step").front().at("forced").get<bool>());
        result = cli.run(generate({"-o", "@/b.mp4", "--video", "@/in.mp4", "--frames", "33", "--json"}));
        QVERIFY2(result.code == 0, result.err.c_str()); // 9 of the 12 frames are usable
        QVERIFY(eventsOf(result.out, "result")[0].at("frames") == 33);
    }

    void settingsWithoutEffectAreSaid()
    {
        CliFixture cli;
        const auto result = cli.run(generate({"--output-dir", "@/.", "--method", "none", "--p", "1"}));
        QVERIFY2(result.code == 0, result.err.c_str());
        QVERIFY(result.err.find("method none has no options") != std::string::npos);
        QVERIFY(result.err.find("(100 %)") != std::string::npos);
    }

    void noColourAndNoRewritingWhereUnwanted()
    {
        for (const auto &[name, value] :
             std::map<std::string, std::string>{{"NO_COLOR", "1"}, {"TERM", "dumb"}}) {
            CliFixture cli;
            cli.terminal = true;
            QVERIFY(cli.run(generate({"-o", "@/a.mp4"})).err.find('\r') != std::string::npos);
            cli.variables[name] = value;
            QCOMPARE(cli.run(generate({"-o", "@/b.mp4"})).err.find_first_of("\r\033"), std::string::npos);
        }
        CliFixture cli;
        cli.terminal = true;
        QCOMPARE(cli.run(generate({"-o", "@/a.mp4", "--no-color"})).err.find_first_of("\r\033"),
                 std::string::npos);
        cli.terminal = false;
        QCOMPARE(cli.run(generate({"-o", "@/b.mp4"})).err.find_first_of("\r\033"), std::string::npos);
    }

    void aReaderWhoLeavesIsNotTheEnd()
    {
        CliFixture cli;
        cli.outputBroken = true;
        auto result = cli.run(generate({"-o", "@/a.mp4"}));
        QCOMPARE(result.code, 1);
        QCOMPARE(joined(cli.names()), joined(Names{"a.mp4"})); // the work is not lost
        result = cli.run(generate({"-o", "@/b.mp4", "--json"}));
        QCOMPARE(result.code, 1);
        QCOMPARE(joined(cli.names()), joined(Names{"a.mp4", "b.mp4"}));
    }
};

QTEST_GUILESS_MAIN(TestGenerate)
#include "tst_generate.moc"
