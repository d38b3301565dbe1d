// SPDX-License-Identifier: Apache-2.0
//
// faststar-train: makes and completes the demo model.
#include <cstdio>
#include <exception>
#include <functional>

#include <CLI/CLI.hpp>

#include "app/cli/exit_codes.h"
#include "app/train/evaluation_command.h"
#include "app/train/preview_command.h"
#include "app/train/training_command.h"

namespace
{

using namespace faststar;

int run(int argc, char **argv)
{
    CLI::App app("Makes and completes the demo model.", "faststar-train");
    app.require_subcommand(1);
    std::function<int()> chosen;
    train::addPreviewCommand(app, chosen);
    train::addTrainingCommands(app, chosen);
    train::addEvaluationCommands(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? cli::kExitDone : cli::kExitUsage;
    }
    return chosen();
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
