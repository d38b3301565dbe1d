// SPDX-License-Identifier: Apache-2.0
//
// The cheap preview: a linear map from the 64 channels of a feature map to the colour of the pixels that
// the position stands for, fitted by least squares over drawn clips.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include <ATen/core/Tensor.h>

#include "app/train/scene_options.h"
#include "core/domain/grids.h"
#include "core/domain/model_config.h"
#include "core/domain/result.h"
#include "core/domain/schedule.h"

namespace faststar::train
{

// Sums of a regression of 3 colours on 64 channels and a constant, float64.
class ColourRegression
{
public:
    ColourRegression();
    // features [64, t, h, w], colours [3, t, h, w] in [0, 1].
    void add(const at::Tensor &features, const at::Tensor &colours, double weight = 1.0);
    // Normal equations, with a ridge of 1e-9 of the mean variance so that a channel that never changes does
    // no harm.
    [[nodiscard]] PreviewProjection solve() const;

private:
    at::Tensor m_gram;  // [65, 65]
    at::Tensor m_cross; // [65, 3]
};

// Share of the colours' variance that a projection explains; 1 = all.
class Explained
{
public:
    void add(const PreviewProjection &projection, const at::Tensor &features, const at::Tensor &colours);
    [[nodiscard]] double all() const; // of the three colours together
    [[nodiscard]] std::array<double, 3> each() const;

private:
    std::array<double, 3> m_residual{}; // sums of squares
    std::array<double, 3> m_squares{};
    std::array<double, 3> m_sums{};
    double m_count = 0.0;
};

// Frames as the VAE reads them: [3, frames, height, width] in [-1, 1].
[[nodiscard]] at::Tensor videoTensor(const std::vector<Image> &frames);

// What each position of the latent grid looks like: frames averaged over 16 x 16 pixels; latent frame 0 is
// frame 0, latent frame k the mean of frames 4k-3..4k. [3, frames, H, W] in [-1, 1] -> [3, 1+k, H/16, W/16]
// in [0, 1].
[[nodiscard]] at::Tensor latentColours(const at::Tensor &video);

// Feature maps of all clips, concatenated in time, after the last repetition of each scale, when the codes of
// `latent` [64, t, h, w] are found by residual quantisation. One entry a scale of a clip.
[[nodiscard]] std::vector<at::Tensor> featureMaps(const at::Tensor &latent, const Schedule &schedule);

struct FitOptions {
    int clips = 200; // to fit on; a fifth as many more are held out
    std::uint64_t seed = 1;
    SceneOptions data{}; // what is drawn: best what the model was trained on
};

struct PreviewFit {
    PreviewProjection projection;
    int fittedClips = 0;
    int heldOutClips = 0;
    double explained = 0.0; // R^2 on the clips held out
    std::array<double, 3> explainedByColour{};
    std::vector<double> explainedByScale; // R^2 of the same projection after each scale of a clip
};

// Draws, encodes, quantises and fits: to the feature maps after the last scale and, with less weight, to
// those after the scales before, whose previews are looked at too. `progress` receives the number of clips
// done. Errors of the model folder; InvalidRequest for fewer than 10 clips or more than 10000.
[[nodiscard]] Result<PreviewFit> fitPreview(const std::filesystem::path &model, const FitOptions &options,
                                            const std::function<void(int)> &progress);

// R^2 of a projection over drawn clips, after the last scale. Errors of the model folder.
[[nodiscard]] Result<double> measurePreview(const std::filesystem::path &model,
                                            const PreviewProjection &projection, const FitOptions &options);

// Whether writePreview() could, before the work of a fit. Leaves nothing behind.
[[nodiscard]] Status checkPreviewWritable(const std::filesystem::path &model);

// Puts `preview` into the model.json of a model folder and leaves everything else as it is.
[[nodiscard]] Status writePreview(const std::filesystem::path &model, const PreviewProjection &projection);

} // namespace faststar::train
