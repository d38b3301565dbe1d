// SPDX-License-Identifier: Apache-2.0
//
// What cannot be done is refused in one sentence, with the right exit code, before any work, and
// nothing is written.
#include <QTest>

#include <algorithm>

#include <sys/stat.h>
#include <unistd.h>

#include "tests/cli/cli_fixture.h"

using namespace faststar;
using namespace faststar::test;

class TestUsage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theImpossibleIsRefused_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("mentions");
        const auto row = [](const char *name, const QString &arguments, int code, const char *mentions) {
            QTest::newRow(name) << arguments.split(' ') << code << mentions;
        };
        row("16 frames", "--frames 16", 2, "16 is not 1 + 4k");
        row("0 frames", "--frames 0", 2, "frames");
        row("frames in words", "--frames many", 2, "many");
        row("frames beyond all numbers", "--frames 99999999999999999999", 2, "frames");
        row("ratio 1.2", "--ratios 0.2,0.3,0.4,1.2", 2, "0 to 1");
        row("ratio -0.1", "--ratios -0.1,0.3,0.4,0.7", 2, "0 to 1");
        row("7 ratios", "--ratios 0.1,0.2,0.3,0.4,0.5,0.6,0.7", 2, "7 numbers");
        row("3 ratios", "--ratios 0.1,0.2,0.3", 2, "3 numbers");
        row("ratio nan", "--ratios nan,0.2,0.3,0.4", 2, "not a number");
        row("ratios without pruning", "--ratios 0,0,0,0 --method none", 2, "none");
        row("option ratio without pruning", "--option ratio=0.1,0.1,0.1,0.1 --method none", 2, "none");
        row("two seeds", "--seed 5 --option seed=6", 2, "given twice");
        row("random and fixed seed", "--seed -1 --option seed=6", 2, "given twice");
        row("two ratios", "--ratios 0,0,0,0 --option ratio=0,0,0,1", 2, "given twice");
        row("two p", "--p 1 --option p=2", 2, "given twice");
        row("two methods", "--method none --option method=faststar", 2, "given twice");
        row("option twice", "--option mask_mode=nearest --option mask_mode=area_exact", 2, "given twice");
        row("nothing for a later clip",
            "--option context_kv=kept_only --ratios 0.2,0.3,0.4,1 --frames 97 --option clips=all", 2,
            "kept_only");
        row("width in words", "-W wide -H 360", 2, "-W: 'wide'");
        row("height 0", "-W 640 -H 0", 2, "-H: '0'");
        row("device that is not there", "--device cuda:99", 2, "device 'cuda:99'");
        row("unknown device", "--device tpu", 2, "'tpu'");
        row("dry run on another device", "--device cuda:99 --dry-run", 2, "device 'cuda:99'");
        row("dry run of another profile", "--profile fp8 --dry-run", 2, "fp8 needs a CUDA device");
        row("dry run with no threads", "--threads -1 --dry-run", 2, "threads");
        row("nobody writes there", "-o /proc/x.mp4", 2, "/proc");
        row("p 0", "--p 0", 2, "1 to inf");
        row("p nan", "--p nan", 2, "1 to inf");
        row("p 0.99", "--p 0.99", 2, "1 to inf");
        row("unknown option", "--option colour=red", 2, "mask_mode");
        row("unknown value", "--option fill=red", 2, "nearest_kept");
        row("option not built", "--option stale=carry", 2, "stale=carry is not built");
        row("value not built", "--option score_norm=rank", 2, "score_norm=rank is not built");
        row("method's option not built", "--option tome.metric=hidden", 2, "tome.metric=hidden is not built");
        row("own_step on its own", "--option spatial_ref=own_step", 2, "compute=full");
        row("method not built", "--method fastvar", 2, "fastvar is not built");
        row("unknown method", "--method magic", 2, "magic");
        row("profile of a device", "--profile fp8", 2, "fp8 needs a CUDA device");
        row("unknown profile", "--profile fast", 2, "fast");
        row("guidance in words", "--guidance strong", 2, "apg");
        row("guidance below 1", "--guidance-scale 0.5", 2, "guidance_scale");
        row("guidance nan", "--guidance-scale nan", 2, "nan");
        row("tau 0", "--tau-image 0", 2, "tau_image");
        row("tau negative", "--tau-video -1", 2, "tau_video");
        row("decimal comma", "--tau-video 0,4", 2, "0,4");
        row("other size", "--size 0.90M", 2, "0.90M");
        row("other pixels", "--size 1280x720", 2, "336x192");
        row("aspect in words", "--aspect wide", 2, "wide");
        row("aspect 0", "--aspect 0:9", 2, "0:9");
        row("width alone", "-W 640", 2, "-H");
        row("shape twice", "-W 640 -H 360 --aspect 16:9", 2, "aspect");
        row("seed in words", "--seed lucky", 2, "lucky");
        row("seed too large", "--seed 9223372036854775808", 2, "seed");
        row("no room for count", "--seed 9223372036854775807 --count 2", 2, "count");
        row("count 0", "--count 0", 2, "count");
        row("count endless", "--count 1000000000", 2, "count");
        row("threads negative", "--threads -1", 2, "threads");
        row("fps 0", "--fps 0", 2, "fps");
        row("preview interval 0", "--preview-interval 0", 2, "preview_interval");
        row("image and video", "-i @/in.png --video @/in.mp4", 2, "both");
        row("no image", "-i @/absent.png", 3, "absent.png");
        row("no video", "--video @/absent.mp4 --frames 33", 3, "absent.mp4");
        row("video too short", "--video @/in.mp4 --frames 33", 2, "at least 5");
        row("no room after the video", "--video @/in.mp4 --frames 5", 2, "at least 9");
        row("one frame of an image", "-i @/in.png --frames 1", 2, "at least 5");
        row("no model", "--model @/no_model", 3, "no_model");
        row("no request file", "--process @/absent", 3, "absent");
        row("request file is a folder", "--process @/.", 3, "regular file");
        row("no journal", "--resume @/absent", 3, "absent");
        row("branch of nothing", "--branch-from-scale 3", 2, "--resume");
        row("unknown flag", "--colour red", 2, "--colour");
        row("flag without value", "--frames", 2, "--frames");
        row("word too much", "extra", 2, "extra");
        row("no such folder", "--output-dir @/absent", 2, "does not exist");
        row("folder is a file", "--output-dir @/in.png", 2, "no folder");
        row("output in no folder", "-o @/absent/x.mp4", 2, "does not exist");
        row("scores in a folder", "--scores @/.", 2, "is a folder");
        row("output of another kind", "-o @/x.webm", 2, ".mp4");
        row("output to nowhere", "-o -", 2, "standard output");
        row("output is there", "-o @/in.mp4", 2, "in.mp4");
        row("output is the input", "-o @/in.mp4 --video @/in.mp4 --frames 33 --overwrite", 2, "at least 5");
        row("overlay is the input", "-i @/in.png --overlay @/./in.png --overwrite", 2, "an input");
        row("two outputs in one", "-o @/x.mp4 --overlay @/./x.mp4", 2, "is also --output");
        row("scores in masks' place", "--masks @/m --scores @/m", 2, "is also --masks");
        row("overlay is there", "--overlay @/in.mp4", 2, "in.mp4");
        row("scores in no folder", "--scores @/absent/s.npz", 2, "does not exist");
        row("trace is there", "--trace @/in.mp4", 2, "in.mp4");
        row("output through a dead link", "-o @/dead.mp4", 2, "leads nowhere");
        row("overwrite through a dead link", "--trace @/dead --overwrite", 2, "leads nowhere");
        row("masks through a dead link", "--masks @/dead", 2, "leads nowhere");
        row("frames through a dead link", "--save-frames @/dead/", 2, "leads nowhere");
        row("masks are there", "--masks @/.", 2, "not empty");
        row("frames into a file", "--save-frames @/in.png", 2, "no folder");
        row("preview is there", "--preview-path @/in.png", 2, "in.png");
        row("masks of nothing", "--masks @/m --method none", 2, "prunes nothing");
        row("scores of nothing", "--scores @/s.npz --ratios 0,0,0,0", 2, "prunes nothing");
        row("overlay of one frame", "--overlay @/o.mp4 --frames 1", 2, "prunes nothing");
        row("one name for two", "-o @/x.mp4 --count 2", 2, "--output-dir");
        row("one folder for two", "--masks @/m --count 2", 2, "several clips");
    }
    // An empty name is a script's unset variable. Going on without what it should have named would waste a
    // run, or worse, show something else than was asked for.
    void emptyNamesAreRefused_data()
    {
        QTest::addColumn<QString>("flag");
        for (const char *flag :
             {"-i", "--video", "-o", "--model", "--process", "--resume", "--masks", "--scores", "--overlay",
              "--save-frames", "--trace", "--output-dir", "--preview-path"})
            QTest::newRow(flag) << flag;
    }
    void emptyNamesAreRefused()
    {
        QFETCH(QString, flag);
        CliFixture cli;
        std::vector<std::string> words{"generate", "-p", "x"};
        if (flag != "--model")
            words.insert(words.end(), {"--model", "@/model"});
        if (flag != "--output-dir" && flag != "-o")
            words.insert(words.end(), {"--output-dir", "@/."});
        words.insert(words.end(), {flag.toStdString(), ""});
        const auto result = cli.run(words);
        QVERIFY2(result.code == 2, (std::to_string(result.code) + ": " + result.err).c_str());
        QVERIFY2(QString::fromStdString(result.err).contains(flag), result.err.c_str());
        QVERIFY(result.err.find("empty") != std::string::npos);
        QCOMPARE(cli.pipelines, 0);
        QVERIFY(cli.names().empty());
    }
    void otherEmptyNamesAreRefused()
    {
        CliFixture cli;
        cli.replay = [](const auto &) -> Result<pipeline::ReplayReport> { return pipeline::ReplayReport{}; };
        QCOMPARE(cli.run({"replay", "@/case", "--out", ""}).code, 2);
        QCOMPARE(cli.run({"replay", ""}).code, 2);
        QCOMPARE(cli.run({"inspect", ""}).code, 2);
        QCOMPARE(cli.run({"bench", "--arch", "tiny", "--svg", ""}).code, 2);
    }

    // Every request of a file says what to show, by itself or through the command line.
    void everyEntryNeedsAPrompt()
    {
        CliFixture cli;
        cli.write("jobs.json", R"([{"prompt": "x"}, {"seed": 3}])");
        const std::vector<std::string> words{"generate",    "--model",      "@/m", "--process",
                                             "@/jobs.json", "--output-dir", "@/."};
        auto result = cli.run(words);
        QCOMPARE(result.code, 2);
        QVERIFY2(result.err.find("entry 2: prompt") != std::string::npos, result.err.c_str());
        QCOMPARE(cli.pipelines, 0);
        auto common = words;
        common.insert(common.end(), {"-p", "y"});
        QCOMPARE(cli.run(common).code, 0);
        cli.write("jobs.json", R"({"prompt": "x", "image": ""})");
        result = cli.run(words);
        QCOMPARE(result.code, 3);
        QVERIFY2(result.err.find("'image'") != std::string::npos, result.err.c_str());
    }

    void theLargestSeedIsASeed()
    {
        CliFixture cli;
        const auto result = cli.run(
            {"generate", "--model", "@/m", "-p", "x", "--output-dir", "@/.", "-s", "9223372036854775807"});
        QVERIFY2(result.code == 0, result.err.c_str());
        QVERIFY(result.out.find("9223372036854775807") != std::string::npos);
    }

    void oneFrameIsNoPlural()
    {
        CliFixture cli;
        const auto result = cli.run(
            {"generate", "--model", "@/m", "-p", "x", "--frames", "1", "--dry-run", "--output-dir", "@/."});
        QVERIFY2(result.out.find(", 1 frame,") != std::string::npos, result.out.c_str());
    }

    void anUnknownCommandIsNamed()
    {
        CliFixture cli;
        const auto result = cli.run({"generat", "-p", "x"});
        QCOMPARE(result.code, 2);
        QVERIFY2(result.err.find("'generat' is unknown") != std::string::npos, result.err.c_str());
    }

    void theImpossibleIsRefused()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QString, mentions);
        CliFixture cli;
        cli.write("in.png", "x");
        cli.write("in.mp4", "3");
        std::filesystem::create_symlink(cli.path("away"), cli.path("dead"));
        std::filesystem::create_symlink(cli.path("away.mp4"), cli.path("dead.mp4"));
        const auto before = cli.names();
        std::vector<std::string> words{"generate", "--model", "@/model", "-p", "x"};
        if (!arguments.contains("--output-dir") && !arguments.contains("-o"))
            words.insert(words.end(), {"--output-dir", "@/."});
        for (const auto &argument : arguments)
            words.push_back(argument.toStdString());
        if (arguments.contains("--model"))
            words.erase(words.begin() + 1, words.begin() + 3);
        const auto result = cli.run(words);
        QVERIFY2(result.code == code, (std::to_string(result.code) + ": " + result.err).c_str());
        QCOMPARE(result.out, std::string());
        QVERIFY2(QString::fromStdString(result.err).contains(mentions), result.err.c_str());
        QCOMPARE(int(std::count(result.err.begin(), result.err.end(), '\n')), 1); // one sentence
        QCOMPARE(cli.pipelines, 0);
        QVERIFY(cli.names() == before);
        QVERIFY(!std::filesystem::exists(cli.path("state")));
    }

    void aLockedFolderIsRefused()
    {
        if (::geteuid() == 0)
            QSKIP("nothing is locked for root");
        CliFixture cli;
        std::filesystem::create_directory(cli.path("locked"));
        ::chmod(cli.path("locked").c_str(), 0555);
        const auto result = cli.run({"generate", "--model", "@/m", "-p", "x", "--output-dir", "@/locked"});
        QCOMPARE(result.code, 2);
        QCOMPARE(cli.pipelines, 0);
    }

    void aPromptIsNeeded()
    {
        CliFixture cli;
        QCOMPARE(cli.run({"generate", "--model", "@/m", "--output-dir", "@/."}).code, 2);
        cli.terminal = true;
        const auto result =
            cli.run({"generate", "--model", "@/m", "-p", "-", "--no-input", "--output-dir", "@/."});
        QCOMPARE(result.code, 2);
        QVERIFY(result.err.find("--no-input") != std::string::npos);
        QVERIFY(cli.names().empty());
    }

    void textThatIsNoTextIsRefused()
    {
        CliFixture cli;
        const auto result = cli.run({"generate", "--model", "@/m", "-p", "a\xff", "--output-dir", "@/."});
        QCOMPARE(result.code, 2);
        QVERIFY(result.err.find("UTF-8") != std::string::npos);
        QVERIFY(cli.names().empty());
    }

    void controlCharactersNeverReachTheTerminal()
    {
        CliFixture cli;
        const auto result = cli.run(
            {"generate", "--model", "@/m", "-p", "x", "--method", "\033]0;evil\007", "--output-dir", "@/."});
        QCOMPARE(result.code, 2);
        QCOMPARE(result.err.find_first_of("\033\007"), std::string::npos);
    }

    void noModelAnywhereIsSaid()
    {
        CliFixture cli;
        const auto result = cli.run({"generate", "-p", "x", "--output-dir", "@/."});
        QCOMPARE(result.code, 3);
        QVERIFY(result.err.find("--model") != std::string::npos);
    }

    void theModelIsFound()
    {
        CliFixture cli;
        std::filesystem::create_directories(cli.path("resources/demo_model"));
        cli.write("resources/demo_model/model.json", "{}");
        std::filesystem::create_directories(cli.path("build/bin"));
        // The program is in <scratch>/bin: the tree above it holds the model.
        QCOMPARE(cli.run({"generate", "-p", "x", "-s", "1", "--output-dir", "@/."}).code, 0);
        cli.variables["FASTSTAR_MODEL"] = cli.path("no_model").string();
        QCOMPARE(cli.run({"generate", "-p", "x", "-s", "1", "--output-dir", "@/."}).code, 3);
        QCOMPARE(cli.run({"generate", "-p", "x", "-s", "1", "--output-dir", "@/.", "--model", "@/m"}).code,
                 0);
    }

    void helpAndVersionAreData()
    {
        CliFixture cli;
        auto result = cli.run({"--help"});
        QCOMPARE(result.code, 0);
        QVERIFY(result.out.find("generate") != std::string::npos && result.err.empty());
        result = cli.run({"generate", "-h"});
        QCOMPARE(result.code, 0);
        QVERIFY(result.out.find("--ratios") != std::string::npos && result.err.empty());
        result = cli.run({"--version"});
        QCOMPARE(result.code, 0);
        QVERIFY(result.out.starts_with("faststar 0."));
        result = cli.run({});
        QCOMPARE(result.code, 2);
        QVERIFY(result.out.empty() && !result.err.empty());
    }

    void failuresOfARunHaveTheirCodes_data()
    {
        QTest::addColumn<int>("error");
        QTest::addColumn<int>("code");
        QTest::newRow("memory forecast") << int(ErrorCode::InsufficientMemory) << 4;
        QTest::newRow("memory") << int(ErrorCode::OutOfMemory) << 4;
        QTest::newRow("damaged") << int(ErrorCode::CorruptFile) << 3;
        QTest::newRow("mismatch") << int(ErrorCode::ModelMismatch) << 3;
        QTest::newRow("missing") << int(ErrorCode::NotFound) << 3;
        QTest::newRow("unknown format") << int(ErrorCode::UnknownFormat) << 3;
        QTest::newRow("unreadable") << int(ErrorCode::Unreadable) << 3;
        QTest::newRow("device") << int(ErrorCode::DeviceLost) << 1;
        QTest::newRow("unsupported") << int(ErrorCode::Unsupported) << 2;
        QTest::newRow("defect") << int(ErrorCode::Internal) << 1;
    }
    void failuresOfARunHaveTheirCodes()
    {
        QFETCH(int, error);
        QFETCH(int, code);
        const Error failed{ErrorCode(error), "123456 bytes in x.safetensors"};
        const std::vector<std::string> words{"generate", "--model",        "@/m", "-p", "x", "-o", "@/x.mp4",
                                             "--trace",  "@/t.safetensors"};
        for (const bool loading : {true, false}) {
            CliFixture cli;
            cli.prepare = [&](FakePipeline &pipeline) {
                if (loading)
                    pipeline.failLoad(failed);
                else
                    pipeline.failAtStep(5, failed);
            };
            auto plain = words;
            plain.resize(7); // the fake pipeline has nothing to trace
            const auto result = cli.run(plain);
            QCOMPARE(result.code, code);
            QVERIFY2(result.err.find("123456 bytes in x.safetensors") != std::string::npos,
                     result.err.c_str());
            QVERIFY(cli.names().empty());
            QVERIFY(result.out.empty());
        }
        CliFixture cli; // refused by the pipeline when a file was begun already
        QCOMPARE(cli.run(words).code, 2);
        QVERIFY(cli.names().empty());
    }

    void aFullDiskLeavesNothingHalfWritten()
    {
        CliFixture cli;
        cli.media.failWrite = Error{ErrorCode::WriteFailed, "x.mp4: No space left on device"};
        const auto result =
            cli.run({"generate", "--model", "@/m", "-p", "x", "-o", "@/x.mp4", "--scores", "@/s.npz"});
        QCOMPARE(result.code, 1);
        QVERIFY(result.err.find("No space left") != std::string::npos);
        QVERIFY(cli.names().empty());
    }
};

QTEST_GUILESS_MAIN(TestUsage)
#include "tst_usage.moc"
