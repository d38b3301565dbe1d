// SPDX-License-Identifier: Apache-2.0
#include "app/train/evaluation_command.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <system_error>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/exit_codes.h"
#include "app/train/command_options.h"
#include "app/train/evaluation.h"
#include "app/train/prune_study.h"
#include "app/train/tokenizer_training.h"
#include "app/train/training_config.h"
#include "core/domain/option_names.h"
#include "core/files/output_file.h"
#include "core/model/model_folder.h"

namespace faststar::train
{

namespace
{

namespace fs = std::filesystem;

// A line on stderr every ten seconds: done, all, time left.
class Progress
{
public:
    void operator()(int done, int all)
    {
        using std::chrono::duration;
        const auto now = std::chrono::steady_clock::now();
        if (done < all && duration<double>(now - m_shown).count() < 10.0)
            return;
        m_shown = now;
        const double each = duration<double>(now - m_begin).count() / done;
        (void)std::fprintf(stderr, "%d of %d, %.1f s each, %.0f s left\n", done, all, each,
                           each * (all - done));
    }

private:
    std::chrono::steady_clock::time_point m_begin = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point m_shown = m_begin;
};

Status writeJson(const std::string &path, const nlohmann::json &document)
{
    auto file = files::OutputFile::create(path, files::Existing::Replace);
    if (!file)
        return tl::unexpected(file.error());
    const auto text = document.dump(1) + "\n";
    if (auto written = file->write(text.data(), text.size()); !written)
        return written;
    return file->commit();
}

// That both can be made, and are two.
Status checkBoth(const std::string &json, const std::string &sheet)
{
    if (!json.empty() && !sheet.empty()) {
        std::error_code unknown; // then the names are compared as they are
        const auto one = fs::weakly_canonical(json, unknown);
        const auto other = fs::weakly_canonical(sheet, unknown);
        if (json == sheet || (!unknown && one == other))
            return failure(ErrorCode::InvalidRequest, "--json and --sheet name the same file, " + json);
    }
    if (auto status = checkWritable(json); !status)
        return status;
    return checkWritable(sheet);
}

void printSpread(const char *name, const std::vector<double> &values)
{
    const auto spread = spreadOf(values);
    std::printf("%-24s %6.2f dB  (deviation %.2f, least %.2f)\n", name, spread.mean, spread.deviation,
                spread.least);
}

struct EvalCommand {
    EvaluationOptions options;
    std::string model;
    std::string config;
    std::string method;
    std::string json;
    std::string sheet;
    bool trueClips = false;
    bool codedClips = false;

    int run()
    {
        if (const auto good = checkBoth(json, sheet); !good)
            return failed(good.error());
        // Only its prompts are asked for, but of a mistyped name they would be those of no model.
        if (trueClips && !model.empty()) {
            if (const auto folder = model::openModelFolder(model); !folder)
                return failed(folder.error());
        }
        const auto data = dataOf(config, model);
        if (!data)
            return failed(data.error());
        options.data = *data;
        options.model = model;
        options.sheet = sheet;
        options.source = trueClips    ? ClipSource::True
                         : codedClips ? ClipSource::Coded
                                      : ClipSource::Generated;
        if (!method.empty())
            options.method = method == "none" ? Method::None : Method::FastStar;
        const auto report = evaluate(options, Progress());
        if (!report)
            return failed(report.error());
        for (int i = 0; i < kAttributes && options.prompts > 0; ++i) {
            const auto &tally = report->attributes[std::size_t(i)];
            std::printf("%-24s %5.1f %%   (%d of %d)\n", std::string(nameOf(Attribute(i))).c_str(),
                        100.0 * tally.share(), tally.right, tally.asked);
        }
        if (!report->psnrFromCodes.empty()) {
            printSpread("from codes", report->psnrFromCodes);
            printSpread("without quantiser", report->psnrWithoutQuantiser);
            std::printf("%-24s", "bit accuracy");
            for (const double value : report->bitAccuracy)
                std::printf(" %.3f", value);
            std::printf("\n");
        }
        if (!json.empty()) {
            auto document = toJson(*report, options);
            document["model"] = model;
            if (const auto written = writeJson(json, document); !written)
                return failed(written.error());
        }
        return cli::kExitDone;
    }
};

struct StudyCommand {
    PruneStudyOptions options;
    std::string model;
    std::string config;
    std::string json;
    std::string ratios;

    int run()
    {
        if (!ratios.empty()) {
            const auto shares = parseRatios(ratios);
            if (!shares)
                return failed(shares.error());
            options.ratiosPermille = *shares;
        }
        if (const auto good = checkWritable(json); !good)
            return failed(good.error());
        const auto data = dataOf(config, model);
        if (!data)
            return failed(data.error());
        options.data = *data;
        options.model = model;
        const auto study = studyPruning(options, Progress());
        if (!study)
            return failed(study.error());
        for (int kind = 0; kind < kScoreKinds; ++kind) {
            printSpread(std::string(nameOf(ScoreKind(kind))).c_str(), study->psnr[std::size_t(kind)]);
            std::printf("%-24s %lld of %lld tokens\n", "",
                        static_cast<long long>(study->tokens[std::size_t(kind)]),
                        static_cast<long long>(study->tokensUnpruned));
        }
        if (!json.empty()) {
            if (const auto written = writeJson(json, toJson(*study, options)); !written)
                return failed(written.error());
        }
        return cli::kExitDone;
    }
};

struct TokenizerCommand {
    TokenizerOptions options;
    std::string config;
    std::string out;

