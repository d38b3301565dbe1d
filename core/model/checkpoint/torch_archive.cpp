// SPDX-License-Identifier: Apache-2.0
#include "core/model/checkpoint/torch_archive.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "core/model/checkpoint/file_error.h"
#include "core/model/checkpoint/pickle.h"
#include "core/model/checkpoint/zip_directory.h"

namespace faststar::model
{

namespace
{

// Deeper dictionaries than any checkpoint's; also what ends a walk around a cycle.
constexpr int kMaxDepth = 16;
// Entries looked at in all: dictionaries that share their parts could otherwise be walked for ever.
constexpr std::size_t kMaxVisits = 1'000'000;
constexpr std::size_t kLongestTensorName = 512;

class Archive
{
public:
    Archive(std::shared_ptr<const MappedFile> file, std::vector<ZipEntry> entries)
        : m_file(std::move(file)), m_entries(std::move(entries))
    {
    }

    Status open();
    Result<std::vector<StoredTensor>> tensors(const std::vector<std::string> &dictionaries);

private:
    [[nodiscard]] tl::unexpected<Error> corrupt(std::string_view what) const
    {
        return fileFailure(ErrorCode::CorruptFile, m_file->path(), what);
    }
    [[nodiscard]] const PickleValue &value(PickleRef ref) const { return m_document.values[ref]; }
    [[nodiscard]] std::optional<PickleRef> lookUp(const PickleValue &dict, std::string_view key) const;
    Result<const ZipEntry *> content(std::string_view name) const;
    Status checkStorage(const PickleValue &storage) const;
    Status checkTensor(const PickleValue &tensor) const;
    [[nodiscard]] std::vector<std::int64_t> numbers(PickleRef tuple) const;
    Result<StoredTensor> locate(const std::string &name, const PickleValue &tensor) const;
    Status collect(const std::string &prefix, PickleRef dict, int depth);

