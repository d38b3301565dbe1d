// SPDX-License-Identifier: Apache-2.0
//
// The names a checkpoint's pickle may refer to, and what each stands for.
#pragma once

#include <optional>
#include <string_view>

#include <c10/core/ScalarType.h>

namespace faststar::model
{

enum class PickleName { OrderedDict, RebuildTensor, RebuildParameter, StorageType, ElementType };

struct AllowedName {
    PickleName name = PickleName::OrderedDict;
    at::ScalarType type = at::ScalarType::Undefined; // of a storage
};

[[nodiscard]] std::optional<AllowedName> allowedName(std::string_view module, std::string_view name);

} // namespace faststar::model
