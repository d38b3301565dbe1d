// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include "widgets/theme.h"

namespace faststar::widgets
{

// What a map shows; each has a letter, names and a colour, because colour never speaks alone.
enum class MapKind { Spatial, Temporal, Fused, Mask };

[[nodiscard]] QString mapLetter(MapKind kind);
[[nodiscard]] QString mapName(MapKind kind);      // "Spatial score", "Mask on the picture"
[[nodiscard]] QString shortMapName(MapKind kind); // "Spatial", "Mask"
[[nodiscard]] QColor mapColour(MapKind kind, const Theme &theme);

} // namespace faststar::widgets
