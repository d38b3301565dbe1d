// SPDX-License-Identifier: Apache-2.0
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/exit_codes.h"
#include "app/train/evaluation.h"
#include "app/train/evaluation_command.h"
#include "app/train/evaluation_model.h"
#include "app/train/prune_study.h"
#include "app/train/training_config.h"
#include "app/train/verdict_sheet.h"
#include "core/files/png.h"
#include "core/pipeline/engine.h"
#include "tests/support/paths.h"

using namespace faststar;
using namespace faststar::train;
namespace fs = std::filesystem;

namespace
{

const std::function<void(int, int)> kSilent = [](int, int) {};

class SilentObserver final : public RunObserver
{
};

fs::path demoModel()
{
    return fs::path(FASTSTAR_SOURCE_DIR) / "resources/demo_model";
}

// The exit code of the command, or usage when it is not understood.
int exitOf(std::vector<std::string> arguments)
{
    CLI::App app;
    app.require_subcommand(1);
    std::function<int()> chosen;
    addEvaluationCommands(app, chosen);
    std::reverse(arguments.begin(), arguments.end()); // as CLI11 takes them
    try {
        app.parse(arguments);
    } catch (const CLI::ParseError &) {
        return cli::kExitUsage;
    }
    return chosen();
}

} // namespace

class TestEvaluation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void drawnClipsReachTheCeiling();
    void everyPromptIsReported();
    void generatesWhatTheEngineDoes();
    void codesAndBitsAreMeasured();
    void scoresKeepEquallyManyTokens();
    void spreadIsRight();
    void psnrIsRight();
    void badOptionsAreRefused();
    void ratiosTakeEffect();
    void captionsAreWhole();
    void tokenizerMakesItsFolder();
    void badCommandsAreRefused_data();
    void badCommandsAreRefused();
};

void TestEvaluation::drawnClipsReachTheCeiling()
{
    const QTemporaryDir folder;
    EvaluationOptions options;
    options.source = ClipSource::True;
    options.prompts = 3;
    options.sheet = fs::path(folder.path().toStdString()) / "sheet.png";
    options.sheetRows = 2;
    std::vector<int> progress;
    const auto report = evaluate(options, [&](int done, int all) {
        progress.push_back(done);
        QCOMPARE(all, 3);
    });
    QVERIFY(report.has_value());
    QCOMPARE(progress, (std::vector<int>{1, 2, 3}));
    const auto &all = report->attributes[std::size_t(Attribute::All)];
    QCOMPARE(all.asked, 3);
    QCOMPARE(all.right, 3);
    const auto sheet = files::readPng(options.sheet);
    QVERIFY(sheet.has_value());
    QVERIFY(sheet->image.width > 840 && sheet->image.height > 200 && sheet->image.height < 300);
}

void TestEvaluation::everyPromptIsReported()
{
    EvaluationOptions options;
    options.source = ClipSource::True;
    options.prompts = 2;
    const auto report = evaluate(options, kSilent);
    QVERIFY(report.has_value());
    const auto document = toJson(*report, options);
    QCOMPARE(document["clips"].size(), std::size_t(2));
    QCOMPARE(document["clips"][0]["caption"].get<std::string>(),
             makeScene(options.seed, 0, 1.75, 17).caption);
    QCOMPARE(document["attributes"]["all"]["share"].get<double>(), 1.0);
    QCOMPARE(document["clips_measured"].get<std::string>(), std::string("true"));
    QVERIFY(!document["clips"][0]["seen"]["shapes"].empty());
    QVERIFY(!document.contains("bit_accuracy"));
}

void TestEvaluation::generatesWhatTheEngineDoes()
{
    const auto model = EvaluationModel::load(demoModel(), 0);
    QVERIFY(model.has_value());
    const auto request = (*model)->request("a red circle moving right on a plain blue background", 3, 5);
    QVERIFY(request.method == Method::FastStar);
    const auto clip = (*model)->generate(request);
    QVERIFY(clip.has_value());
    const auto engine = pipeline::makeEngine();
    SilentObserver observer;
    RunControl control;
    QVERIFY(engine->load({demoModel().string()}, observer, {}).has_value());
    RunInput input;
    input.request = request;
    const auto wanted = engine->run(input, observer, control);
    QVERIFY(wanted.has_value());
    QVERIFY(*wanted->frames == clip->frames);
    QCOMPARE(clip->tokensRun, wanted->summary.tokensRun);
}

