// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <clocale>
#include <cstdlib>
#include <iostream>
#include <random>

#include <sys/ioctl.h>
#include <unistd.h>

#include "app/cli/environment.h"
#include "app/cli/log.h"
#include "app/cli/signals.h"
#include "app/cli/text.h"
#include "core/model/model_folder.h"
#include "core/pipeline/engine.h"
#include "core/pipeline/memory_forecast.h"
#include "core/pipeline/replay.h"

namespace
{

using namespace faststar;

std::optional<std::string> variable(const char *name)
{
    const char *value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): nobody here sets variables
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<ModelConfig> describeModel(const std::filesystem::path &folder)
{
    auto opened = model::openModelFolder(folder);
    if (!opened)
        return tl::unexpected(opened.error());
    return std::move(opened->config);
}

int terminalColumns()
{
    winsize size{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

} // namespace

int main(int argc, char **argv)
{
    cli::StopRequests stops;
    const cli::SignalThread signals(stops); // before any other thread
    cli::routeLog(argc, argv);
    std::error_code error;
    auto executable = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error)
        executable = std::filesystem::absolute(argv[0], error);
    const auto folder = executable.parent_path();
    cli::loadTexts(cli::messageLocales(variable),
                   {folder / ".." / "share" / "faststar" / "translations", folder / "translations"});

    const auto media = cli::makeMediaPort();
    cli::Environment environment;
    environment.in = &std::cin;
    environment.out = &std::cout;
    environment.err = &std::cerr;
    environment.inIsTerminal = isatty(STDIN_FILENO) != 0;
    environment.errIsTerminal = isatty(STDERR_FILENO) != 0;
    environment.columns = terminalColumns();
    environment.executable = executable;
    environment.variable = variable;
    environment.seconds = [] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    };
    environment.random = [] { return std::uint32_t(std::random_device{}()); };
    environment.makePipeline = pipeline::makeEngine;
    environment.describeModel = describeModel;
    environment.forecastMemory = pipeline::forecastMemory;
    environment.replay = pipeline::replayCase;
    environment.media = media.get();
    environment.stops = &stops;
    return cli::runFaststar(argc, argv, environment);
}