    int run()
    {
        const auto read = readTrainConfig(config);
        if (!read)
            return failed(read.error());
        const auto data = readSceneOptions(read->data);
        if (!data)
            return failed(data.error());
        options.data = *data;
        options.seed = read->seed;
        if (const auto good = checkOptions(options); !good)
            return failed(good.error());
        options.promptPrefix = read->model.generation.promptPrefix;
        std::error_code error;
        fs::create_directories(out, error);
        if (error)
            return failed({ErrorCode::WriteFailed, out + ": " + error.message()});
        if (const auto good = checkWritable((fs::path(out) / "spiece.model").string()); !good)
            return failed(good.error());
        const auto trained = writeTokenizer(options, out);
        if (!trained)
            return failed(trained.error());
        std::printf("%d pieces; the longest of %d captions has %d tokens\n", trained->pieces,
                    options.captions, trained->longestCaption);
        return cli::kExitDone;
    }
};

void addEval(CLI::App &app, std::function<int()> &chosen)
{
    const auto command = std::make_shared<EvalCommand>();
    auto *eval =
        app.add_subcommand("eval", "Measure a model: prompt adherence, reconstruction, bit accuracy");
    eval->add_option("model", command->model, "Model folder; not needed with --true-clips");
    eval->add_option("--config", command->config,
                     "Training configuration whose clips are asked for; else the model's own (train.json)");
    eval->add_option("--prompts", command->options.prompts, "Prompts to generate")->capture_default_str();
    eval->add_option("--seed", command->options.seed, "Which prompts; not the seed of training")
        ->capture_default_str();
    eval->add_option("--frames", command->options.frames,
                     "Of every clip: 1 + 4k, from 5 to 161; the demo model was trained on 17 and 33")
        ->capture_default_str();
    eval->add_option("--coded", command->options.codedClips,
                     "Drawn clips for reconstruction and bit accuracy; 0 = none")
        ->capture_default_str();
    eval->add_option("--threads", command->options.threads, "0 = the library's choice")
        ->check(wholeNumber(0, kMostThreads));
    eval->add_option("--method", command->method, "none or faststar; without it the model's own")
        ->check(CLI::IsMember({"none", "faststar"}));
    auto *ceiling =
        eval->add_flag("--true-clips,--ceiling", command->trueClips, "Measure the drawn clips themselves");
    eval->add_flag("--coded-clips", command->codedClips,
                   "Measure the drawn clips after encoder, quantiser and decoder")
        ->excludes(ceiling);
    eval->add_option("--json", command->json, "Write all results here");
    eval->add_option("--sheet", command->sheet, "Write a contact sheet (PNG) here");
    eval->add_option("--sheet-rows", command->options.sheetRows, "Clips on it")->capture_default_str();
    eval->callback([command, &chosen] {
        if (command->model.empty() && !command->trueClips)
            throw CLI::RequiredError("model");
        chosen = [command] { return command->run(); };
    });
}

void addStudy(CLI::App &app, std::function<int()> &chosen)
{
    const auto command = std::make_shared<StudyCommand>();
    auto *study = app.add_subcommand("prune-study", "Compare scores for token pruning at equal kept tokens");
    study->add_option("model", command->model, "Model folder")->required();
    study->add_option("--config", command->config,
                      "Training configuration whose clips are asked for; else the model's own (train.json)");
    study->add_option("--prompts", command->options.prompts, "Prompts to generate, five times each")
        ->capture_default_str();
    study->add_option("--seed", command->options.seed, "Which prompts")->capture_default_str();
    study->add_option("--threads", command->options.threads, "0 = the library's choice")
        ->check(wholeNumber(0, kMostThreads));
    study
        ->add_option("--ratios", command->ratios,
                     "Share of tokens pruned at the last four scales (default " +
                         formatRatios(command->options.ratiosPermille) + ")")
        ->type_name("A,B,C,D");
    study->add_option("--json", command->json, "Write all results here");
    study->callback([command, &chosen] { chosen = [command] { return command->run(); }; });
}

void addTokenizer(CLI::App &app, std::function<int()> &chosen)
{
    const auto command = std::make_shared<TokenizerCommand>();
    auto *tokenizer = app.add_subcommand("tokenizer", "Fit the text encoder's vocabulary to captions");
    tokenizer->add_option("config", command->config, "Training configuration")->required();
    tokenizer->add_option("--out", command->out, "Folder for spiece.model")->required();
    tokenizer->add_option("--pieces", command->options.mostPieces, "At most")->capture_default_str();
    tokenizer->add_option("--captions", command->options.captions, "To fit it to")->capture_default_str();
    tokenizer->callback([command, &chosen] { chosen = [command] { return command->run(); }; });
}

} // namespace

void addEvaluationCommands(CLI::App &app, std::function<int()> &chosen)
{
    addEval(app, chosen);
    addStudy(app, chosen);
    addTokenizer(app, chosen);
}

} // namespace faststar::train
