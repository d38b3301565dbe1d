// SPDX-License-Identifier: Apache-2.0
//
// The pruning options in words. A new option gets one line in option_texts.cpp: its key there, its
// values and their spelling come from core/domain/option_names.h.
#pragma once

#include <QString>

#include <string>
#include <vector>

#include "core/domain/request.h"

namespace faststar::studio
{

struct OptionValue {
    std::string name; // as setOption takes it
    QString label;
};

// One option that is chosen from a list.
struct OptionRow {
    std::string key; // as setOption takes it
    QString label;
    QString why;
    std::vector<OptionValue> values;
    std::string (*current)(const GenerationRequest &request) = nullptr; // the name of its value
};

[[nodiscard]] std::vector<OptionRow> pruningOptionRows();

} // namespace faststar::studio
