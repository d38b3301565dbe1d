// SPDX-License-Identifier: Apache-2.0
#include "core/domain/colour_map.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/domain/colour_map_tables.h"

namespace faststar
{

namespace
{

constexpr std::array<std::string_view, kColourMaps.size()> kNames{"inferno", "viridis", "magma", "plasma",
                                                                  "cividis", "turbo",   "grey"};

constexpr std::uint8_t digit(char c)
{
    return std::uint8_t(c <= '9' ? c - '0' : c - 'a' + 10);
}

constexpr ColourTable parsed(std::string_view hexadecimal)
{
    ColourTable table{};
    for (std::size_t i = 0; i < table.size() * 3; ++i)
        table[i / 3][i % 3] = std::uint8_t(digit(hexadecimal[2 * i]) * 16 + digit(hexadecimal[2 * i + 1]));
    return table;
}

constexpr ColourTable grey()
{
    ColourTable table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = {std::uint8_t(i), std::uint8_t(i), std::uint8_t(i)};
    return table;
}

// In the order of the enumeration.
constexpr std::array<ColourTable, kColourMaps.size()> kTables{
    parsed(kInferno), parsed(kViridis), parsed(kMagma), parsed(kPlasma),
    parsed(kCividis), parsed(kTurbo),   grey()};

} // namespace

const ColourTable &colourTable(ColourMap map)
{
    return kTables[std::size_t(map)];
}

std::string_view colourMapName(ColourMap map)
{
    return kNames[std::size_t(map)];
}

std::optional<ColourMap> colourMapOfName(std::string_view name)
{
    for (const auto map : kColourMaps) {
        if (colourMapName(map) == name)
            return map;
    }
    return std::nullopt;
}

ValueRange displayRange(std::span<const float> values)
{
    std::vector<float> finite;
    finite.reserve(values.size());
    std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
                 [](float v) { return std::isfinite(v); });
    if (finite.empty())
        return {};
    const auto percentile = [&](double share) {
        const auto rank = std::ptrdiff_t(std::lround(share * double(finite.size() - 1)));
        std::nth_element(finite.begin(), finite.begin() + rank, finite.end());
        return finite[std::size_t(rank)];
    };
    const float low = percentile(0.01);
    return {low, percentile(0.99)};
}

Rgb colourOf(const ColourTable &table, float value, ValueRange range)
{
    if (std::isnan(value) || value <= range.low)
        return table.front();
    if (value >= range.high)
        return table.back();
    const double position = (double(value) - range.low) / (double(range.high) - range.low);
    return table[std::size_t(std::lround(position * 255.0))];
}

} // namespace faststar
