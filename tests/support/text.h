// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <QString>

namespace faststar::test
{

inline QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

} // namespace faststar::test
