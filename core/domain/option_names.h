// SPDX-License-Identifier: Apache-2.0
//
// The one spelling of every option, for the command line, files and the studio: the snake_case of
// the C++ name, as the methods' specification writes it.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/request.h"
#include "core/domain/result.h"

namespace faststar
{

template <typename Enum> struct OptionName {
    Enum value;
    std::string_view name;
};

// Every value of an enumeration with its name; the argument only selects the table.
[[nodiscard]] std::span<const OptionName<Guidance>> optionTable(Guidance);
[[nodiscard]] std::span<const OptionName<Method>> optionTable(Method);
[[nodiscard]] std::span<const OptionName<SpatialRef>> optionTable(SpatialRef);
[[nodiscard]] std::span<const OptionName<TemporalRef>> optionTable(TemporalRef);
[[nodiscard]] std::span<const OptionName<TopkScope>> optionTable(TopkScope);
[[nodiscard]] std::span<const OptionName<TopkRound>> optionTable(TopkRound);
[[nodiscard]] std::span<const OptionName<MaskMode>> optionTable(MaskMode);
[[nodiscard]] std::span<const OptionName<MaskUp>> optionTable(MaskUp);
[[nodiscard]] std::span<const OptionName<Fill>> optionTable(Fill);
[[nodiscard]] std::span<const OptionName<ApgStats>> optionTable(ApgStats);
[[nodiscard]] std::span<const OptionName<ContextKv>> optionTable(ContextKv);
[[nodiscard]] std::span<const OptionName<ClipScope>> optionTable(ClipScope);
[[nodiscard]] std::span<const OptionName<Compute>> optionTable(Compute);
[[nodiscard]] std::span<const OptionName<ConditionKind>> optionTable(ConditionKind);

// "prev_scale"; empty for a number that is no value of the enumeration.
template <typename Enum> [[nodiscard]] std::string_view optionName(Enum value)
{
    for (const auto &entry : optionTable(value)) {
        if (entry.value == value)
            return entry.name;
    }
    return {};
}

template <typename Enum> [[nodiscard]] std::optional<Enum> optionValue(std::string_view name)
{
    for (const auto &entry : optionTable(Enum{})) {
        if (entry.name == name)
            return entry.value;
    }
    return std::nullopt;
}

// Sets one option by name, from untrusted text. Keys: method, ratio, p, seed and those of
// PruningOptions. Known to the specification but not built: Unsupported, unless the value is what
// this build does anyway. Anything else: InvalidRequest that lists what would be accepted.
// Only this one value is checked; see validate.h for the request as a whole.
[[nodiscard]] Status setOption(GenerationRequest &request, std::string_view key, std::string_view value);

// Splits "key=value" at the first '='; InvalidRequest without one.
[[nodiscard]] Status setOption(GenerationRequest &request, std::string_view assignment);

// The keys setOption takes, in the order of the specification.
[[nodiscard]] std::vector<std::string_view> optionKeys();

// A method by name: "none" or "faststar"; Unsupported for one that is not built.
[[nodiscard]] Result<Method> parseMethod(std::string_view name);

// "0.2,0.3,0.4,0.7" to permille, rounded half away from zero; exactly four numbers in [0, 1].
[[nodiscard]] Result<std::array<int, 4>> parseRatios(std::string_view text);
// {200, 300, 400, 700} to "0.2,0.3,0.4,0.7".
[[nodiscard]] std::string formatRatios(const std::array<int, 4> &permille);

// p of the score fusion: a number in [1, inf) or "inf".
[[nodiscard]] Result<double> parseNorm(std::string_view text);
// 2 to "2", infinity to "inf".
[[nodiscard]] std::string formatNumber(double value);

// "16:9": two whole numbers in [1, 10000].
[[nodiscard]] Result<Aspect> parseAspect(std::string_view text);
[[nodiscard]] std::string formatAspect(const Aspect &aspect);

// The whole text as a number, independent of the locale; empty when it is not one. NaN and
// infinity are not numbers here.
[[nodiscard]] std::optional<double> parseNumber(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> parseInteger(std::string_view text);

} // namespace faststar
