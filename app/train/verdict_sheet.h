// SPDX-License-Identifier: Apache-2.0
//
// Clips with their captions and verdicts, to be looked at.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/train/adherence.h"
#include "core/domain/result.h"

namespace faststar::train
{

class VerdictSheet
{
public:
    // Five frames from first to last at half size, the whole caption above, and a square for each attribute
    // in the order of Attribute: green = right, red = wrong, grey = not asked. All clips of one size.
    void add(const std::string &caption, const Verdict &verdict, const std::vector<Image> &frames);
    // PNG; an existing file is replaced. Writes nothing when no clip was added.
    [[nodiscard]] Status write(const std::filesystem::path &file) const;

private:
    std::vector<Image> m_rows;
};

} // namespace faststar::train
