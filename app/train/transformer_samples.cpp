// SPDX-License-Identifier: Apache-2.0
#include "app/train/transformer_samples.h"

#include <utility>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>

#include "app/train/brief_folder.h"
#include "app/train/contact_sheet.h"
#include "app/train/drawn_clips.h"
#include "app/train/evaluation_model.h"
#include "app/train/scene_options.h"
#include "app/train/stages.h"
#include "core/pipeline/preview.h"

namespace faststar::train
{
namespace
{

namespace fs = std::filesystem;

constexpr std::uint64_t kUnseen = std::uint64_t{1} << 50; // clips that no stage trains on
constexpr int kColumns = 5;

at::Tensor rowOf(const std::vector<Image> &frames)
{
    return pipeline::pixelsOf(frames).transpose(0, 1);
}

} // namespace

Status writeTransformerSamples(const TrainConfig &config, const fs::path &out, int prompts,
                               const std::string &label)
{
    const auto scenes = readSceneOptions(config.data);
    if (!scenes)
        return tl::unexpected(scenes.error());
    const BriefFolder folder(out / "sampled_model");
    if (auto status = exportModelTo(config, out, folder.path()); !status)
        return status;
    const auto model = EvaluationModel::load(folder.path(), at::get_num_threads());
    if (!model)
        return tl::unexpected(model.error());
    const int frames = config.model.generation.frames;
    const auto schedule = scheduleOf((*model)->request({}, 0, frames), (*model)->config());
    if (!schedule)
        return tl::unexpected(schedule.error());
    const int width = schedule->pixelWidth();
    const int height = schedule->pixelHeight();
    std::vector<at::Tensor> rows;
    for (int i = 0; i < prompts; ++i) {
        const Scene scene =
            makeScene(config.seed, kUnseen + std::uint64_t(i), double(width) / height, frames, *scenes);
        const auto made = (*model)->generate((*model)->request(scene.caption, i, frames));
        if (!made)
            return tl::unexpected(made.error());
        rows.push_back(rowOf(drawClip(scene, width, height, frames)));
        rows.push_back(rowOf(made->frames));
    }
    return writeContactSheet(out / ("transformer-" + label + ".png"), rows, kColumns);
}

} // namespace faststar::train
