// SPDX-License-Identifier: Apache-2.0
#include "core/domain/option_names.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace faststar
{

namespace
{

constexpr std::array<OptionName<Guidance>, 2> kGuidance{{{Guidance::Apg, "apg"}, {Guidance::Cfg, "cfg"}}};
constexpr std::array<OptionName<Method>, 2> kMethod{{{Method::None, "none"}, {Method::FastStar, "faststar"}}};
constexpr std::array<OptionName<SpatialRef>, 3> kSpatialRef{{{SpatialRef::PrevScale, "prev_scale"},
                                                             {SpatialRef::PrevStep, "prev_step"},
                                                             {SpatialRef::OwnStep, "own_step"}}};
constexpr std::array<OptionName<TemporalRef>, 4> kTemporalRef{
    {{TemporalRef::FirstClipFinal, "first_clip_final"},
     {TemporalRef::PrevClipLastFrame, "prev_clip_last_frame"},
     {TemporalRef::PrevFrame, "prev_frame"},
     {TemporalRef::None, "none"}}};
constexpr std::array<OptionName<TopkScope>, 3> kTopkScope{{{TopkScope::Global, "global"},
                                                           {TopkScope::PerFrame, "per_frame"},
                                                           {TopkScope::GlobalFloor, "global_floor"}}};
constexpr std::array<OptionName<TopkRound>, 3> kTopkRound{
    {{TopkRound::Nearest, "nearest"}, {TopkRound::Ceil, "ceil"}, {TopkRound::Floor, "floor"}}};
constexpr std::array<OptionName<MaskMode>, 3> kMaskMode{{{MaskMode::AreaExact, "area_exact"},
                                                         {MaskMode::Nearest, "nearest"},
                                                         {MaskMode::ScoreFirst, "score_first"}}};
constexpr std::array<OptionName<MaskUp>, 2> kMaskUp{
    {{MaskUp::Original, "original"}, {MaskUp::NearestUp, "nearest_up"}}};
constexpr std::array<OptionName<Fill>, 3> kFill{
    {{Fill::Zero, "zero"}, {Fill::Renorm, "renorm"}, {Fill::NearestKept, "nearest_kept"}}};
constexpr std::array<OptionName<ApgStats>, 2> kApgStats{
    {{ApgStats::Kept, "kept"}, {ApgStats::Frozen, "frozen"}}};
constexpr std::array<OptionName<ContextKv>, 3> kContextKv{{{ContextKv::Protect, "protect"},
                                                           {ContextKv::KeptOnly, "kept_only"},
                                                           {ContextKv::Recompute, "recompute"}}};
constexpr std::array<OptionName<ClipScope>, 2> kClipScope{
    {{ClipScope::All, "all"}, {ClipScope::Last, "last"}}};
constexpr std::array<OptionName<Compute>, 2> kCompute{{{Compute::Pruned, "pruned"}, {Compute::Full, "full"}}};
constexpr std::array<OptionName<ConditionKind>, 3> kConditionKind{
    {{ConditionKind::None, "none"}, {ConditionKind::Image, "image"}, {ConditionKind::Video, "video"}}};

} // namespace

std::span<const OptionName<Guidance>> optionTable(Guidance)
{
    return kGuidance;
}
std::span<const OptionName<Method>> optionTable(Method)
{
    return kMethod;
}
std::span<const OptionName<SpatialRef>> optionTable(SpatialRef)
{
    return kSpatialRef;
}
std::span<const OptionName<TemporalRef>> optionTable(TemporalRef)
{
    return kTemporalRef;
}
std::span<const OptionName<TopkScope>> optionTable(TopkScope)
{
    return kTopkScope;
}
std::span<const OptionName<TopkRound>> optionTable(TopkRound)
{
    return kTopkRound;
}
std::span<const OptionName<MaskMode>> optionTable(MaskMode)
{
    return kMaskMode;
}
std::span<const OptionName<MaskUp>> optionTable(MaskUp)
{
    return kMaskUp;
}
std::span<const OptionName<Fill>> optionTable(Fill)
{
    return kFill;
}
std::span<const OptionName<ApgStats>> optionTable(ApgStats)
{
    return kApgStats;
}
std::span<const OptionName<ContextKv>> optionTable(ContextKv)
{
    return kContextKv;
}
std::span<const OptionName<ClipScope>> optionTable(ClipScope)
{
    return kClipScope;
}
std::span<const OptionName<Compute>> optionTable(Compute)
{
    return kCompute;
}
std::span<const OptionName<ConditionKind>> optionTable(ConditionKind)
{
    return kConditionKind;
}

std::optional<double> parseNumber(std::string_view text)
{
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::optional<std::int64_t> parseInteger(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

Result<std::array<int, 4>> parseRatios(std::string_view text)
{
    const auto refuse = [&](const std::string &why) {
        return failure(ErrorCode::InvalidRequest, "ratios: '" + std::string(text) + "' " + why +
                                                      "; four numbers from 0 to 1 are needed");
    };
    std::array<int, 4> permille{};
    std::size_t count = 0;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t comma = std::min(text.find(',', begin), text.size());
        const auto number = parseNumber(text.substr(begin, comma - begin));
        if (!number)
            return refuse("has a part that is not a number");
        if (!(*number >= 0.0 && *number <= 1.0))
            return refuse("has a part outside 0 to 1");
        if (count < permille.size())
            permille[count] = int(std::lround(*number * 1000.0));
        ++count;
        begin = comma + 1;
    }
    if (count != permille.size())
        return refuse("has " + std::to_string(count) + " numbers");
    return permille;
}

std::string formatRatios(const std::array<int, 4> &permille)
{
    std::string out;
    for (const int value : permille) {
        out += out.empty() ? "" : ",";
        out += formatNumber(double(value) / 1000.0);
    }
    return out;
}

Result<double> parseNorm(std::string_view text)
{
    if (text == "inf")
        return std::numeric_limits<double>::infinity();
    const auto number = parseNumber(text);
    if (!number || !(*number >= 1.0))
        return failure(ErrorCode::InvalidRequest,
                       "p: '" + std::string(text) + "' is not a number from 1 to inf");
    return *number;
}

std::string formatNumber(double value)
{
    if (std::isinf(value))
        return value > 0 ? "inf" : "-inf";
    std::array<char, 40> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return error == std::errc() ? std::string(buffer.data(), end) : std::string();
}

Result<Aspect> parseAspect(std::string_view text)
{
    constexpr std::int64_t kMost = 10000;
    const auto colon = text.find(':');
    if (colon != std::string_view::npos) {
        const auto width = parseInteger(text.substr(0, colon));
        const auto height = parseInteger(text.substr(colon + 1));
        if (width && height && *width >= 1 && *width <= kMost && *height >= 1 && *height <= kMost)
            return Aspect{int(*width), int(*height)};
    }
    return failure(ErrorCode::InvalidRequest, "aspect: '" + std::string(text) +
                                                  "' is not width:height in whole numbers from 1 to 10000");
}

std::string formatAspect(const Aspect &aspect)
{
    return std::to_string(aspect.width) + ":" + std::to_string(aspect.height);
}

} // namespace faststar
