// SPDX-License-Identifier: Apache-2.0
#include "core/model/checkpoint/shard_set.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/model/checkpoint/file_error.h"
#include "core/model/checkpoint/json_document.h"
#include "core/model/checkpoint/safetensors_reader.h"
#include "core/model/checkpoint/torch_archive.h"

namespace faststar::model
{

namespace
{

namespace fs = std::filesystem;

// More shards than any release has.
constexpr std::size_t kMaxShards = 2000;

enum class Kind { Safetensors, Torch, Index, Other };

Kind kindOf(const std::string &name)
{
    const auto ends = [&name](std::string_view suffix) { return name.ends_with(suffix); };
    if (ends(".index.json"))
        return Kind::Index;
    if (ends(".safetensors"))
        return Kind::Safetensors;
    if (ends(".pth") || ends(".pt") || ends(".bin"))
        return Kind::Torch;
    return Kind::Other;
}

Result<std::vector<StoredTensor>> readOne(const fs::path &file, const std::vector<std::string> &dictionaries)
{
    switch (kindOf(file.filename().string())) {
    case Kind::Safetensors:
        return readSafetensors(file);
    case Kind::Torch:
        return readTorchArchive(file, dictionaries);
    default:
        break;
    }
    return fileFailure(ErrorCode::UnknownFormat, file,
                       "it is not a checkpoint by its name (.safetensors, .pth, .pt or .bin)");
}

const std::string &nameOf(const StoredTensor &tensor)
{
    return tensor.info.name;
}

// Joins shards that no index describes.
Result<std::vector<StoredTensor>> readAll(const std::vector<fs::path> &files,
                                          const std::vector<std::string> &dictionaries)
{
    std::vector<StoredTensor> all;
    for (const auto &file : files) {
        auto tensors = readOne(file, dictionaries);
        if (!tensors)
            return tl::unexpected(tensors.error());
        std::ranges::move(*tensors, std::back_inserter(all));
        if (all.size() > kMaxTensors)
            return fileFailure(ErrorCode::CorruptFile, file, "the checkpoint has too many tensors");
    }
    std::ranges::sort(all, {}, nameOf);
    const auto twin = std::ranges::adjacent_find(all, {}, nameOf);
    if (twin != all.end())
        return tensorFailure(ErrorCode::CorruptFile, twin->info.file, twin->info.name,
                             "it is also in " + std::next(twin)->info.file.string());
    return all;
}

Result<std::vector<StoredTensor>> readIndexed(const fs::path &index,
                                              const std::vector<std::string> &dictionaries)
{
    const auto document = readJsonFile(index);
    if (!document)
        return tl::unexpected(document.error());
    const auto map = document->is_object() ? document->find("weight_map") : document->end();
    if (!document->is_object() || map == document->end() || !map->is_object())
        return fileFailure(ErrorCode::CorruptFile, index, "it has no \"weight_map\"");

    std::map<std::string, std::vector<std::string>> wanted; // shard -> tensors
    for (const auto &[tensor, shard] : map->items()) {
        if (!shard.is_string())
            return tensorFailure(ErrorCode::CorruptFile, index, tensor, "its shard is not a file name");
        const auto &name = shard.get_ref<const std::string &>();
        // A bare name cannot leave the folder, and a shard that is no index cannot lead back here.
        const bool bare = !name.empty() && name != "." && name != ".." &&
                          name.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos;
        if (!bare)
            return tensorFailure(ErrorCode::CorruptFile, index, tensor,
                                 "its shard " + quotedName(name) +
                                     " is not the name of a file in this folder");
        if (kindOf(name) != Kind::Safetensors && kindOf(name) != Kind::Torch)
            return tensorFailure(ErrorCode::CorruptFile, index, tensor,
                                 "its shard " + quotedName(name) + " is not a checkpoint file");
        wanted[name].push_back(tensor);
        if (wanted.size() > kMaxShards)
            return fileFailure(ErrorCode::CorruptFile, index, "it names too many files");
    }

    std::vector<StoredTensor> all;
    for (const auto &[name, tensors] : wanted) {
        const fs::path file = index.parent_path() / name;
        auto stored = readOne(file, dictionaries);
        if (!stored) {
            Error error = stored.error();
            error.detail += " (named by " + index.string() + ")";
            return tl::unexpected(std::move(error));
        }
        std::ranges::sort(*stored, {}, nameOf);
        for (const auto &tensor : tensors) {
            const auto found = std::ranges::lower_bound(*stored, tensor, {}, nameOf);
            if (found == stored->end() || found->info.name != tensor)
                return tensorFailure(ErrorCode::CorruptFile, index, tensor,
                                     "it is not in " + file.string() + ", where the index says");
            all.push_back(*found);
        }
    }
    return all;
}

// "...-00002-of-00005.safetensors": number and count; 0 when the name is not of this form.
std::pair<int, int> shardNumber(const std::string &name)
{
    constexpr std::size_t length = 15; // "-00002-of-00005"
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos || dot < length)
        return {0, 0};
    const std::string_view tail = std::string_view(name).substr(dot - length, length);
    const auto number = [](std::string_view digits) {
        int value = 0;
        for (const char c : digits) {
            if (c < '0' || c > '9')
                return -1;
            value = value * 10 + (c - '0');
        }
        return value;
    };
    const int first = number(tail.substr(1, 5));
    const int count = number(tail.substr(10, 5));
    if (tail[0] != '-' || tail.substr(6, 4) != "-of-" || first < 0 || count <= 0)
        return {0, 0};
    return {first, count};
}

// A download that stopped half-way must not look like a smaller model.
Status checkNumbering(const std::vector<fs::path> &files)
{
    int count = 0;
    std::set<int> numbers;
    for (const auto &file : files) {
        const auto [number, of] = shardNumber(file.filename().string());
        if (of == 0)
            continue;
        if (count != 0 && of != count)
            return fileFailure(ErrorCode::CorruptFile, file, "the shards beside it are numbered otherwise");
        count = of;
        numbers.insert(number);
    }
    if (count > 0 && (numbers.size() != static_cast<std::size_t>(count) || files.size() != numbers.size()))
        return fileFailure(ErrorCode::NotFound, files.front().parent_path(),
                           "it holds " + std::to_string(files.size()) + " of " + std::to_string(count) +
                               " numbered shards");
    return {};
}

} // namespace

