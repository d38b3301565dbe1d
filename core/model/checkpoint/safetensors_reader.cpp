// SPDX-License-Identifier: Apache-2.0
#include "core/model/checkpoint/safetensors_reader.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/model/checkpoint/file_error.h"

namespace faststar::model
{

namespace
{

constexpr std::size_t kLengthBytes = 8;

struct ElementType {
    std::string_view name;
    std::optional<at::ScalarType> type; // unset = a known type that is not read
};

constexpr std::array<ElementType, 19> kElementTypes{{
    {"F64", at::kDouble},      {"F32", at::kFloat},       {"F16", at::kHalf},
    {"BF16", at::kBFloat16},   {"I64", at::kLong},        {"I32", at::kInt},
    {"I16", at::kShort},       {"I8", at::kChar},         {"U8", at::kByte},
    {"BOOL", at::kBool},       {"U16", std::nullopt},     {"U32", std::nullopt},
    {"U64", std::nullopt},     {"C64", std::nullopt},     {"F8_E4M3", std::nullopt},
    {"F8_E5M2", std::nullopt}, {"F8_E8M0", std::nullopt}, {"F6_E2M3", std::nullopt},
    {"F4", std::nullopt},
}};

// A tensor as the header states it, before any of it is believed.
struct Entry {
    std::string name;
    std::string type;
    std::vector<std::int64_t> shape;
    std::vector<std::uint64_t> offsets;
    bool hasType = false;
    bool hasShape = false;
    bool hasOffsets = false;
};

// Takes the header apart while it is parsed: no document is built, so that memory stays in proportion to
// the tensors and any nesting beyond the format's two levels ends the parse at once.
class HeaderHandler : public nlohmann::json_sax<nlohmann::json>
{
public:
    std::vector<Entry> entries;
    std::string problem; // empty = fine

    bool null() override { return scalar(); }
    bool boolean(bool /*value*/) override { return scalar(); }
    bool number_integer(number_integer_t /*value*/) override
    {
        return m_place == Place::Metadata || fail("has a negative number in its shape or offsets");
    }
    bool number_unsigned(number_unsigned_t value) override
    {
        if (m_place == Place::Metadata)
            return true;
        if (m_place == Place::Shape) {
            if (entries.back().shape.size() == kMaxAxes)
                return fail("has more than " + std::to_string(kMaxAxes) + " axes");
            if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
                return fail("has an axis of " + std::to_string(value));
            entries.back().shape.push_back(static_cast<std::int64_t>(value));
            return true;
        }
        if (m_place == Place::Offsets) {
            if (entries.back().offsets.size() == 2)
                return fail("has more than two data offsets");
            entries.back().offsets.push_back(value);
            return true;
        }
        return fail("has a number where none belongs");
    }
    bool number_float(number_float_t /*value*/, const string_t &text) override
    {
        return m_place == Place::Metadata || fail("has the number " + text + " where a size belongs");
    }
    bool string(string_t &value) override
    {
        if (m_place == Place::Metadata)
            return true;
        if (m_place != Place::Tensor || m_key != "dtype")
            return fail("has a text where none belongs");
        entries.back().type = value;
        return true;
    }
    bool binary(binary_t & /*value*/) override { return fail("has binary data"); }
    bool start_object(std::size_t /*count*/) override
    {
        switch (m_place) {
        case Place::Start:
            m_place = Place::Top;
            return true;
        case Place::Top:
            if (m_key == "__metadata__") {
                m_place = Place::Metadata;
                return !std::exchange(m_hadMetadata, true) || fail("is there twice");
            }
            if (entries.size() == kMaxTensors)
                return fail("follows " + std::to_string(kMaxTensors) + " others; that is too many");
            entries.push_back({});
            entries.back().name = m_key;
            m_place = Place::Tensor;
            return true;
        default:
            return fail("is nested too deeply");
        }
    }
    bool end_object() override
    {
        if (m_place == Place::Tensor) {
            const Entry &entry = entries.back();
            if (!entry.hasType || !entry.hasShape || !entry.hasOffsets)
                return fail("lacks its dtype, shape or data_offsets");
        }
        m_place = Place::Top;
        return true;
    }
    bool key(string_t &value) override
    {
        m_key = value;
        if (m_place != Place::Tensor)
            return true;
        Entry &entry = entries.back();
        bool *seen = value == "dtype"          ? &entry.hasType
                     : value == "shape"        ? &entry.hasShape
                     : value == "data_offsets" ? &entry.hasOffsets
                                               : nullptr;
        if (seen == nullptr)
            return fail("has the unknown key " + quotedName(value));
        if (*seen)
            return fail("has the key " + quotedName(value) + " twice");
        *seen = true;
        return true;
    }
    bool start_array(std::size_t /*count*/) override
    {
        if (m_place != Place::Tensor || m_key == "dtype")
            return fail("has a list where none belongs");
        m_place = m_key == "shape" ? Place::Shape : Place::Offsets;
        return true;
    }
    bool end_array() override
    {
        if (m_place == Place::Offsets && entries.back().offsets.size() != 2)
            return fail("does not have two data offsets");
        m_place = Place::Tensor;
        return true;
    }
    bool parse_error(std::size_t position, const std::string & /*token*/,
                     const nlohmann::detail::exception & /*error*/) override
    {
        if (problem.empty())
            problem = "the header is not valid JSON at byte " + std::to_string(kLengthBytes + position);
        return false;
    }

private:
    enum class Place { Start, Top, Metadata, Tensor, Shape, Offsets };

