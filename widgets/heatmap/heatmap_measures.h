// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace faststar::widgets
{

// Of a score map in its two forms, in pixels.
inline constexpr double kMapTitle = 32.0;
inline constexpr double kMapPadding = 12.0;
inline constexpr double kMapBarGap = 8.0;
inline constexpr double kMapBarWidth = 12.0;
inline constexpr double kMapBarSpace = kMapBarGap + kMapBarWidth + 44.0; // with its numbers
inline constexpr double kMapLabelGap = 4.0;
inline constexpr double kMapLabel = 16.0;

} // namespace faststar::widgets
