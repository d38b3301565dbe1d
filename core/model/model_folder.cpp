// SPDX-License-Identifier: Apache-2.0
#include "core/model/model_folder.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <system_error>

#include "core/model/checkpoint/file_error.h"
#include "core/model/checkpoint/json_document.h"
#include "core/model/checkpoint/mapped_file.h"
#include "core/model/checkpoint/weight_source.h"
#include "core/model/released_folder.h"
#include "core/model/text_encoder.h"
#include "core/model/weight_list.h"

namespace faststar::model
{

namespace
{

namespace fs = std::filesystem;

// Extra tensors named in a note; the rest is counted.
constexpr std::size_t kNamedExtras = 3;

bool isThere(const fs::path &path)
{
    std::error_code error;
    return fs::exists(path, error);
}

Result<fs::path> firstOf(const fs::path &folder, std::initializer_list<const char *> names,
                         std::string_view part)
{
    std::string tried;
    for (const char *name : names) {
        if (isThere(folder / name))
            return folder / name;
        tried += (tried.empty() ? "" : " or ") + std::string(name);
    }
    return fileFailure(ErrorCode::NotFound, folder,
                       "the " + std::string(part) + " (" + tried + ") is missing");
}

Result<ModelFolder> openOwnFolder(const fs::path &path)
{
    ModelFolder folder;
    folder.root = path;
    const fs::path file = path / "model.json";
    const auto mapped = MappedFile::open(file);
    if (!mapped)
        return tl::unexpected(mapped.error());
    if ((*mapped)->size() > kMaxJsonBytes)
        return fileFailure(ErrorCode::CorruptFile, file, "it is too large for a model description");
    const auto bytes = (*mapped)->bytes();
    auto config = parseModelConfig(std::string(reinterpret_cast<const char *>(bytes.data()), bytes.size()),
                                   file.string(), folder.notes);
    if (!config)
        return tl::unexpected(config.error());
    folder.config = std::move(*config);

    auto transformer = firstOf(
        path,
        {"transformer.safetensors", "transformer.safetensors.index.json", "model.safetensors.index.json"},
        "transformer");
    if (!transformer)
        return tl::unexpected(transformer.error());
    folder.transformer = std::move(*transformer);
    auto vae = firstOf(path, {"videovae.safetensors", "infinitystar_videovae.pth"}, "video VAE");
    if (!vae)
        return tl::unexpected(vae.error());
    folder.vae = std::move(*vae);
    if (folder.vae.extension() == ".pth")
        folder.vaeDictionaries = {"vae", "ema"};

    if (!isThere(path / "text_encoder"))
        return folder;
    folder.textEncoder = path / "text_encoder";
    auto encoder = TextEncoder::readConfig(folder.textEncoder);
    if (!encoder)
        return tl::unexpected(encoder.error());
    if (encoder->width != folder.config.transformer.textChannels)
        return fileFailure(ErrorCode::ModelMismatch, folder.textEncoder / "config.json",
                           "its features have " + std::to_string(encoder->width) +
                               " channels, the transformer takes " +
                               std::to_string(folder.config.transformer.textChannels));
    folder.config.textEncoder = *encoder;
    return folder;
}

const char *typeName(at::ScalarType type)
{
    switch (type) {
    case at::kDouble:
        return "float64";
    case at::kFloat:
        return "float32";
    case at::kHalf:
        return "float16";
    case at::kBFloat16:
        return "bfloat16";
    default:
        return "other";
    }
}

Result<PartSize> inspectPart(const std::string &name, const fs::path &path,
                             const std::vector<std::string> &dictionaries,
                             const std::vector<ExpectedTensor> &expected, std::vector<std::string> &notes)
{
    const auto source = WeightSource::open(path, dictionaries);
    if (!source)
        return tl::unexpected(source.error());
    PartSize part{name, 0, {}, 0};
    std::set<std::string_view> used;
    for (const auto &tensor : expected) {
        const auto *info = source->find(tensor.name);
        if (info == nullptr && !tensor.alias.empty())
            info = source->find(tensor.alias);
        if (info == nullptr)
            return tensorFailure(ErrorCode::ModelMismatch, path, tensor.name, "it is missing");
        if (info->shape != tensor.shape)
            return tensorFailure(ErrorCode::ModelMismatch, info->file, tensor.name,
                                 "its shape is " + shapeText(info->shape) + ", expected " +
                                     shapeText(tensor.shape));
        if (!at::isFloatingType(info->type))
            return tensorFailure(ErrorCode::ModelMismatch, info->file, tensor.name,
                                 std::string("its elements are ") + c10::toString(info->type) +
                                     ", expected floating-point numbers");
        used.insert(info->name);
        part.parameters += info->elements();
        part.storedBytes += info->bytes;
        const char *type = typeName(info->type);
        if (part.dtype.empty())
            part.dtype = type;
        else if (part.dtype != type)
            part.dtype = "mixed";
    }

    std::string extras;
    std::size_t count = 0;
    for (const auto &info : source->tensors()) {
        if (used.contains(info.name) || isKnownUnused(info.name))
            continue;
        if (++count <= kNamedExtras)
            extras += (extras.empty() ? "" : ", ") + quotedName(info.name);
    }
    if (count > kNamedExtras)
        extras += " and " + std::to_string(count - kNamedExtras) + " more";
    if (count > 0)
        notes.push_back(path.string() + ": tensors that the network does not use: " + extras);
    return part;
}

} // namespace

Result<ModelFolder> openModelFolder(const fs::path &path)
{
    std::error_code error;
    const auto status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found)
        return fileFailure(ErrorCode::NotFound, path, "there is no such folder");
    if (error)
        return fileFailure(ErrorCode::Unreadable, path, error.message());
    if (!fs::is_directory(status))
        return fileFailure(ErrorCode::Unreadable, path, "it is not a model folder");
    Result<ModelFolder> folder =
        isThere(path / "model.json") ? openOwnFolder(path) : openReleasedFolder(path);
    if (!folder)
        return folder;
    if (!folder->textEncoder.empty()) {
        if (auto vocabulary = checkRegularFile(folder->textEncoder / "spiece.model"); !vocabulary)
            return tl::unexpected(vocabulary.error());
    }
    return folder;
}

Result<std::vector<PartSize>> inspectParts(const ModelFolder &folder, std::vector<std::string> &notes)
{
    std::vector<PartSize> parts;
    const auto add = [&](const std::string &name, const fs::path &path,
                         const std::vector<std::string> &dictionaries,
                         const std::vector<ExpectedTensor> &expected) -> Status {
        auto part = inspectPart(name, path, dictionaries, expected, notes);
        if (!part)
            return tl::unexpected(part.error());
        parts.push_back(std::move(*part));
        return {};
    };
    Status status = add("transformer", folder.transformer, {}, transformerTensors(folder.config));
    if (status)
        status = add("video_vae", folder.vae, folder.vaeDictionaries, vaeTensors(folder.config.vae));
    if (status && folder.config.textEncoder)
        status = add("text_encoder", folder.textEncoder, {}, textEncoderTensors(*folder.config.textEncoder));
    if (!status)
        return tl::unexpected(status.error());
    return parts;
}

} // namespace faststar::model
