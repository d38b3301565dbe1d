// SPDX-License-Identifier: Apache-2.0
#include "app/train/stages.h"

#include "app/train/transformer_files.h"
#include "app/train/vae_stage.h"

namespace faststar::train
{

namespace
{

namespace fs = std::filesystem;

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

Status checkStage(const std::string &name, const TrainConfig &config)
{
    if (name != "vae")
        return checkTransformerStage(config);
    const auto stage = VaeStage::make(config, at::kCPU);
    return stage ? Status{} : tl::unexpected(stage.error());
}

} // namespace faststar::train
