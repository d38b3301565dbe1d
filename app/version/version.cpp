// SPDX-License-Identifier: Apache-2.0
#include "app/version/version.h"

#include "faststar_commit.h"

namespace faststar
{

std::string_view version()
{
    return FASTSTAR_VERSION;
}

std::string_view commit()
{
    return FASTSTAR_COMMIT;
}

} // namespace faststar
