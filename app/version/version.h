// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace faststar
{

// "0.1.0"
[[nodiscard]] std::string_view version();

// The commit that was built, as git describes it ("-dirty" with changes on top); empty where the
// sources were no checkout.
[[nodiscard]] std::string_view commit();

} // namespace faststar