Result<std::vector<fs::path>> checkpointFiles(const fs::path &folder)
{
    std::vector<fs::path> indexes;
    std::vector<fs::path> safetensors;
    std::vector<fs::path> torch;
    std::error_code error;
    std::size_t seen = 0;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (++seen > 100'000)
            return fileFailure(ErrorCode::Unreadable, folder, "it holds too many files to search");
        const std::string name = it->path().filename().string();
        std::error_code ignored;
        if (name.starts_with('.') || !fs::is_regular_file(it->path(), ignored))
            continue;
        switch (kindOf(name)) {
        case Kind::Index:
            indexes.push_back(it->path());
            break;
        case Kind::Safetensors:
            safetensors.push_back(it->path());
            break;
        case Kind::Torch:
            torch.push_back(it->path());
            break;
        case Kind::Other:
            break;
        }
    }
    if (error)
        return fileFailure(error == std::errc::no_such_file_or_directory ? ErrorCode::NotFound
                                                                         : ErrorCode::Unreadable,
                           folder, error.message());

    // Safetensors before PyTorch archives: both are there in some downloads, with the same content.
    const auto isSafe = [](const fs::path &file) {
        return file.filename().string().ends_with(".safetensors.index.json");
    };
    const auto index = std::ranges::find_if(indexes, isSafe);
    if (index != indexes.end()) {
        if (std::ranges::count_if(indexes, isSafe) > 1)
            return fileFailure(ErrorCode::CorruptFile, folder, "it holds more than one safetensors index");
        return std::vector{*index};
    }
    auto &shards = safetensors.empty() ? torch : safetensors;
    if (safetensors.empty() && indexes.size() == 1)
        return indexes;
    if (shards.empty())
        return fileFailure(ErrorCode::NotFound, folder,
                           "it holds no checkpoint (.safetensors, .pth, .pt or .bin)");
    const auto whole = std::ranges::find_if(shards, [](const fs::path &file) {
        return file.filename() == "model.safetensors" || file.filename() == "pytorch_model.bin";
    });
    if (whole != shards.end())
        return std::vector{*whole};
    if (shards.size() > kMaxShards)
        return fileFailure(ErrorCode::CorruptFile, folder, "it holds too many checkpoint files");
    std::ranges::sort(shards);
    if (auto numbered = checkNumbering(shards); !numbered)
        return tl::unexpected(numbered.error());
    return shards;
}

Result<std::vector<StoredTensor>> readCheckpoint(const fs::path &path,
                                                 const std::vector<std::string> &dictionaries)
{
    std::error_code error;
    if (fs::is_directory(path, error)) {
        const auto files = checkpointFiles(path);
        if (!files)
            return tl::unexpected(files.error());
        if (files->size() == 1 && kindOf(files->front().filename().string()) == Kind::Index)
            return readIndexed(files->front(), dictionaries);
        return readAll(*files, dictionaries);
    }
    if (kindOf(path.filename().string()) == Kind::Index)
        return readIndexed(path, dictionaries);
    if (auto regular = checkRegularFile(path); !regular)
        return tl::unexpected(regular.error());
    return readOne(path, dictionaries);
}

} // namespace faststar::model
