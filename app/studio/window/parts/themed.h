// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/look/style.h"

namespace faststar::studio
{

// Hands a view the theme now and whenever it changes, for as long as the view lives.
template <typename View> View *followTheme(View *view, widgets::Appearance &appearance)
{
    view->setTheme(appearance.theme());
    QObject::connect(&appearance, &widgets::Appearance::changed, view,
                     [view](const widgets::Theme &theme) { view->setTheme(theme); });
    return view;
}

} // namespace faststar::studio
