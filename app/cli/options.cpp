// SPDX-License-Identifier: Apache-2.0
#include "app/cli/options.h"

#include <CLI/CLI.hpp>

#include "app/cli/exit_codes.h"
#include "app/cli/process_file.h"
#include "app/cli/text.h"
#include "app/version/version.h"

namespace faststar::cli
{

namespace
{

// A path that is given but empty is an unset variable of a script, not the wish to go without.
CLI::Option *addPath(CLI::App &app, const char *name, std::string &target, const std::string &help,
                     const char *type)
{
    const CLI::Validator notEmpty(
        [](const std::string &value) {
            return value.empty() ? text("faststar", "the name is empty") : std::string();
        },
        "", "");
    return app.add_option(name, target, help)->type_name(type)->check(notEmpty);
}

void addCommon(CLI::App &app, CommonOptions &common, bool model, bool device)
{
    if (model)
        addPath(app, "--model", common.model,
                text("faststar", "Model folder (default: $FASTSTAR_MODEL, else the demo model)"), "DIR");
    if (device) {
        app.add_option("--device", common.device, text("faststar", "cpu, cuda, cuda:N or auto"));
        app.add_option("--profile", common.profile,
                       text("faststar", "How weights are held and computed with: cpu-f32, bf16, fp8"));
    }
    app.add_option("--threads", common.threads, text("faststar", "Threads to compute with (default: all)"))
        ->type_name("N");
    app.add_flag("--json", common.json, text("faststar", "Print JSON objects, one a line"));
    app.add_flag("--verbose", common.verbose, text("faststar", "Say more"));
    app.add_flag("--no-color", common.noColor, text("faststar", "No colour and no rewritten lines"));
    app.add_flag("--no-input", common.noInput, text("faststar", "Never ask or wait for typed input"));
}

void addMethod(CLI::App &app, RequestOptions &request)
{
    app.add_option("--method", request.method, text("faststar", "faststar (default) or none"));
    app.add_option(
           "--ratios", request.ratios,
           text("faststar", "Share of tokens pruned at the last four scales (default 0.2,0.3,0.4,0.7)"))
        ->type_name("A,B,C,D");
    app.add_option("--p", request.p, text("faststar", "Norm of the score fusion, 1 to inf (default 2)"));
    app.add_option("--option", request.options,
                   text("faststar", "An option of the method, e.g. mask_mode=nearest; may be repeated"))
        ->type_name("KEY=VALUE")
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    app.add_option("--frames,--video-frames", request.frames, text("faststar", "Frames of the clip: 1 + 4k"));
    app.add_option("--aspect", request.aspect, text("faststar", "Width to height, e.g. 16:9"))
        ->type_name("W:H");
    app.add_option("--guidance", request.guidance, text("faststar", "apg or cfg"));
    app.add_option("--guidance-scale", request.guidanceScale,
                   text("faststar", "How strongly the text steers, 1 or more"));
    app.add_option("--tau-image", request.tauImage, text("faststar", "Temperature of the first frame"));
    app.add_option("--tau-video", request.tauVideo, text("faststar", "Temperature of the motion"));
    app.add_flag("--greedy", request.greedy, text("faststar", "Always take the likelier bit"));
}

void addRequest(CLI::App &app, RequestOptions &request)
{
    app.add_option("-p,--prompt", request.prompt, text("faststar", "What to show; - reads it from stdin"))
        ->type_name("TEXT");
    app.add_option("-n,--negative-prompt", request.negativePrompt, text("faststar", "What not to show"))
        ->type_name("TEXT");
    addPath(app, "-i,--image,--init-img", request.image, text("faststar", "Picture to start from"), "FILE");
    addPath(app, "--video", request.video, text("faststar", "Video to continue"), "FILE");
    addPath(app, "-o,--output", request.output,
            text("faststar", "The clip (default: a name from prompt and seed)"), "FILE");
    app.add_option("-s,--seed", request.seed, text("faststar", "Whole number; negative (default) = random"));
    app.add_option("-W", request.width, text("faststar", "Wanted width; the nearest shape is taken"));
    app.add_option("-H", request.height, text("faststar", "Wanted height; the nearest shape is taken"));
    app.add_option("--size", request.size, text("faststar", "Resolution class, one the model was made for"));
    app.add_option("--count", request.count, text("faststar", "Clips to make, with seeds s, s+1, ..."));
    addMethod(app, request);
}

void addOutputs(CLI::App &app, OutputOptions &outputs)
{
    const auto file = [&](const char *name, std::string &target, const std::string &help, const char *type) {
        addPath(app, name, target, help, type);
    };
    file("--output-dir", outputs.directory, text("faststar", "Folder of clips without -o (default: here)"),
         "DIR");
    file("--masks", outputs.masks,
         text("faststar", "Masks of the pruned steps: SS.R/tau_TT.png, white = kept"), "DIR");
    file("--scores", outputs.scores, text("faststar", "Scores and masks of the pruned steps, for NumPy"),
         "F.npz");
    file("--overlay", outputs.overlay, text("faststar", "The clip under its heatmap and mask outline"),
         "F.mp4");
    file("--save-frames", outputs.saveFrames, text("faststar", "Every frame as frame_0000.png"), "DIR");
    file("--trace", outputs.trace, text("faststar", "The tensors of every step"), "F.safetensors");
    app.add_option("--fps", outputs.fps,
                   text("faststar", "Frames a second of the file (default: the model's)"));
    app.add_flag("--preview", outputs.preview, text("faststar", "Write a picture of the work in progress"));
    file("--preview-path", outputs.previewPath, text("faststar", "Where (default: preview.png)"), "F.png");
    app.add_option("--preview-interval", outputs.previewInterval,
                   text("faststar", "Every N steps (default 1)"))
        ->type_name("N");
    app.add_flag("--overwrite", outputs.overwrite, text("faststar", "Replace outputs that exist"));
    app.add_flag("--no-metadata", outputs.noMetadata, text("faststar", "Leave the recipe out of the file"));
}

void addGenerate(CLI::App &app, GenerateOptions &generate)
{
    addRequest(app, generate.request);
    addOutputs(app, generate.outputs);
    addPath(app, "--process", generate.processFile, text("faststar", "File of requests; format below"),
            "FILE");
    app.add_flag("--no-journal", generate.outputs.noJournal,
                 text("faststar", "Keep no journal to continue or branch from"));
    addPath(app, "--resume", generate.resume, text("faststar", "Continue the run of a journal"), "JOURNAL");
    app.add_option("--branch-from-scale", generate.branchFromScale,
                   text("faststar", "With --resume: compute again from scale K on"))
        ->type_name("K");
    app.add_flag("--dry-run", generate.dryRun, text("faststar", "Only forecast tokens, memory and time"));
    app.footer(processFileHelp());
}

// Adds a command; its callback says which one it was.
CLI::App *addCommand(CLI::App &app, const char *name, const std::string &help, Command command,
                     CommandLine &line)
{
    CLI::App *sub = app.add_subcommand(name, help);
    sub->callback([&line, command] { line.command = command; });
    return sub;
}

void describe(CLI::App &app, CommandLine &line)
{
    app.set_version_flag("--version", "faststar " + std::string(version()));
    app.require_subcommand(1);

    auto *generate =
        addCommand(app, "generate", text("faststar", "Make a clip from a prompt"), Command::Generate, line);
    addGenerate(*generate, line.generate);
    addCommon(*generate, line.common, true, true);

    auto *replay = addCommand(app, "replay", text("faststar", "Run a golden case of the reference"),
                              Command::Replay, line);
    addPath(*replay, "case", line.replay.folder, text("faststar", "Folder of the case"), "DIR")->required();
    replay->add_flag("--check", line.replay.check, text("faststar", "Compare; exit 5 over the tolerance"));
    addPath(*replay, "--out", line.replay.out, text("faststar", "Write the tensors"), "FILE");
    replay->add_option("--tolerance", line.replay.tolerance,
                       text("faststar", "Largest relative error where that is more than the case's own"));
    replay->add_flag("--overwrite", line.generate.outputs.overwrite, text("faststar", "Replace that file"));
    addCommon(*replay, line.common, false, true);

    auto *inspect =
        addCommand(app, "inspect", text("faststar", "Say what a model is and needs"), Command::Inspect, line);
    addPath(*inspect, "model", line.inspect.model, text("faststar", "Model folder"), "DIR");
    addCommon(*inspect, line.common, false, false);

    auto *doctor =
        addCommand(app, "doctor", text("faststar", "Say what this machine has"), Command::Doctor, line);
    doctor->add_flag("--kernels", line.doctor.kernels,
                     text("faststar", "Compare the kernels with ATen on --device (default: cuda)"));
    addCommon(*doctor, line.common, true, true);

    auto *bench =
        addCommand(app, "bench", text("faststar", "Time a model, stage by stage"), Command::Bench, line);
    addMethod(*bench, line.bench.request);
    bench->add_option("--runs", line.bench.runs,
                      text("faststar", "Measured runs, after one that is not (default 5)"));
    bench->add_option("--arch", line.bench.arch,
                      text("faststar", "Random weights of these shapes instead of a model: 8b or tiny"));
    bench->add_option("--size", line.bench.request.size,
                      text("faststar", "With --arch: resolution class (0.90M, 0.40M; tiny: 0.06M)"));
    addPath(*bench, "--svg", line.bench.svg, text("faststar", "With --arch: a bar chart of the parts"),
            "F.svg");
    bench
        ->add_option("--kernels", line.bench.kernels,
                     text("faststar", "With --arch: off computes with ATen alone (default on)"))
        ->check(CLI::IsMember({"on", "off"}))
        ->type_name("on|off");
    bench->add_flag("--no-parts", line.bench.noParts,
                    text("faststar", "With --arch: time whole steps only, without marks inside them"));
    bench->add_flag("--overwrite", line.bench.overwrite, text("faststar", "Replace outputs that exist"));
    addCommon(*bench, line.common, true, true);
}

bool isUnknownCommand(CLI::App &app, const std::string &name)
{
    return app.get_subcommands([&](const CLI::App *command) { return command->get_name() == name; }).empty();
}

} // namespace

ParsedCommandLine parseCommandLine(int argc, const char *const *argv)
{
    ParsedCommandLine parsed;
    CLI::App app(text("faststar", "Autoregressive video generation with spatiotemporal token pruning"),
                 "faststar");
    describe(app, parsed.line);
    try {
        app.parse(argc, argv);
        parsed.run = true;
    } catch (const CLI::CallForHelp &) {
        parsed.show = app.help();
    } catch (const CLI::CallForAllHelp &) {
        parsed.show = app.help("", CLI::AppFormatMode::All);
    } catch (const CLI::CallForVersion &shown) {
        parsed.show = shown.what();
    } catch (const CLI::ParseError &problem) {
        std::string what = problem.what();
        const std::string first = argc > 1 ? argv[1] : "";
        if (!first.empty() && first.front() != '-' && isUnknownCommand(app, first))
            what = "the command '" + first + "' is unknown";
        parsed.error = fillIn(text("faststar", "Wrong usage: %1 (see faststar --help)"), {what});
        parsed.exitCode = kExitUsage;
    }
    return parsed;
}

} // namespace faststar::cli