    std::shared_ptr<const MappedFile> m_file;
    std::vector<ZipEntry> m_entries;
    std::string m_prefix; // "archive/"
    PickleDocument m_document;
    std::map<std::string, PickleRef> m_found;
    std::size_t m_visits = 0;
};

Result<const ZipEntry *> Archive::content(std::string_view name) const
{
    const auto *entry = findEntry(m_entries, m_prefix + std::string(name));
    if (entry == nullptr)
        return corrupt("the archive has no entry " + quotedName(name));
    if (!entry->stored)
        return fileFailure(ErrorCode::UnknownFormat, m_file->path(),
                           "entry " + quotedName(entry->name) + " is compressed; PyTorch stores it as it is");
    return entry;
}

// Reads the pickle and checks every storage and tensor that it describes, used or not.
Status Archive::open()
{
    constexpr std::string_view pickleName = "data.pkl";
    const ZipEntry *pickle = nullptr;
    for (const auto &entry : m_entries) {
        const std::size_t slash = entry.name.find('/');
        if (slash == std::string::npos || std::string_view(entry.name).substr(slash + 1) != pickleName)
            continue;
        if (pickle != nullptr)
            return corrupt("it holds more than one data.pkl");
        pickle = &entry;
        m_prefix = entry.name.substr(0, slash + 1);
    }
    if (pickle == nullptr)
        return corrupt("it is a zip file without data.pkl, not a PyTorch archive");
    if (auto readable = content(pickleName); !readable)
        return tl::unexpected(readable.error());
    if (findEntry(m_entries, m_prefix + "byteorder") != nullptr) {
        const auto order = content("byteorder");
        if (!order)
            return tl::unexpected(order.error());
        const auto bytes = m_file->bytes().subspan((*order)->offset, (*order)->size);
        if (std::string_view(reinterpret_cast<const char *>(bytes.data()), bytes.size()) != "little")
            return fileFailure(ErrorCode::UnknownFormat, m_file->path(), "its numbers are not little-endian");
    }

    auto document = readPickle(m_file->bytes().subspan(pickle->offset, pickle->size), m_file->path());
    if (!document)
        return tl::unexpected(document.error());
    m_document = std::move(*document);
    for (const auto &item : m_document.values) {
        Status checked;
        if (item.kind == PickleKind::Storage)
            checked = checkStorage(item);
        else if (item.kind == PickleKind::Tensor)
            checked = checkTensor(item);
        if (!checked)
            return checked;
    }
    return {};
}

Status Archive::checkStorage(const PickleValue &storage) const
{
    const std::string name = "data/" + std::string(storage.text);
    const auto entry = content(name);
    if (!entry)
        return tl::unexpected(entry.error());
    if (storage.type == at::ScalarType::Undefined)
        return fileFailure(ErrorCode::UnknownFormat, m_file->path(),
                           "storage " + quotedName(name) + " has an element type that cannot be read");
    const std::uint64_t width = c10::elementSize(storage.type);
    if (static_cast<std::uint64_t>(storage.number) != (*entry)->size / width)
        return corrupt("storage " + quotedName(name) + " claims " + std::to_string(storage.number) +
                       " elements of " + std::to_string(width) + " bytes, its entry has " +
                       std::to_string((*entry)->size) + " bytes");
    return {};
}

std::vector<std::int64_t> Archive::numbers(PickleRef tuple) const
{
    std::vector<std::int64_t> result;
    for (const PickleRef ref : value(tuple).items)
        result.push_back(value(ref).number);
    return result;
}

Status Archive::checkTensor(const PickleValue &tensor) const
{
    const auto &storage = value(tensor.items[0]);
    const std::string where = "a tensor in storage " + quotedName(storage.text) + " ";
    for (const PickleRef tuple : {tensor.items[1], tensor.items[2]}) {
        if (value(tuple).items.size() > kMaxAxes)
            return corrupt(where + "has more than " + std::to_string(kMaxAxes) + " axes");
        for (const PickleRef ref : value(tuple).items)
            if (value(ref).kind != PickleKind::Int)
                return corrupt(where + "has a size that is not a whole number");
    }
    const auto shape = numbers(tensor.items[1]);
    const auto strides = numbers(tensor.items[2]);
    std::uint64_t elements = 0;
    std::uint64_t bytes = 0;
    if (shape.size() != strides.size() || tensor.number < 0 || !shapeSize(shape, 8, elements, bytes))
        return corrupt(where + "has an impossible shape: " + shapeText(shape) + ", strides " +
                       shapeText(strides) + ", offset " + std::to_string(tensor.number));
    std::int64_t last = tensor.number;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        std::int64_t reach = 0;
        if (strides[i] < 0 || __builtin_mul_overflow(shape[i] > 0 ? shape[i] - 1 : 0, strides[i], &reach) ||
            __builtin_add_overflow(last, reach, &last))
            return corrupt(where + "has impossible strides " + shapeText(strides));
    }
    // Elements that share memory would let a small file ask for any amount of it.
    const auto held = static_cast<std::uint64_t>(storage.number);
    if (elements > held || (elements > 0 && static_cast<std::uint64_t>(last) >= held))
        return corrupt(where + "of shape " + shapeText(shape) + ", strides " + shapeText(strides) +
                       " and offset " + std::to_string(tensor.number) + " leaves its " +
                       std::to_string(held) + " elements");
    return {};
}

std::optional<PickleRef> Archive::lookUp(const PickleValue &dict, std::string_view key) const
{
    std::optional<PickleRef> found;
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
        const auto &name = value(dict.items[i]);
        if (name.kind == PickleKind::Text && name.text == key)
            found = dict.items[i + 1];
    }
    return found;
}

