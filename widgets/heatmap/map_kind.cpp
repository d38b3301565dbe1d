// SPDX-License-Identifier: Apache-2.0
#include "widgets/heatmap/map_kind.h"

#include <QCoreApplication>

namespace faststar::widgets
{

QString mapLetter(MapKind kind)
{
    switch (kind) {
    case MapKind::Spatial:
        return QStringLiteral("S");
    case MapKind::Temporal:
        return QStringLiteral("T");
    case MapKind::Fused:
        return QStringLiteral("F");
    case MapKind::Mask:
        break;
    }
    return QStringLiteral("M");
}

QString mapName(MapKind kind)
{
    switch (kind) {
    case MapKind::Spatial:
        return QCoreApplication::translate("MapKind", "Spatial score");
    case MapKind::Temporal:
        return QCoreApplication::translate("MapKind", "Temporal score");
    case MapKind::Fused:
        return QCoreApplication::translate("MapKind", "Fused score");
    case MapKind::Mask:
        break;
    }
    return QCoreApplication::translate("MapKind", "Mask on the picture");
}

QString shortMapName(MapKind kind)
{
    switch (kind) {
    case MapKind::Spatial:
        return QCoreApplication::translate("MapKind", "Spatial");
    case MapKind::Temporal:
        return QCoreApplication::translate("MapKind", "Temporal");
    case MapKind::Fused:
        return QCoreApplication::translate("MapKind", "Fused");
    case MapKind::Mask:
        break;
    }
    return QCoreApplication::translate("MapKind", "Mask");
}

QColor mapColour(MapKind kind, const Theme &theme)
{
    switch (kind) {
    case MapKind::Spatial:
        return theme.spatial;
    case MapKind::Temporal:
        return theme.temporal;
    case MapKind::Fused:
        return theme.fused;
    case MapKind::Mask:
        break;
    }
    return theme.kept;
}

} // namespace faststar::widgets
