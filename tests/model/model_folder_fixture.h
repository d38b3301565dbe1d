// SPDX-License-Identifier: Apache-2.0
//
// What the tests of model folders share: small files in and out.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/support/text.h"

namespace faststar::test
{

inline nlohmann::json readJson(const std::filesystem::path &path)
{
    std::ifstream in(path);
    return nlohmann::json::parse(in);
}

inline void writeText(const std::filesystem::path &path, const std::string &content)
{
    std::ofstream out(path, std::ios::binary);
    out << content;
}

} // namespace faststar::test
