// SPDX-License-Identifier: Apache-2.0
#include "app/train/command_options.h"

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "app/cli/exit_codes.h"
#include "app/train/training_config.h"
#include "core/domain/option_names.h"
#include "core/files/output_file.h"

namespace faststar::train
{

namespace fs = std::filesystem;

TextCheck wholeNumber(std::int64_t least, std::int64_t most)
{
    return [least, most](const std::string &text) -> std::string {
        const auto value = parseInteger(text);
        if (value && *value >= least && *value <= most)
            return {};
        return "'" + text + "' is not a whole number from " + std::to_string(least) + " to " +
               std::to_string(most);
    };
}

TextCheck anyNumber(double least, double most)
{
    return [least, most](const std::string &text) -> std::string {
        const auto value = parseNumber(text);
        if (value && *value >= least && *value <= most)
            return {};
        return "'" + text + "' is not a number from " + formatNumber(least) + " to " + formatNumber(most);
    };
}

int failed(const Error &error)
{
    (void)std::fprintf(stderr, "faststar-train: %s\n", error.detail.c_str());
    return cli::exitCodeOf(error.code);
}

Status checkWritable(const std::string &path)
{
    if (path.empty())
        return {};
    const auto file = files::OutputFile::create(path, files::Existing::Replace);
    return file ? Status{} : tl::unexpected(file.error());
}

Result<SceneOptions> dataOf(const std::string &config, const std::string &model)
{
    const fs::path own = fs::path(model) / "train.json";
    std::error_code error;
    const bool given = !config.empty();
    if (!given && (model.empty() || !fs::is_regular_file(own, error)))
        return SceneOptions{};
    const auto read = readTrainConfig(given ? fs::path(config) : own);
    if (!read)
        return tl::unexpected(read.error());
    return readSceneOptions(read->data);
}

} // namespace faststar::train
