// SPDX-License-Identifier: Apache-2.0
#include "core/model/checkpoint/pickle_names.h"

#include <algorithm>
#include <array>
#include <utility>

namespace faststar::model
{

namespace
{

constexpr std::array<std::pair<std::string_view, at::ScalarType>, 19> kStorages{{
    {"DoubleStorage", at::kDouble},
    {"FloatStorage", at::kFloat},
    {"HalfStorage", at::kHalf},
    {"BFloat16Storage", at::kBFloat16},
    {"LongStorage", at::kLong},
    {"IntStorage", at::kInt},
    {"ShortStorage", at::kShort},
    {"CharStorage", at::kChar},
    {"ByteStorage", at::kByte},
    {"BoolStorage", at::kBool},
    {"UntypedStorage", at::kByte},
    // Known, but of no element type a network here could use.
    {"ComplexFloatStorage", at::ScalarType::Undefined},
    {"ComplexDoubleStorage", at::ScalarType::Undefined},
    {"QInt8Storage", at::ScalarType::Undefined},
    {"QInt32Storage", at::ScalarType::Undefined},
    {"QUInt8Storage", at::ScalarType::Undefined},
    {"QUInt4x2Storage", at::ScalarType::Undefined},
    {"QUInt2x4Storage", at::ScalarType::Undefined},
    {"TypedStorage", at::ScalarType::Undefined},
}};

// Element types as plain values, as training arguments hold them.
constexpr std::array<std::string_view, 27> kElementTypes{
    "float", "float16", "float32", "float64",    "half",        "bfloat16",      "double",
    "int",   "int8",    "int16",   "int32",      "int64",       "short",         "long",
    "uint8", "uint16",  "uint32",  "uint64",     "bool",        "complex32",     "complex64",
    "chalf", "cfloat",  "cdouble", "complex128", "float8_e5m2", "float8_e4m3fn",
};

} // namespace

std::optional<AllowedName> allowedName(std::string_view module, std::string_view name)
{
    if (module == "collections" && name == "OrderedDict")
        return AllowedName{PickleName::OrderedDict};
    if (module == "torch._utils" && name == "_rebuild_tensor_v2")
        return AllowedName{PickleName::RebuildTensor};
    if (module == "torch._utils" && name == "_rebuild_parameter")
        return AllowedName{PickleName::RebuildParameter};
    if (module != "torch" && module != "torch.storage")
        return std::nullopt;
    for (const auto &[storage, type] : kStorages)
        if (storage == name)
            return AllowedName{PickleName::StorageType, type};
    if (module == "torch" && std::ranges::find(kElementTypes, name) != kElementTypes.end())
        return AllowedName{PickleName::ElementType};
    return std::nullopt;
}

} // namespace faststar::model
