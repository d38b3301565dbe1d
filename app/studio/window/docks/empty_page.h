// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "widgets/look/style.h"

namespace faststar::studio
{

// What stands where nothing is yet: an icon, a noun phrase, and how to fill the place.
[[nodiscard]] QWidget *makeEmptyPage(const QString &icon, const QString &title, const QString &sentence,
                                     widgets::Appearance &appearance, QWidget *parent = nullptr);

} // namespace faststar::studio
