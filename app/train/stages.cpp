// SPDX-License-Identifier: Apache-2.0
#include "app/train/stages.h"

#include <system_error>

#include "app/train/training_state.h"
#include "app/train/transformer_files.h"
#include "app/train/vae_stage.h"
#include "core/files/output_file.h"

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

} // namespace

Result<std::unique_ptr<Stage>> makeStage(const std::string &name, const TrainConfig &config,
                                         const fs::path &out, const at::Device &device,
                                         const StageStart &start)
{
    if (name == "vae") {
        if (!start.model.empty())
            return failure(ErrorCode::InvalidRequest, "only the transformer can start from a model folder");
        auto stage = VaeStage::make(config, device);
        if (!stage)
            return tl::unexpected(stage.error());
        return std::unique_ptr<Stage>(std::move(*stage));
    }
    if (name == "transformer")
        return makeTransformerStage(config, out, device, start);
    return failure(ErrorCode::InvalidRequest, "there is no stage '" + name + "'");
}

Status exportModel(const TrainConfig &config, const fs::path &out)
{
    return exportModelTo(config, out, out / "model");
}

Status exportModelTo(const TrainConfig &config, const fs::path &out, const fs::path &model)
{
    std::error_code error;
    fs::create_directories(model, error);
    if (error)
        return failure(ErrorCode::WriteFailed, model.string() + ": " + error.message());
    if (auto status = exportAverages(out / "vae.safetensors", "", model / "videovae.safetensors"); !status)
        return status;
    if (fs::exists(out / "transformer.safetensors")) {
        if (auto status = exportTransformer(config, out, model); !status)
            return status;
    }
    if (auto status = writeText(model / "train.json", config.text); !status)
        return status;
    // Last: a folder with it is complete.
    return writeText(model / "model.json", config.modelDocument.dump(1) + "\n");
}

} // namespace faststar::train
