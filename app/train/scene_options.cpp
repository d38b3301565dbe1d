// SPDX-License-Identifier: Apache-2.0
#include "app/train/scene_options.h"

#include <string>

#include <nlohmann/json.hpp>

namespace faststar::train
{

namespace
{

struct NamedShare {
    const char *name;
    double SceneOptions::*value;
};
constexpr std::array<NamedShare, 8> kShares{{{"two_shapes", &SceneOptions::twoShapes},
                                             {"alike", &SceneOptions::alike},
                                             {"place", &SceneOptions::place},
                                             {"pan", &SceneOptions::pan},
                                             {"slow", &SceneOptions::slow},
                                             {"fast", &SceneOptions::fast},
                                             {"jitter", &SceneOptions::jitter},
                                             {"scatter", &SceneOptions::scatter}}};

struct NamedRange {
    const char *name;
    Range SceneOptions::*value;
    double least;
    double most;
};
constexpr std::array<NamedRange, 4> kRanges{{{"small", &SceneOptions::small, 0.02, 0.4},
                                             {"medium", &SceneOptions::medium, 0.02, 0.4},
                                             {"big", &SceneOptions::big, 0.02, 0.4},
                                             {"period", &SceneOptions::period, 0.05, 1.0}}};

bool isNumber(const nlohmann::json &value, double least, double most)
{
    return value.is_number() && value.get<double>() >= least && value.get<double>() <= most;
}

template <std::size_t size> bool readWeights(const nlohmann::json &value, std::array<double, size> &weights)
{
    if (!value.is_array() || value.size() != size)
        return false;
    double sum = 0.0;
    for (std::size_t i = 0; i < size; ++i) {
        if (!isNumber(value[i], 0.0, 1e6))
            return false;
        weights[i] = value[i].get<double>();
        sum += weights[i];
    }
    return sum > 0.0;
}

bool readRange(const nlohmann::json &value, const NamedRange &range, SceneOptions &options)
{
    if (!value.is_array() || value.size() != 2 || !isNumber(value[0], range.least, range.most) ||
        !isNumber(value[1], range.least, range.most) || value[0].get<double>() > value[1].get<double>())
        return false;
    options.*range.value = {value[0].get<double>(), value[1].get<double>()};
    return true;
}

// Empty when `key` was read, else what it should be.
std::string readValue(const std::string &key, const nlohmann::json &value, SceneOptions &options)
{
    for (const auto &share : kShares) {
        if (key != share.name)
            continue;
        if (!isNumber(value, 0.0, 1.0))
            return "a number from 0 to 1";
        options.*share.value = value.get<double>();
        return {};
    }
    for (const auto &range : kRanges) {
        if (key == range.name)
            return readRange(value, range, options) ? "" : "[low, high] within sensible bounds";
    }
    if (key == "backgrounds")
        return readWeights(value, options.backgrounds) ? "" : "5 weights";
    if (key == "motions")
        return readWeights(value, options.motions) ? "" : "11 weights";
    if (key == "patterns_on_grid") {
        if (!value.is_boolean())
            return "true or false";
        options.patternsOnGrid = value.get<bool>();
        return {};
    }
    return "one of the known keys";
}

} // namespace

Result<SceneOptions> readSceneOptions(const nlohmann::json &data)
{
    SceneOptions options;
    if (!data.is_object())
        return failure(ErrorCode::InvalidRequest, "data: must be an object");
    for (const auto &[key, value] : data.items()) {
        if (const auto wanted = readValue(key, value, options); !wanted.empty())
            return failure(ErrorCode::InvalidRequest,
                           std::string("data.").append(key).append(": must be ").append(wanted));
    }
    if (options.slow + options.fast > 1.0)
        return failure(ErrorCode::InvalidRequest, "data.slow and data.fast: must not exceed 1 together");
    return options;
}

nlohmann::json toJson(const SceneOptions &options)
{
    nlohmann::json data;
    for (const auto &share : kShares)
        data[share.name] = options.*share.value;
    for (const auto &range : kRanges)
        data[range.name] = {(options.*range.value).low, (options.*range.value).high};
    data["backgrounds"] = options.backgrounds;
    data["motions"] = options.motions;
    data["patterns_on_grid"] = options.patternsOnGrid;
    return data;
}

} // namespace faststar::train
