// SPDX-License-Identifier: Apache-2.0
//
// faststar-train: makes and completes the demo model.
#include <cstdio>
#include <exception>
#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "app/cli/exit_codes.h"
#include "app/train/evaluation_command.h"
#include "app/train/preview_fit.h"
#include "app/train/training_command.h"

namespace
{

using namespace faststar;

struct PreviewCommand {
    std::string model;
    train::FitOptions options;
    bool write = false;
};

int fail(const Error &error)
{
    (void)std::fprintf(stderr, "faststar-train: %s\n", error.detail.c_str());
    return cli::exitCodeOf(error.code);
}

int fitPreview(const PreviewCommand &command)
{
    const auto fit = train::fitPreview(command.model, command.options, [&](int done) {
        if (done % 20 == 0)
            (void)std::fprintf(stderr, "%d clips\n", done);
    });
    if (!fit)
        return fail(fit.error());
    std::printf("clips fitted %d, held out %d\n", fit->fittedClips, fit->heldOutClips);
    std::printf("R2 %.4f (red %.4f, green %.4f, blue %.4f)\n", fit->explained, fit->explainedByColour[0],
                fit->explainedByColour[1], fit->explainedByColour[2]);
    std::printf("R2 after each scale:");
    for (const double value : fit->explainedByScale)
        std::printf(" %.3f", value);
    std::printf("\n");
    if (command.write) {
        if (const auto written = train::writePreview(command.model, fit->projection); !written)
            return fail(written.error());
    }
    return cli::kExitDone;
}

int run(int argc, char **argv)
{
    CLI::App app("Makes and completes the demo model.", "faststar-train");
    app.require_subcommand(1);
    PreviewCommand preview;
    auto *fit = app.add_subcommand("fit-preview", "Fit the latent-to-RGB projection of the live preview");
    fit->add_option("model", preview.model, "Model folder")->required();
    fit->add_option("--clips", preview.options.clips,
                    "Drawn clips to fit on; a fifth as many more are held out")
        ->capture_default_str();
    fit->add_option("--seed", preview.options.seed, "Which clips are drawn")->capture_default_str();
    fit->add_flag("--write", preview.write, "Put the result into the folder's model.json");
    std::function<int()> chosen;
    train::addTrainingCommands(app, chosen);
    train::addEvaluationCommands(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? cli::kExitDone : cli::kExitUsage;
    }
    return chosen ? chosen() : fitPreview(preview);
}

} // namespace

int main(int argc, char **argv)
{
    try {
        return run(argc, argv);
    } catch (const std::exception &error) { // LibTorch's own, and lack of memory
        (void)std::fprintf(stderr, "faststar-train: %s\n", error.what());
        return cli::kExitFailed;
    }
}