void TestEvaluation::codesAndBitsAreMeasured()
{
    EvaluationOptions options;
    options.model = demoModel();
    options.prompts = 0;
    options.codedClips = 1;
    options.frames = 5;
    // Of the clips that the model was trained on.
    const auto training = readTrainConfig(options.model / "train.json");
    QVERIFY(training.has_value());
    const auto data = readSceneOptions(training->data);
    QVERIFY(data.has_value());
    options.data = *data;
    const auto report = evaluate(options, kSilent);
    QVERIFY(report.has_value());
    QCOMPARE(report->psnrFromCodes.size(), std::size_t(1));
    QVERIFY(report->psnrFromCodes[0] > 15.0 && report->psnrFromCodes[0] < 60.0);
    QVERIFY(report->psnrWithoutQuantiser[0] > 15.0);
    QCOMPARE(report->bitAccuracy.size(), std::size_t(22)); // 11 scales of the image and of the clip
    for (const double accuracy : report->bitAccuracy)
        QVERIFY2(accuracy > 0.6 && accuracy <= 1.0, std::to_string(accuracy).c_str()); // chance is 0.5
}

void TestEvaluation::scoresKeepEquallyManyTokens()
{
    PruneStudyOptions options;
    options.model = demoModel();
    options.prompts = 1;
    options.frames = 5;
    const auto study = studyPruning(options, kSilent);
    QVERIFY(study.has_value());
    for (int kind = 0; kind < kScoreKinds; ++kind) {
        QCOMPARE(study->psnr[std::size_t(kind)].size(), std::size_t(1));
        QVERIFY(study->psnr[std::size_t(kind)][0] > 10.0);
        QVERIFY(study->psnr[std::size_t(kind)][0] < 99.0); // something was pruned
        QCOMPARE(study->tokens[std::size_t(kind)], study->tokens[0]);
    }
    QVERIFY(study->tokens[0] < study->tokensUnpruned);
    QVERIFY(study->psnr[int(ScoreKind::Temporal)] != study->psnr[int(ScoreKind::Random)]);
    const auto document = toJson(*study, options);
    QCOMPARE(document["scores"]["random"]["psnr"].size(), std::size_t(1));
}

void TestEvaluation::spreadIsRight()
{
    const auto spread = spreadOf({1.0, 2.0, 6.0});
    QCOMPARE(spread.mean, 3.0);
    QCOMPARE(spread.least, 1.0);
    QCOMPARE(spread.deviation, std::sqrt(7.0));
    QCOMPARE(spreadOf({}).mean, 0.0);
}

void TestEvaluation::psnrIsRight()
{
    const Image a{2, 1, {10, 10, 10, 10, 10, 10}};
    Image b = a;
    QCOMPARE(psnrOf({a}, {b}), 99.0);
    b.rgb = {20, 20, 20, 20, 20, 20};
    QVERIFY(std::abs(psnrOf({a}, {b}) - 20.0 * std::log10(25.5)) < 1e-9);
}

void TestEvaluation::badOptionsAreRefused()
{
    EvaluationOptions options;
    options.source = ClipSource::True;
    options.prompts = -1;
    QVERIFY(evaluate(options, kSilent).error().code == ErrorCode::InvalidRequest);
    options.prompts = 1;
    options.frames = 16;
    QVERIFY(evaluate(options, kSilent).error().code == ErrorCode::InvalidRequest);
    options.frames = 17;
    options.source = ClipSource::Generated;
    options.model = "/nowhere/at/all";
    QVERIFY(evaluate(options, kSilent).error().code == ErrorCode::NotFound);
    options.codedClips = -1;
    QVERIFY(evaluate(options, kSilent).error().code == ErrorCode::InvalidRequest);
    PruneStudyOptions study;
    study.model = "/nowhere/at/all";
    QVERIFY(studyPruning(study, kSilent).error().code == ErrorCode::NotFound);
    study.prompts = 0;
    QVERIFY(studyPruning(study, kSilent).error().code == ErrorCode::InvalidRequest);
    study.prompts = 1;
    study.ratiosPermille = {200, 300, 400, 1700};
    QVERIFY(studyPruning(study, kSilent).error().code == ErrorCode::InvalidRequest);
}

void TestEvaluation::ratiosTakeEffect()
{
    const QTemporaryDir folder;
    const std::string json = folder.filePath("study.json").toStdString();
    QCOMPARE(exitOf({"prune-study", demoModel().string(), "--prompts", "1", "--ratios", "0.8,0.85,0.9,0.95",
                     "--json", json}),
             int(cli::kExitDone));
    std::ifstream stream(json);
    const auto study = nlohmann::json::parse(stream);
    QCOMPARE(study["ratios_permille"].get<std::vector<int>>(), (std::vector<int>{800, 850, 900, 950}));
    const double kept =
        study["scores"]["fused"]["tokens"].get<double>() / study["tokens_unpruned"].get<double>();
    QVERIFY2(kept > 0.5 && kept < 0.7, std::to_string(kept).c_str()); // the default keeps 0.81
}