Status Archive::collect(const std::string &prefix, PickleRef dict, int depth)
{
    if (depth > kMaxDepth)
        return corrupt("its dictionaries are nested more than " + std::to_string(kMaxDepth) +
                       " deep or in a cycle");
    const auto &items = value(dict).items;
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
        if (++m_visits > kMaxVisits)
            return corrupt("its dictionaries hold too many entries");
        const auto &key = value(items[i]);
        const auto &item = value(items[i + 1]);
        if (key.kind != PickleKind::Text ||
            (item.kind != PickleKind::Tensor && item.kind != PickleKind::Dict))
            continue;
        if (prefix.size() + key.text.size() > kLongestTensorName)
            return corrupt("it has a tensor name of " + std::to_string(prefix.size() + key.text.size()) +
                           " bytes");
        const std::string name = prefix + std::string(key.text);
        if (item.kind == PickleKind::Tensor)
            m_found.insert_or_assign(name, items[i + 1]);
        else if (auto status = collect(name + ".", items[i + 1], depth + 1); !status)
            return status;
        if (m_found.size() > kMaxTensors)
            return corrupt("it has more than " + std::to_string(kMaxTensors) + " tensors");
    }
    return {};
}

Result<StoredTensor> Archive::locate(const std::string &name, const PickleValue &tensor) const
{
    const auto &storage = value(tensor.items[0]);
    const auto entry = content("data/" + std::string(storage.text));
    if (!entry)
        return tl::unexpected(entry.error());
    StoredTensor result;
    result.info = {name, tensor.type, numbers(tensor.items[1]), 0, m_file->path()};
    result.info.bytes = static_cast<std::uint64_t>(result.info.elements()) * c10::elementSize(tensor.type);
    result.file = m_file;
    result.offset =
        (*entry)->offset + static_cast<std::uint64_t>(tensor.number) * c10::elementSize(tensor.type);
    result.strides = numbers(tensor.items[2]);
    return result;
}

Result<std::vector<StoredTensor>> Archive::tensors(const std::vector<std::string> &dictionaries)
{
    PickleRef root = m_document.root;
    if (value(root).kind != PickleKind::Dict)
        return corrupt("its top level is not a dictionary of tensors");
    if (!dictionaries.empty()) {
        std::optional<PickleRef> chosen;
        std::string wanted;
        for (const auto &name : dictionaries) {
            if (!chosen)
                chosen = lookUp(value(root), name);
            wanted += (wanted.empty() ? "" : " or ") + quotedName(name);
        }
        if (!chosen || value(*chosen).kind != PickleKind::Dict)
            return fileFailure(ErrorCode::ModelMismatch, m_file->path(), "it has no dictionary " + wanted);
        root = *chosen;
    }
    if (auto collected = collect({}, root, 0); !collected)
        return tl::unexpected(collected.error());
    std::vector<StoredTensor> result;
    result.reserve(m_found.size());
    for (const auto &[name, ref] : m_found) {
        auto tensor = locate(name, value(ref));
        if (!tensor)
            return tl::unexpected(tensor.error());
        result.push_back(std::move(*tensor));
    }
    return result;
}

} // namespace

Result<std::vector<StoredTensor>> readTorchArchive(const std::filesystem::path &file,
                                                   const std::vector<std::string> &dictionaries)
{
    auto mapped = MappedFile::open(file);
    if (!mapped)
        return tl::unexpected(mapped.error());
    const auto bytes = (*mapped)->bytes();
    // The old format: a pickled magic number, then pickles with raw data between them.
    constexpr std::string_view oldMagic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 14);
    const std::string_view start(reinterpret_cast<const char *>(bytes.data()),
                                 std::min(bytes.size(), oldMagic.size()));
    if (start == oldMagic)
        return fileFailure(
            ErrorCode::UnknownFormat, file,
            "it is in PyTorch's old format without zip; save it once more with a current PyTorch");
    auto entries = readZipDirectory(**mapped);
    if (!entries)
        return tl::unexpected(entries.error());
    Archive archive(std::move(*mapped), std::move(*entries));
    if (auto opened = archive.open(); !opened)
        return tl::unexpected(opened.error());
    return archive.tensors(dictionaries);
}

} // namespace faststar::model
