// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <vector>

namespace faststar::studio
{

struct DebugLine {
    enum class Kind { Head, Value, Log, Bars };

    Kind kind = Kind::Value;
    QString left;
    QString right;

    bool operator==(const DebugLine &) const = default;
};

// What the overlay says, in order. One line of the kind Bars stands for `waits`.
struct DebugFacts {
    std::vector<DebugLine> lines;
    std::vector<float> waits; // the longest wait of each tenth of a second, milliseconds, oldest first

    bool operator==(const DebugFacts &) const = default;
};

inline constexpr int kDebugWide = 320; // logical pixels
inline constexpr int kDebugLine = 16;
inline constexpr int kDebugBars = 32;
inline constexpr int kDebugMargin = 8;
inline constexpr int kDebugGap = 4;         // above a head
inline constexpr float kDebugLimit = 16.0F; // milliseconds that an event may wait

[[nodiscard]] inline int debugHeight(const DebugFacts &facts)
{
    int high = 2 * kDebugMargin;
    for (const DebugLine &line : facts.lines)
        high += line.kind == DebugLine::Kind::Bars   ? kDebugBars
                : line.kind == DebugLine::Kind::Head ? kDebugLine + kDebugGap
                                                     : kDebugLine;
    return high;
}

} // namespace faststar::studio
