// SPDX-License-Identifier: Apache-2.0
#include "app/train/preview_command.h"

#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "app/cli/exit_codes.h"
#include "app/train/command_options.h"
#include "app/train/preview_fit.h"

namespace faststar::train
{

namespace
{

struct PreviewCommand {
    std::string model;
    std::string config;
    FitOptions options;
    bool write = false;

    int run()
    {
        const auto data = dataOf(config, model);
        if (!data)
            return failed(data.error());
        options.data = *data;
        if (write) {
            if (const auto good = checkPreviewWritable(model); !good)
                return failed(good.error());
        }
        const auto fit = fitPreview(model, options, [](int done) {
            if (done % 20 == 0)
                (void)std::fprintf(stderr, "%d clips\n", done);
        });
        if (!fit)
            return failed(fit.error());
        std::printf("clips fitted %d, held out %d\n", fit->fittedClips, fit->heldOutClips);
        std::printf("R2 %.4f (red %.4f, green %.4f, blue %.4f)\n", fit->explained, fit->explainedByColour[0],
                    fit->explainedByColour[1], fit->explainedByColour[2]);
        std::printf("R2 after each scale:");
        for (const double value : fit->explainedByScale)
            std::printf(" %.3f", value);
        std::printf("\n");
        if (write) {
            if (const auto written = writePreview(model, fit->projection); !written)
                return failed(written.error());
        }
        return cli::kExitDone;
    }
};

} // namespace

void addPreviewCommand(CLI::App &app, std::function<int()> &chosen)
{
    const auto command = std::make_shared<PreviewCommand>();
    auto *fit = app.add_subcommand("fit-preview", "Fit the latent-to-RGB projection of the live preview");
    fit->add_option("model", command->model, "Model folder")->required();
    fit->add_option("--config", command->config,
                    "Training configuration whose clips are drawn; else the model's own (train.json)");
    fit->add_option("--clips", command->options.clips,
                    "Drawn clips to fit on; a fifth as many more are held out")
        ->capture_default_str();
    fit->add_option("--seed", command->options.seed, "Which clips are drawn")->capture_default_str();
    fit->add_flag("--write", command->write, "Put the result into the folder's model.json");
    fit->callback([command, &chosen] { chosen = [command] { return command->run(); }; });
}

} // namespace faststar::train
