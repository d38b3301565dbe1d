// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/preview_cache.h"

#include <cmath>
#include <cstdlib>
#include <fstream>

#include <nlohmann/json.hpp>

namespace faststar::pipeline
{

namespace
{

constexpr std::uintmax_t kLargestFile = std::uintmax_t{64} * 1024; // 195 numbers take about 4 KiB

std::filesystem::path fileOf(const std::filesystem::path &folder, const std::string &hash)
{
    return folder / (hash + ".json");
}

bool readRow(const nlohmann::json &row, float *values, std::size_t count)
{
    if (!row.is_array() || row.size() != count)
        return false;
    for (std::size_t i = 0; i < count; ++i) {
        if (!row[i].is_number() || !std::isfinite(row[i].get<double>()))
            return false;
        values[i] = row[i].get<float>();
    }
    return true;
}

} // namespace

std::filesystem::path previewCacheFolder()
{
    // Read before any thread of ours could change the environment; nothing here ever does.
    const char *cache = std::getenv("XDG_CACHE_HOME"); // NOLINT(concurrency-mt-unsafe)
    if (cache != nullptr && *cache == '/')
        return std::filesystem::path(cache) / "faststar" / "preview";
    const char *home = std::getenv("HOME"); // NOLINT(concurrency-mt-unsafe)
    if (home != nullptr && *home == '/')
        return std::filesystem::path(home) / ".cache" / "faststar" / "preview";
    return {};
}

std::optional<PreviewProjection> cachedPreview(const std::filesystem::path &folder, const std::string &hash)
{
    std::error_code error;
    const auto path = fileOf(folder, hash);
    if (folder.empty() || !std::filesystem::is_regular_file(path, error) ||
        std::filesystem::file_size(path, error) > kLargestFile)
        return std::nullopt;
    std::ifstream file(path);
    const auto json = nlohmann::json::parse(file, nullptr, false);
    if (!json.is_object() || !json.contains("weight") || !json.contains("bias"))
        return std::nullopt;
    const auto &rows = json["weight"];
    PreviewProjection projection;
    if (!rows.is_array() || rows.size() != projection.weight.size())
        return std::nullopt;
    for (std::size_t colour = 0; colour < projection.weight.size(); ++colour) {
        if (!readRow(rows[colour], projection.weight[colour].data(), projection.weight[colour].size()))
            return std::nullopt;
    }
    if (!readRow(json["bias"], projection.bias.data(), projection.bias.size()))
        return std::nullopt;
    return projection;
}

void cachePreview(const std::filesystem::path &folder, const std::string &hash,
                  const PreviewProjection &projection)
{
    std::error_code error;
    if (folder.empty() || (std::filesystem::create_directories(folder, error), error))
        return;
    const auto path = fileOf(folder, hash);
    auto temporary = path;
    temporary += ".new";
    {
        std::ofstream file(temporary);
        file << nlohmann::json{{"weight", projection.weight}, {"bias", projection.bias}}.dump();
        if (!file.flush()) {
            file.close();
            std::filesystem::remove(temporary, error);
            return;
        }
    }
    std::filesystem::rename(temporary, path, error);
}

} // namespace faststar::pipeline
