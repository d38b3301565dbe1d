// SPDX-License-Identifier: Apache-2.0
//
// What the tests of painted views share.
#pragma once

#include <QAccessible>
#include <QDir>
#include <QImage>
#include <QWidget>

#include <memory>
#include <vector>

#include "core/domain/grids.h"
#include "widgets/theme.h"

namespace faststar::test
{

// As it is on the screen. With FASTSTAR_PICTURES set to a folder, also written there for looking at.
inline QImage pictureOf(QWidget &widget, const QString &name = {})
{
    QImage image = widget.grab().toImage().convertToFormat(QImage::Format_RGB32);
    const QString folder = qEnvironmentVariable("FASTSTAR_PICTURES");
    if (!folder.isEmpty() && !name.isEmpty())
        image.save(QDir(folder).filePath(name + QStringLiteral(".png")));
    return image;
}

inline int pixelsOf(const QImage &image, const QColor &colour, QRect area = {})
{
    if (area.isNull())
        area = image.rect();
    int count = 0;
    for (int y = area.top(); y <= area.bottom(); ++y) {
        for (int x = area.left(); x <= area.right(); ++x)
            count += image.rect().contains(x, y) && image.pixelColor(x, y) == colour ? 1 : 0;
    }
    return count;
}

// What a screen reader gets.
inline QString spokenBy(QWidget &widget)
{
    QAccessibleInterface *face = QAccessible::queryAccessibleInterface(&widget);
    return face != nullptr ? face->text(QAccessible::Value) : QStringLiteral("none");
}

// Every kind of theme with its name.
struct NamedTheme {
    widgets::ThemeKind kind;
    const char *name;
};
inline constexpr NamedTheme kThemes[] = {{widgets::ThemeKind::Dark, "dark"},
                                         {widgets::ThemeKind::Light, "light"},
                                         {widgets::ThemeKind::Grey, "grey"}};

inline std::shared_ptr<MaskGrid> maskOf(GridShape shape, std::vector<std::uint8_t> values)
{
    return std::make_shared<MaskGrid>(MaskGrid{shape, std::move(values)});
}

} // namespace faststar::test
