// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace faststar::test
{

inline std::filesystem::path sourceDir()
{
    return FASTSTAR_SOURCE_DIR;
}
inline std::filesystem::path goldenDir()
{
    return sourceDir() / "tests" / "golden";
}
inline std::filesystem::path demoModelDir()
{
    return sourceDir() / "resources" / "demo_model";
}

} // namespace faststar::test
