// SPDX-License-Identifier: Apache-2.0
#include "app/train/code_pyramid.h"

#include <algorithm>
#include <cmath>

#include <ATen/Context.h>
#include <ATen/ops/adaptive_avg_pool1d.h>
#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <ATen/ops/upsample_linear1d.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/GradMode.h>

namespace faststar::train
{

namespace
{

constexpr int kChannels = 64;

// Signs of small residuals need all of float32.
class FullPrecision
{
public:
    FullPrecision() : m_allowed(at::globalContext().allowTF32CuBLAS())
    {
        at::globalContext().setAllowTF32CuBLAS(false);
    }
    ~FullPrecision() { at::globalContext().setAllowTF32CuBLAS(m_allowed); }
    FullPrecision(const FullPrecision &) = delete;
    FullPrecision &operator=(const FullPrecision &) = delete;

private:
    bool m_allowed;
};

// matrix [m, n] with each x [N, n, c] -> [N, m, c]
at::Tensor onCells(const at::Tensor &matrix, const at::Tensor &x)
{
    return matrix.defined() ? at::matmul(matrix.unsqueeze(0), x) : x;
}

at::Tensor onChannels(const at::Tensor &x, const at::Tensor &matrix)
{
    return matrix.defined() ? at::matmul(x, matrix) : x;
}

int shrunk(int cells, int window, int whole)
{
    return std::max(1, int(std::lround(double(cells) * window / whole)));
}

} // namespace

std::vector<PyramidScale> pyramidOf(const Schedule &schedule, int clip)
{
    std::vector<PyramidScale> scales;
    for (const Scale &scale : schedule.scales) {
        if (scale.clip == clip)
            scales.push_back({scale.shape.h, scale.shape.w, scale.bits, scale.repetitions});
    }
    return scales;
}

std::vector<PyramidScale> pyramidOf(const Schedule &schedule, int clip, int height, int width)
{
    auto scales = pyramidOf(schedule, clip);
    const PyramidScale whole = scales.back();
    for (auto &scale : scales) {
        scale.height = shrunk(scale.height, height, whole.height);
        scale.width = shrunk(scale.width, width, whole.width);
    }
    return scales;
}

CodePyramid::CodePyramid(int height, int width, const std::vector<PyramidScale> &scales, at::Device device)
    : m_height(height), m_width(width)
{
    const c10::NoGradGuard noGradients;
    for (const PyramidScale &scale : scales) {
        Level level;
        level.scale = scale;
        const std::int64_t cells = std::int64_t{1} * scale.height * scale.width;
        const std::int64_t all = std::int64_t{1} * height * width;
        if (cells != all) {
            const at::Tensor each = at::eye(all).view({all, 1, height, width});
            level.down = at::adaptive_avg_pool2d(each, {scale.height, scale.width})
                             .view({all, cells})
                             .t()
                             .contiguous()
                             .to(device);
            const at::Tensor small = at::eye(cells).view({cells, 1, scale.height, scale.width});
            level.up = at::upsample_bilinear2d(small, {height, width}, false)
                           .view({cells, all})
                           .t()
                           .contiguous()
                           .to(device);
        }
        if (scale.bits != kChannels) {
            level.channelsDown =
                at::adaptive_avg_pool1d(at::eye(kChannels).unsqueeze(1), scale.bits).squeeze(1).to(device);
            level.channelsUp = at::upsample_linear1d(at::eye(scale.bits).unsqueeze(1), {kChannels}, false)
                                   .squeeze(1)
                                   .to(device);
        }
        m_levels.push_back(level);
    }
}

at::Tensor CodePyramid::tokensOf(const at::Tensor &features, int scale) const
{
    return onCells(m_levels[std::size_t(scale)].down, features);
}

at::Tensor CodePyramid::quantize(const at::Tensor &target, const BitFlips &flips,
                                 const std::function<void(const PyramidStep &)> &onStep) const
{
    const c10::NoGradGuard noGradients;
    const FullPrecision precision;
    const std::int64_t samples = target.size(0);
    const std::int64_t frames = target.size(1);
    const at::Tensor wanted =
        target.detach().reshape({samples * frames, std::int64_t{1} * m_height * m_width, kChannels});
    at::Tensor features = at::zeros_like(wanted);
    int left = 0;
    for (const Level &level : m_levels)
        left += level.scale.repetitions;
    for (std::size_t i = 0; i < m_levels.size(); ++i) {
        const Level &level = m_levels[i];
        for (int repetition = 0; repetition < level.scale.repetitions; ++repetition) {
            const at::Tensor residual = wanted.sub(features);
            const at::Tensor right = onChannels(onCells(level.down, residual), level.channelsDown).gt(0);
            if (onStep)
                onStep({int(i), repetition, features, right});
            at::Tensor bits = right;
            if (flips.most > 0.0 && left > flips.spared) {
                const at::Tensor share =
                    at::rand({samples, 1, 1, 1}, flips.generator, wanted.options()).mul_(flips.most);
                const at::Tensor wrong = at::rand({samples, frames, right.size(1), right.size(2)},
                                                  flips.generator, wanted.options())
                                             .lt(share);
                bits = right.logical_xor(wrong.view(right.sizes()));
            }
            --left;
            const double size = 1.0 / std::sqrt(double(level.scale.bits));
            const at::Tensor codes = bits.to(at::kFloat).mul_(2.0 * size).sub_(size);
            features = features.add(onCells(level.up, onChannels(codes, level.channelsUp)));
        }
    }
    return features.view(target.sizes());
}

} // namespace faststar::train
