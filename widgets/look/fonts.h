// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace faststar::widgets
{

// Registers the fonts that travel inside the program. Once, after the application object exists; where
// the build had none, Qt takes what the desktop has.
void loadFonts();

} // namespace faststar::widgets
