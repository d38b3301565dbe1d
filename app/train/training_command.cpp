// SPDX-License-Identifier: Apache-2.0
#include "app/train/training_command.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <ATen/Parallel.h>
#include <CLI/CLI.hpp>

#include "app/cli/exit_codes.h"
#include "app/train/command_options.h"
#include "app/train/stages.h"
#include "app/train/training_device.h"

namespace faststar::train
{

namespace
{

namespace fs = std::filesystem;

constexpr int kInterrupted = 130; // as shells say it of Ctrl+C
constexpr double kMostSeconds = 1e7;
constexpr std::int64_t kMostSteps = std::int64_t{1} << 39; // what a checkpoint can count

struct Options {
    std::string config;
    std::string out;
    std::string start;
    std::string device = "cpu";
    bool resume = false;
    bool overwrite = false;
    double seconds = 0.0;
    std::int64_t steps = 0;
    int threads = 0;
};

std::atomic<bool> &stopRequested()
{
    static std::atomic<bool> stop{false};
    return stop;
}
static_assert(std::atomic<bool>::is_always_lock_free); // it is set by a signal handler

extern "C" void onSignal(int number)
{
    stopRequested().store(true);
    (void)std::signal(number, SIG_DFL); // the second one ends the program at once
}

// A run that was neither to go on nor to start over must not cost a finished one.
Status checkFolder(const Options &options, const std::vector<std::string> &names)
{
    if (options.resume || options.overwrite)
        return {};
    for (const auto &name : names) {
        const fs::path file = fs::path(options.out) / (name + ".safetensors");
        std::error_code error;
        if (fs::exists(file, error))
            return failure(ErrorCode::AlreadyExists,
                           file.string() +
                               " is there already: go on from it with --resume, or start over with "
                               "--overwrite");
    }
    return {};
}

// Everything that can be known before the first step, of all stages and of the export.
Status checkStages(const Options &options, const TrainConfig &config, const std::vector<std::string> &names,
                   bool exported)
{
    for (const auto &name : names) {
        if (auto good = checkStage(name, config); !good)
            return good;
    }
    const fs::path out = options.out;
    std::error_code error;
    if (!names.empty())
        fs::create_directories(out, error);
    if (error)
        return failure(ErrorCode::WriteFailed, out.string() + ": " + error.message());
    for (const auto &name : names) {
        for (const char *kind : {".safetensors", ".jsonl"}) {
            if (auto good = checkWritable((out / (name + kind)).string()); !good)
                return good;
        }
    }
    return exported ? checkExportTarget(out) : Status{};
}

// One stage after the other, each to its end; then the export.
int trainStages(const Options &options, const std::vector<std::string> &names, bool exported)
{
    const auto config = readTrainConfig(options.config);
    if (!config)
        return failed(config.error());
    if (const auto good = checkFolder(options, names); !good)
        return failed(good.error());
    const auto device = openTrainingDevice(options.device);
    if (!device)
        return failed(device.error());
    if (options.threads > 0)
        at::set_num_threads(options.threads);
    if (const auto good = checkStages(options, *config, names, exported); !good)
        return failed(good.error());
    (void)stopRequested(); // made before a signal can come
    (void)std::signal(SIGINT, onSignal);
    (void)std::signal(SIGTERM, onSignal);

    const auto start = std::chrono::steady_clock::now();
    for (const auto &name : names) {
        StageOptions run;
        run.out = options.out;
        run.device = *device;
        // With several stages the first may be done and the next not begun.
        run.resume = options.resume && (names.size() == 1 || fs::exists(run.out / (name + ".safetensors")));
        StageStart origin;
        origin.resume = run.resume;
        origin.model = options.start;
        const auto stage = makeStage(name, *config, options.out, *device, origin);
        if (!stage)
            return failed(stage.error());
        run.steps = options.steps;
        run.stop = &stopRequested();
        if (options.seconds > 0.0) {
            const std::chrono::duration<double> used = std::chrono::steady_clock::now() - start;
            run.seconds = std::max(options.seconds - used.count(), 0.001);
        }
        const auto result = runStage(**stage, *config, run);
        if (!result)
            return failed(result.error());
        (void)std::fprintf(stderr, "%s: %lld steps, %.1f s, %s\n", name.c_str(),
                           static_cast<long long>(result->steps), result->seconds,
                           result->finished ? "finished" : "to be resumed");
        if (!result->finished)
            return stopRequested().load() ? kInterrupted : cli::kExitDone;
    }
    if (exported) {
        if (const auto status = exportModel(*config, options.out); !status)
            return failed(status.error());
    }
    return cli::kExitDone;
}

} // namespace

void addTrainingCommands(CLI::App &app, std::function<int()> &chosen)
{
    struct Command {
        const char *name;
        const char *help;
        std::vector<std::string> stages;
        bool exported;
    };
    const std::vector<Command> commands{
        {"vae", "Train the video autoencoder", {"vae"}, false},
        {"transformer",
         "Train transformer and text encoder on a finished autoencoder",
         {"transformer"},
         false},
        {"export", "Make a model folder of the checkpoints", {}, true},
        {"all", "Train every stage and export", {"vae", "transformer"}, true}};
    for (const auto &command : commands) {
        auto options = std::make_shared<Options>();
        auto *sub = app.add_subcommand(command.name, command.help);
        sub->add_option("config", options->config, "train.json")->required();
        sub->add_option("--out", options->out, "Folder of checkpoints, samples and the model")->required();
        if (!command.stages.empty()) {
            if (command.stages.front() == "transformer")
                sub->add_option("--start", options->start,
                                "A model folder to start from, instead of random weights");
            sub->add_option("--device", options->device, "cpu or cuda")->capture_default_str();
            auto *resume =
                sub->add_flag("--resume", options->resume, "Go on from the checkpoint in the folder");
            sub->add_flag("--overwrite", options->overwrite,
                          "Start over although the folder has a checkpoint, which is replaced")
                ->excludes(resume);
            sub->add_option("--seconds", options->seconds, "End this call, to be resumed, after so long")
                ->check(anyNumber(0.0, kMostSeconds));
            sub->add_option("--steps", options->steps, "End this call, to be resumed, after so many steps")
                ->check(wholeNumber(0, kMostSteps));
            sub->add_option("--threads", options->threads, "Threads of the processor; 0 = all")
                ->check(wholeNumber(0, kMostThreads));
        }
        sub->callback([&chosen, options, command] {
            chosen = [options, command] { return trainStages(*options, command.stages, command.exported); };
        });
    }
}

} // namespace faststar::train