void TestEvaluation::captionsAreWhole()
{
    const std::vector<Image> frames(5,
                                    Image{336, 192, std::vector<std::uint8_t>(std::size_t{336} * 192 * 3)});
    const auto heightOf = [&](const std::string &caption) {
        const QTemporaryDir folder;
        const fs::path file = folder.filePath("sheet.png").toStdString();
        VerdictSheet sheet;
        sheet.add(caption, {}, frames);
        if (!sheet.write(file))
            return 0;
        const auto png = files::readPng(file);
        return png ? png->image.height : 0;
    };
    // A line holds 107 letters; each further line makes the row higher.
    const int one = heightOf("a red circle");
    QVERIFY(one > 100);
    const int line = heightOf(std::string(108, 'a')) - one;
    QVERIFY(line >= 12);
    QCOMPARE(heightOf(std::string(107, 'a')), one);
    std::string words;
    for (int i = 0; i < 50; ++i)
        words += "star "; // 250 letters
    QCOMPARE(heightOf(words), one + 2 * line);
}

void TestEvaluation::tokenizerMakesItsFolder()
{
    const QTemporaryDir folder;
    const QString out = folder.filePath("new/folder");
    const std::string tiny = std::string(FASTSTAR_SOURCE_DIR) + "/resources/train/tiny.json";
    QCOMPARE(exitOf({"tokenizer", tiny, "--captions", "200", "--out", out.toStdString()}),
             int(cli::kExitDone));
    QVERIFY(QFile::exists(out + "/spiece.model"));
}

void TestEvaluation::badCommandsAreRefused_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("code");
    QTest::newRow("no model") << QStringList{"eval"} << int(cli::kExitUsage);
    QTest::newRow("method") << QStringList{"eval", "m", "--method", "some"} << int(cli::kExitUsage);
    QTest::newRow("both sources") << QStringList{"eval", "m", "--true-clips", "--coded-clips"}
                                  << int(cli::kExitUsage);
    QTest::newRow("missing model") << QStringList{"eval", "/nowhere"} << int(cli::kExitMissing);
    QTest::newRow("missing config") << QStringList{"eval", "--true-clips", "--config", "/nowhere.json"}
                                    << int(cli::kExitMissing);
    QTest::newRow("frames") << QStringList{"eval", "--true-clips", "--frames", "18"} << int(cli::kExitUsage);
    QTest::newRow("study") << QStringList{"prune-study", "/nowhere"} << int(cli::kExitMissing);
    for (const char *ratios : {"0.2,0.3,0.4", "0.2,0.3,0.4,0.7,0.8", "0.2,0.3,0.4,1.5", "-0.1,0.3,0.4,0.7",
                               "200,300,400,700", "a,b,c,d", "0.2 0.3 0.4 0.7"})
        QTest::addRow("ratios %s", ratios)
            << QStringList{"prune-study", "m", "--ratios", ratios} << int(cli::kExitUsage);
    for (const char *threads : {"-5", "100000", "many"}) {
        QTest::addRow("eval threads %s", threads)
            << QStringList{"eval", "--true-clips", "--prompts", "0", "--threads", threads}
            << int(cli::kExitUsage);
        QTest::addRow("study threads %s", threads)
            << QStringList{"prune-study", "m", "--threads", threads} << int(cli::kExitUsage);
    }
    for (const char *rows : {"-4", "0", "2000000000"})
        QTest::addRow("sheet rows %s", rows)
            << QStringList{"eval", "--true-clips", "--prompts", "0", "--sheet-rows", rows}
            << int(cli::kExitUsage);
    QTest::newRow("true clips of no model")
        << QStringList{"eval", "/nowhere", "--true-clips", "--prompts", "0"} << int(cli::kExitMissing);
    const QString tiny = QStringLiteral(FASTSTAR_SOURCE_DIR) + "/resources/train/tiny.json";
    for (const char *option : {"--pieces", "--captions"}) {
        for (const char *number : {"2000000000", "-1", "10"})
            QTest::addRow("tokenizer %s %s", option, number)
                << QStringList{"tokenizer", tiny, "--out", "/proc/nowhere", option, number}
                << int(cli::kExitUsage);
    }
    QTest::newRow("tokenizer") << QStringList{"tokenizer", "/nowhere.json", "--out", "."}
                               << int(cli::kExitMissing);
    QTest::newRow("no folder") << QStringList{"tokenizer", "/nowhere.json"} << int(cli::kExitUsage);
    QTest::newRow("json nowhere") << QStringList{"eval", "--true-clips", "--prompts",
                                                 "0",    "--json",       "/nowhere/a.json"}
                                  << int(cli::kExitMissing);
}

void TestEvaluation::badCommandsAreRefused()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, code);
    std::vector<std::string> texts;
    for (const auto &argument : arguments)
        texts.push_back(argument.toStdString());
    QCOMPARE(exitOf(texts), code);
}

QTEST_GUILESS_MAIN(TestEvaluation)
#include "tst_evaluation.moc"
