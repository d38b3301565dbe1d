// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>
#include <system_error>
#include <vector>

#include <unistd.h>

#include "app/train/brief_folder.h"
#include "app/train/stages.h"
#include "app/train/training_state.h"
#include "app/train/transformer_files.h"
#include "core/files/output_file.h"
#include "core/model/model_folder.h"

namespace faststar::train
{

namespace
{

namespace fs = std::filesystem;

Status writeText(const fs::path &file, const std::string &text)
{
    auto output = files::OutputFile::create(file, files::Existing::Replace);
    if (!output)
        return tl::unexpected(output.error());
    if (auto written = output->write(text.data(), text.size()); !written)
        return written;
    return output->commit();
}

Status writeFailure(const fs::path &path, const std::error_code &error)
{
    return failure(ErrorCode::WriteFailed, path.string() + ": " + error.message());
}

// What every file of a model folder is, model.json last: a folder with it is complete.
constexpr std::array<const char *, 7> kFiles{"videovae.safetensors",
                                             "transformer.safetensors",
                                             "text_encoder/spiece.model",
                                             "text_encoder/model.safetensors",
                                             "text_encoder/config.json",
                                             "train.json",
                                             "model.json"};

// Both checkpoints are there, and the one was trained on the other.
Status checkCheckpoints(const fs::path &out)
{
    std::error_code error;
    for (const char *name : {"vae", "transformer"}) {
        const fs::path file = out / (std::string(name) + ".safetensors");
        if (!fs::exists(file, error))
            return failure(ErrorCode::NotFound,
                           file.string() + " does not exist: every stage is trained before the export");
    }
    const fs::path transformer = out / "transformer.safetensors";
    const fs::path autoencoder = out / "vae.safetensors";
    const auto progress = readProgress(transformer);
    if (!progress)
        return tl::unexpected(progress.error());
    if (!*progress)
        return {};
    const auto present = fingerprintOf(autoencoder);
    if (!present)
        return tl::unexpected(present.error());
    return checkFoundation((*progress)->foundation, *present, transformer, autoencoder);
}

// The folder opens as a model of the configuration's sizes. Messages call it `name`.
Status checkModel(const fs::path &folder, const fs::path &name)
{
    const auto explained = [&](Error error) {
        const std::string from = folder.string();
        for (auto at = error.detail.find(from); at != std::string::npos; at = error.detail.find(from, at))
            error.detail.replace(at, from.size(), name.string());
        error.detail =
            "the checkpoints do not make the model that the configuration describes: " + error.detail;
        return tl::unexpected(std::move(error));
    };
    const auto opened = model::openModelFolder(folder);
    if (!opened)
        return explained(opened.error());
    std::vector<std::string> notes;
    if (const auto parts = model::inspectParts(*opened, notes); !parts)
        return explained(parts.error());
    return {};
}

Status moveInto(const fs::path &from, const fs::path &model)
{
    std::error_code error;
    fs::create_directories(model / "text_encoder", error);
    if (error)
        return writeFailure(model, error);
    // Were it cut short here, the folder would be incomplete rather than a mixture.
    fs::remove(model / "model.json", error);
    if (error)
        return writeFailure(model / "model.json", error);
    for (const char *file : kFiles) {
        fs::rename(from / file, model / file, error);
        if (error)
            return writeFailure(model / file, error);
    }
    return {};
}

} // namespace

Status checkExportTarget(const fs::path &out)
{
    const fs::path model = out / "model";
    std::error_code error;
    for (const fs::path &folder : {model, model / "text_encoder"}) {
        const auto status = fs::status(folder, error);
        if (fs::exists(status) && !fs::is_directory(status))
            return failure(ErrorCode::WriteFailed, folder.string() + " exists and is no folder");
    }
    for (const char *name : kFiles) {
        const fs::path file = model / name;
        if (!fs::is_directory(file.parent_path(), error))
            continue;
        if (const auto probe = files::OutputFile::create(file, files::Existing::Replace); !probe)
            return tl::unexpected(probe.error());
    }
    return {};
}

Status exportModel(const TrainConfig &config, const fs::path &out)
{
    if (auto status = checkExportTarget(out); !status)
        return status;
    if (auto status = checkCheckpoints(out); !status)
        return status;
    const fs::path model = out / "model";
    const BriefFolder folder(out / (".faststar-" + std::to_string(::getpid()) + ".parts"));
    if (auto status = exportModelTo(config, out, folder.path()); !status)
        return status;
    if (auto status = checkModel(folder.path(), model); !status)
        return status;
    return moveInto(folder.path(), model);
}

Status exportModelTo(const TrainConfig &config, const fs::path &out, const fs::path &model)
{
    std::error_code error;
    fs::create_directories(model, error);
    if (error)
        return writeFailure(model, error);
    if (auto status = exportAverages(out / "vae.safetensors", "", model / "videovae.safetensors"); !status)
        return status;
    if (fs::exists(out / "transformer.safetensors", error)) {
        if (auto status = exportTransformer(config, out, model); !status)
            return status;
    }
    if (auto status = writeText(model / "train.json", config.text); !status)
        return status;
    // Last: a folder with it is complete.
    return writeText(model / "model.json", config.modelDocument.dump(1) + "\n");
}

} // namespace faststar::train