    bool scalar() { return m_place == Place::Metadata || fail("has a value where none belongs"); }
    bool fail(const std::string &what)
    {
        const bool named = m_place != Place::Start && m_place != Place::Top && m_place != Place::Metadata;
        if (named && !entries.empty())
            problem = "tensor " + quotedName(entries.back().name) + " " + what;
        else
            problem = "header entry " + quotedName(m_key) + " " + what;
        return false;
    }

    Place m_place = Place::Start;
    std::string m_key;
    bool m_hadMetadata = false;
};

Result<StoredTensor> checkEntry(Entry &&entry, const std::shared_ptr<const MappedFile> &mapped,
                                std::uint64_t dataStart)
{
    const auto &file = mapped->path();
    const auto known = std::ranges::find(kElementTypes, entry.type, &ElementType::name);
    if (known == kElementTypes.end())
        return tensorFailure(ErrorCode::CorruptFile, file, entry.name,
                             "unknown element type " + quotedName(entry.type));
    if (!known->type)
        return tensorFailure(ErrorCode::UnknownFormat, file, entry.name,
                             "elements of type " + entry.type + " cannot be read");

    const std::uint64_t dataBytes = mapped->size() - dataStart;
    const auto [begin, end] = std::pair(entry.offsets[0], entry.offsets[1]);
    if (begin > end || end > dataBytes)
        return tensorFailure(ErrorCode::CorruptFile, file, entry.name,
                             "its data offsets " + std::to_string(begin) + " to " + std::to_string(end) +
                                 " leave the " + std::to_string(dataBytes) + " bytes of data in the file");
    std::uint64_t elements = 0;
    std::uint64_t bytes = 0;
    if (!shapeSize(entry.shape, c10::elementSize(*known->type), elements, bytes))
        return tensorFailure(ErrorCode::CorruptFile, file, entry.name,
                             "the shape " + shapeText(entry.shape) + " is impossible");
    if (bytes != end - begin)
        return tensorFailure(ErrorCode::CorruptFile, file, entry.name,
                             "the shape " + shapeText(entry.shape) + " of " + entry.type + " takes " +
                                 std::to_string(bytes) + " bytes, its data offsets span " +
                                 std::to_string(end - begin));
    StoredTensor tensor;
    tensor.info = {std::move(entry.name), *known->type, std::move(entry.shape), bytes, file};
    tensor.file = mapped;
    tensor.offset = dataStart + begin;
    return tensor;
}

// The format wants the data section covered exactly once.
Status checkCover(const std::vector<StoredTensor> &tensors, const MappedFile &mapped, std::uint64_t dataStart)
{
    std::vector<const StoredTensor *> order;
    order.reserve(tensors.size());
    for (const auto &tensor : tensors)
        order.push_back(&tensor);
    std::ranges::sort(order, {}, [](const StoredTensor *tensor) {
        return std::pair(tensor->offset, tensor->offset + tensor->info.bytes);
    });
    std::uint64_t reached = dataStart;
    for (const StoredTensor *tensor : order) {
        if (tensor->offset < reached)
            return tensorFailure(ErrorCode::CorruptFile, mapped.path(), tensor->info.name,
                                 "its data overlap those of another tensor");
        if (tensor->offset > reached)
            return tensorFailure(ErrorCode::CorruptFile, mapped.path(), tensor->info.name,
                                 "a gap of " + std::to_string(tensor->offset - reached) +
                                     " bytes lies before its data");
        reached = tensor->offset + tensor->info.bytes;
    }
    if (reached != mapped.size())
        return fileFailure(ErrorCode::CorruptFile, mapped.path(),
                           std::to_string(mapped.size() - reached) +
                               " bytes after the last tensor belong to none");
    return {};
}

} // namespace

Result<std::vector<StoredTensor>> readSafetensors(const std::filesystem::path &file)
{
    auto opened = MappedFile::open(file);
    if (!opened)
        return tl::unexpected(opened.error());
    const auto &mapped = *opened;
    const auto bytes = mapped->bytes();
    if (bytes.size() < kLengthBytes)
        return fileFailure(ErrorCode::CorruptFile, file,
                           "it is too short for a safetensors file (" + std::to_string(bytes.size()) +
                               " bytes)");
    std::uint64_t headerBytes = 0;
    for (std::size_t i = kLengthBytes; i-- > 0;)
        headerBytes = headerBytes << 8U | std::to_integer<std::uint64_t>(bytes[i]);
    if (headerBytes > kMaxSafetensorsHeader || headerBytes > bytes.size() - kLengthBytes)
        return fileFailure(ErrorCode::CorruptFile, file,
                           "the header claims " + std::to_string(headerBytes) + " bytes, the file has " +
                               std::to_string(bytes.size()) + "; it is truncated or not a safetensors file");

    const auto header = bytes.subspan(kLengthBytes, headerBytes);
    const auto *text = reinterpret_cast<const char *>(header.data());
    HeaderHandler handler;
    const bool parsed = nlohmann::json::sax_parse(text, text + header.size(), &handler);
    if (!parsed || !handler.problem.empty())
        return fileFailure(ErrorCode::CorruptFile, file, handler.problem);

    const std::uint64_t dataStart = kLengthBytes + headerBytes;
    std::vector<StoredTensor> tensors;
    tensors.reserve(handler.entries.size());
    for (auto &entry : handler.entries) {
        auto tensor = checkEntry(std::move(entry), mapped, dataStart);
        if (!tensor)
            return tl::unexpected(tensor.error());
        tensors.push_back(std::move(*tensor));
    }
    std::ranges::sort(tensors, {},
                      [](const StoredTensor &tensor) -> const std::string & { return tensor.info.name; });
    const auto twin = std::ranges::adjacent_find(
        tensors, [](const StoredTensor &a, const StoredTensor &b) { return a.info.name == b.info.name; });
    if (twin != tensors.end())
        return tensorFailure(ErrorCode::CorruptFile, file, twin->info.name, "the header names it twice");
    if (auto covered = checkCover(tensors, *mapped, dataStart); !covered)
        return tl::unexpected(covered.error());
    return tensors;
}

} // namespace faststar::model
