// SPDX-License-Identifier: Apache-2.0
#include "app/cli/log.h"

#include <memory>
#include <string_view>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace faststar::cli
{

void routeLog(int argc, const char *const *argv)
{
    bool verbose = false;
    for (int i = 1; i < argc; ++i)
        verbose = verbose || std::string_view(argv[i]) == "--verbose";
    auto logger =
        std::make_shared<spdlog::logger>("faststar", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_level(verbose ? spdlog::level::debug : spdlog::level::err);
    logger->set_pattern("%l: %v");
    spdlog::set_default_logger(std::move(logger));
}

} // namespace faststar::cli
