// SPDX-License-Identifier: Apache-2.0
#include "app/cli/environment.h"

#include <exception>
#include <ostream>

#include "app/cli/commands.h"
#include "app/cli/exit_codes.h"
#include "app/cli/messages.h"
#include "app/cli/text.h"

namespace faststar::cli
{

namespace
{

bool plainTerminal(const Environment &environment)
{
    const auto noColor = environment.variable("NO_COLOR");
    return (noColor && !noColor->empty()) || environment.variable("TERM").value_or("dumb") == "dumb";
}

int dispatch(const CommandLine &line, Environment &environment, const Reporter &reporter)
{
    switch (line.command) {
    case Command::Generate:
        return runGenerate(line, environment, reporter);
    case Command::Replay:
        return runReplay(line, environment, reporter);
    case Command::Inspect:
        return runInspect(line, environment, reporter);
    case Command::Doctor:
        return runDoctor(line, environment, reporter);
    case Command::Bench:
        return runBench(line, environment, reporter);
    case Command::None:
        break;
    }
    return kExitUsage;
}

} // namespace

int runFaststar(int argc, const char *const *argv, Environment &environment)
{
    const bool plain = plainTerminal(environment);
    try {
        const auto parsed = parseCommandLine(argc, argv);
        const auto &common = parsed.line.common;
        ConsoleSettings settings;
        settings.animate = settings.colour = environment.errIsTerminal && !plain && !common.noColor;
        settings.verbose = common.verbose;
        settings.columns = environment.columns;
        Console console(*environment.out, *environment.err, settings);
        if (!parsed.run) {
            if (!parsed.show.empty() && !console.data(parsed.show))
                return kExitFailed;
            if (!parsed.error.empty())
                console.error(parsed.error);
            return parsed.exitCode;
        }
        const Reporter reporter(console, common.json);
        const int code = dispatch(parsed.line, environment, reporter);
        if (console.dataLost() && code == kExitDone)
            return kExitFailed;
        return code;
    } catch (const std::bad_alloc &) {
        *environment.err << sentenceOf({ErrorCode::OutOfMemory, {}}) << '\n' << std::flush;
        return kExitMemory;
    } catch (const std::exception &defect) {
        *environment.err << harmless(sentenceOf({ErrorCode::Internal, defect.what()})) << '\n' << std::flush;
        return kExitFailed;
    }
}

} // namespace faststar::cli
