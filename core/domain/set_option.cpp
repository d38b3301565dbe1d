// SPDX-License-Identifier: Apache-2.0
//
// Options by name. What the specification names and this build lacks is refused by name, so that
// nobody believes to have measured something that was silently ignored.
#include "core/domain/option_names.h"

#include <algorithm>
#include <array>

namespace faststar
{

namespace
{

using Setter = Status (*)(GenerationRequest &, std::string_view key, std::string_view value);

struct BuiltOption {
    std::string_view key;
    Setter set;
};

// A key of the specification that is not built: `builtValue` is what this build does (accepted);
// empty = no value is.
struct MissingOption {
    std::string_view key;
    std::string_view builtValue;
};

std::string assignment(std::string_view key, std::string_view value)
{
    return std::string(key) + "=" + std::string(value);
}

Status notBuilt(std::string_view key, std::string_view value)
{
    return failure(ErrorCode::Unsupported, "option " + assignment(key, value) + " is not built yet");
}

template <typename Enum> Status wrongName(std::string_view key, std::string_view value)
{
    std::string known;
    for (const auto &entry : optionTable(Enum{})) {
        known += known.empty() ? "" : ", ";
        known += entry.name;
    }
    return failure(ErrorCode::InvalidRequest, "option " + assignment(key, value) + ": the values of " +
                                                  std::string(key) + " are " + known);
}

template <auto Member>
Status setEnum(GenerationRequest &request, std::string_view key, std::string_view value)
{
    using Enum = std::remove_reference_t<decltype(request.pruning.*Member)>;
    const auto parsed = optionValue<Enum>(value);
    if (!parsed)
        return wrongName<Enum>(key, value);
    request.pruning.*Member = *parsed;
    return {};
}

Status setTemporalRef(GenerationRequest &request, std::string_view key, std::string_view value)
{
    const auto parsed = optionValue<TemporalRef>(value);
    if (!parsed)
        return wrongName<TemporalRef>(key, value);
    request.pruning.temporalRef = parsed;
    return {};
}

Status setEps(GenerationRequest &request, std::string_view key, std::string_view value)
{
    const auto number = parseNumber(value);
    if (!number || !(*number > 0.0 && *number <= 1.0))
        return failure(ErrorCode::InvalidRequest,
                       "option " + assignment(key, value) + ": eps is a number above 0, at most 1");
    request.pruning.eps = *number;
    return {};
}

Status setFrameFloor(GenerationRequest &request, std::string_view key, std::string_view value)
{
    const auto number = parseNumber(value);
    if (!number || !(*number >= 0.0 && *number <= 1.0))
        return failure(ErrorCode::InvalidRequest,
                       "option " + assignment(key, value) + ": frame_floor is a number from 0 to 1");
    request.pruning.frameFloor = *number;
    return {};
}

Status setNorm(GenerationRequest &request, std::string_view, std::string_view value)
{
    const auto number = parseNorm(value);
    if (!number)
        return tl::unexpected(number.error());
    request.p = *number;
    return {};
}

Status setRatio(GenerationRequest &request, std::string_view, std::string_view value)
{
    const auto ratios = parseRatios(value);
    if (!ratios)
        return tl::unexpected(ratios.error());
    request.ratiosPermille = *ratios;
    return {};
}

Status setMethod(GenerationRequest &request, std::string_view, std::string_view value)
{
    const auto method = parseMethod(value);
    if (!method)
        return tl::unexpected(method.error());
    request.method = *method;
    return {};
}

Status setSeed(GenerationRequest &request, std::string_view key, std::string_view value)
{
    const auto seed = parseInteger(value);
    if (!seed || *seed < 0)
        return failure(ErrorCode::InvalidRequest,
                       "option " + assignment(key, value) + ": seed is a whole number, 0 or more");
    request.seed = *seed;
    return {};
}

Status setStale(GenerationRequest &, std::string_view key, std::string_view value)
{
    if (value == "literal")
        return {};
    if (value == "carry")
        return notBuilt(key, value);
    return failure(ErrorCode::InvalidRequest,
                   "option " + assignment(key, value) + ": the values of stale are literal, carry");
}

constexpr std::array<BuiltOption, 18> kBuilt{{
    {"method", setMethod},
    {"ratio", setRatio},
    {"clips", setEnum<&PruningOptions::clips>},
    {"compute", setEnum<&PruningOptions::compute>},
    {"spatial_ref", setEnum<&PruningOptions::spatialRef>},
    {"temporal_ref", setTemporalRef},
    {"eps", setEps},
    {"p", setNorm},
    {"topk_scope", setEnum<&PruningOptions::topkScope>},
    {"topk_round", setEnum<&PruningOptions::topkRound>},
    {"frame_floor", setFrameFloor},
    {"mask_mode", setEnum<&PruningOptions::maskMode>},
    {"mask_up", setEnum<&PruningOptions::maskUp>},
    {"fill", setEnum<&PruningOptions::fill>},
    {"stale", setStale},
    {"apg_stats", setEnum<&PruningOptions::apgStats>},
    {"context_kv", setEnum<&PruningOptions::contextKv>},
    {"seed", setSeed},
}};

constexpr std::array<MissingOption, 17> kMissing{{
    {"scales", ""},
    {"final_full", "1"},
    {"score_norm", "none"},
    {"mask_refresh", "per_step"},
    {"rng", "full_grid"},
    {"k_multiple", "1"},
    {"preset", "ours"},
    {"random_scope", ""},
    {"share_cfg", ""},
    {"mean", ""},
    {"cache", ""},
    {"metric", ""},
    {"merge_attn", ""},
    {"merge_mlp", ""},
    {"prop_attn", ""},
    {"align", ""},
    {"partition", ""},
}};

constexpr std::array<std::string_view, 3> kMissingPrefixes{"sparsevar.", "fastvar.", "tome."};

constexpr std::array<std::string_view, 9> kMissingMethods{"sparsevar", "fastvar",      "tome",
                                                          "random",    "spatial_only", "temporal_only",
                                                          "inverse",   "magnitude",    "stepvar"};

} // namespace

Result<Method> parseMethod(std::string_view name)
{
    if (const auto method = optionValue<Method>(name))
        return *method;
    if (std::find(kMissingMethods.begin(), kMissingMethods.end(), name) != kMissingMethods.end())
        return failure(ErrorCode::Unsupported, "method " + std::string(name) + " is not built yet");
    return failure(ErrorCode::InvalidRequest,
                   "method: '" + std::string(name) + "' is unknown; the methods are none, faststar");
}

std::vector<std::string_view> optionKeys()
{
    std::vector<std::string_view> keys;
    keys.reserve(kBuilt.size());
    for (const auto &option : kBuilt)
        keys.push_back(option.key);
    return keys;
}

Status setOption(GenerationRequest &request, std::string_view key, std::string_view value)
{
    for (const auto &option : kBuilt) {
        if (option.key == key)
            return option.set(request, key, value);
    }
    for (const auto &option : kMissing) {
        if (option.key == key)
            return !option.builtValue.empty() && option.builtValue == value ? Status() : notBuilt(key, value);
    }
    for (const auto &prefix : kMissingPrefixes) {
        if (key.starts_with(prefix))
            return notBuilt(key, value);
    }
    std::string known;
    for (const auto &option : kBuilt) {
        known += known.empty() ? "" : ", ";
        known += option.key;
    }
    return failure(ErrorCode::InvalidRequest,
                   "option '" + std::string(key) + "' is unknown; the options are " + known);
}

Status setOption(GenerationRequest &request, std::string_view text)
{
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0)
        return failure(ErrorCode::InvalidRequest, "option '" + std::string(text) + "' is not KEY=VALUE");
    return setOption(request, text.substr(0, equals), text.substr(equals + 1));
}

} // namespace faststar
