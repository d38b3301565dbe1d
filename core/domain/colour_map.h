// SPDX-License-Identifier: Apache-2.0
//
// Tables of 256 colours for score maps. All but Turbo keep their order of lightness for people who see
// fewer colours and in black and white; Inferno is the default.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace faststar
{

// Red, green, blue.
using Rgb = std::array<std::uint8_t, 3>;
using ColourTable = std::array<Rgb, 256>;

// Sources: viridis, inferno, magma, plasma (matplotlib, CC0), cividis (Nuñez, Anderton, Renslow 2018, CC0),
// turbo (Mikhailov, Google, Apache-2.0).
enum class ColourMap { Inferno, Viridis, Magma, Plasma, Cividis, Turbo, Grey };

inline constexpr std::array kColourMaps{ColourMap::Inferno, ColourMap::Viridis, ColourMap::Magma,
                                        ColourMap::Plasma,  ColourMap::Cividis, ColourMap::Turbo,
                                        ColourMap::Grey};

// Lives as long as the program.
[[nodiscard]] const ColourTable &colourTable(ColourMap map);

// "inferno" and so on, as the command line and files spell it.
[[nodiscard]] std::string_view colourMapName(ColourMap map);
[[nodiscard]] std::optional<ColourMap> colourMapOfName(std::string_view name);

// The values that get the first and the last colour; low <= high.
struct ValueRange {
    float low = 0.0F;
    float high = 1.0F;

    bool operator==(const ValueRange &) const = default;
};

// The 1st to the 99th percentile of the finite values (nearest rank), so that single outliers do not flatten
// the picture. {0, 1} where nothing is finite.
[[nodiscard]] ValueRange displayRange(std::span<const float> values);

// Linear in the range and clamped to it; +inf is the last colour, -inf and NaN the first. A range without
// width shows low and less as the first, more as the last colour.
[[nodiscard]] Rgb colourOf(const ColourTable &table, float value, ValueRange range);

} // namespace faststar
