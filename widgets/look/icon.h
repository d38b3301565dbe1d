// SPDX-License-Identifier: Apache-2.0
//
// The icons of resources/icons: drawn in black there, shown in a colour of the theme, and drawn anew
// for every size and device pixel ratio.
#pragma once

#include <QColor>
#include <QIcon>
#include <QPixmap>
#include <QRectF>
#include <QString>

class QPainter;

namespace faststar::widgets
{

struct Theme;

// `name` without folder and ending ("play"). Colours of the states: rest, disabled, checked.
[[nodiscard]] QIcon themedIcon(const QString &name, const QColor &normal, const QColor &disabled,
                               const QColor &checked);
// The colours that buttons have on every surface but the primary one.
[[nodiscard]] QIcon themedIcon(const QString &name, const Theme &theme);

// Draws an icon within `area`, which is best square.
void paintIcon(QPainter &painter, const QString &name, const QRectF &area, const QColor &colour);

// `size` logical pixels square, sharp at `ratio` device pixels a logical one.
[[nodiscard]] QPixmap iconPixmap(const QString &name, int size, const QColor &colour, qreal ratio);

// A file in the temporary folder of the process with that icon in that colour, for style sheets, which
// take files only. The same file for the same question.
[[nodiscard]] QString iconFile(const QString &name, const QColor &colour);

} // namespace faststar::widgets
