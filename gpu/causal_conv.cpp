// SPDX-License-Identifier: Apache-2.0
#include "gpu/causal_conv.h"

#include <algorithm>
#include <array>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/add.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv3d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include "gpu/winograd_block.h"

namespace faststar::gpu
{
namespace
{

using winograd::kLanes;
using winograd::kPoints;
using winograd::kTile;

// About 24 tiles keep three frames of points and the sums of one group of channels in a core's own cache.
constexpr std::int64_t kBlockTiles = 24;
constexpr std::int64_t kTileStep = 6; // how many are multiplied together

std::int64_t roundUp(std::int64_t value, std::int64_t step)
{
    return (value + step - 1) / step * step;
}

// Blocks of nearly equal size, a whole number of them for each thread.
std::int64_t tilesPerBlock(std::int64_t tiles)
{
    const std::int64_t threads = std::max(1, at::get_num_threads());
    const std::int64_t rounds = (tiles + threads * kBlockTiles - 1) / (threads * kBlockTiles);
    return std::min(kBlockTiles, roundUp((tiles + threads * rounds - 1) / (threads * rounds), kTileStep));
}

// The 3 taps along one axis to the 6 points (0, a, -a, b, -b, infinity), a^2 = 1/2, b^2 = 2.
std::array<double, 6> tapsToPoints(double g0, double g1, double g2)
{
    constexpr double a = 0.70710678118654752440;
    constexpr double b = 1.41421356237309504880;
    constexpr double wa = -1.0 / 1.5; // 1 / (2 a^2 (a^2 - b^2))
    constexpr double wb = 1.0 / 6.0;  // 1 / (2 b^2 (b^2 - a^2))
    return {g0,
            wa * (g0 + a * g1 + a * a * g2),
            wa * (g0 - a * g1 + a * a * g2),
            wb * (g0 + b * g1 + b * b * g2),
            wb * (g0 - b * g1 + b * b * g2),
            g2};
}

std::array<double, kPoints> tapsToPoints(const float *taps)
{
    std::array<std::array<double, 6>, 3> rows{};
    for (std::size_t y = 0; y < 3; ++y)
        rows[y] = tapsToPoints(taps[3 * y], taps[3 * y + 1], taps[3 * y + 2]);
    std::array<double, kPoints> points{};
    for (std::size_t x = 0; x < 6; ++x) {
        const std::array<double, 6> column = tapsToPoints(rows[0][x], rows[1][x], rows[2][x]);
        for (std::size_t y = 0; y < 6; ++y)
            points[y * 6 + x] = column[y];
    }
    return points;
}

} // namespace

CausalConv::CausalConv(const at::Tensor &weight, const at::Tensor &bias)
    : m_inChannels(weight.size(1)), m_outChannels(weight.size(0)),
      m_tiles(usesTiles(m_inChannels, m_outChannels) && weight.is_cpu())
{
    if (m_tiles) {
        m_weight = tileWeights(weight);
        m_bias = at::zeros({roundUp(m_outChannels, kLanes)}, bias.options());
        m_bias.narrow(0, 0, m_outChannels).copy_(bias);
        return;
    }
    m_weight = weight.contiguous();
    m_bias = bias.contiguous();
}

bool CausalConv::usesTiles(std::int64_t inChannels, std::int64_t outChannels)
{
    return inChannels * outChannels <= std::int64_t{256} * 256;
}

std::int64_t CausalConv::weightBytes(std::int64_t inChannels, std::int64_t outChannels)
{
    const auto size = static_cast<std::int64_t>(sizeof(float));
    if (!usesTiles(inChannels, outChannels))
        return (27 * inChannels + 1) * outChannels * size;
    return (std::int64_t{3} * kPoints * roundUp(inChannels, kLanes) + 1) * roundUp(outChannels, kLanes) *
           size;
}

std::int64_t CausalConv::scratchBytes(std::int64_t inChannels, std::int64_t outChannels, std::int64_t frames,
                                      std::int64_t height, std::int64_t width)
{
    const auto size = static_cast<std::int64_t>(sizeof(float));
    if (usesTiles(inChannels, outChannels)) {
        const auto padded = static_cast<int>(roundUp(inChannels, kLanes));
        return at::get_num_threads() * winograd::scratchFloats(padded, kBlockTiles) * size;
    }
    // The input with its context, the library's own copies of it and of the weights, and twice the result.
    return (2 * (frames + 2) * inChannels + 2 * frames * outChannels) * height * width * size +
           weightBytes(inChannels, outChannels);
}

at::Tensor CausalConv::tileWeights(const at::Tensor &weight)
{
    const std::int64_t outChannels = weight.size(0);
    const std::int64_t inChannels = weight.size(1);
    const std::int64_t depth = roundUp(inChannels, kLanes);
    const std::int64_t groups = roundUp(outChannels, kLanes) / kLanes;
    const at::Tensor plain = weight.contiguous();
    at::Tensor result = at::zeros({groups, kPoints, 3 * depth, kLanes}, weight.options());
    const float *from = plain.const_data_ptr<float>();
    float *to = result.mutable_data_ptr<float>();
    at::parallel_for(0, groups * inChannels, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t job = begin; job < end; ++job) {
            const std::int64_t group = job / inChannels;
            const std::int64_t in = job % inChannels;
            const std::int64_t lanes = std::min<std::int64_t>(kLanes, outChannels - group * kLanes);
            for (std::int64_t t = 0; t < 3; ++t) {
                float *row = to + (group * kPoints * 3 * depth + t * depth + in) * kLanes;
                for (std::int64_t lane = 0; lane < lanes; ++lane) {
                    const std::int64_t out = group * kLanes + lane;
                    const auto points = tapsToPoints(from + ((out * inChannels + in) * 3 + t) * 9);
                    for (std::int64_t i = 0; i < kPoints; ++i)
                        row[i * 3 * depth * kLanes + lane] =
                            static_cast<float>(points[static_cast<std::size_t>(i)]);
                }
            }
        }
    });
    return result;
}

void CausalConv::run(const at::Tensor &input, const at::Tensor &context, const at::Tensor &addend,
                     at::Tensor &out) const
{
    if (m_tiles) {
        runTiles(input, context, addend, out);
        return;
    }
    const at::Tensor result = aten::causalConv(input, context, m_weight, m_bias);
    if (addend.defined())
        at::add_out(out, result, addend);
    else
        out.copy_(result);
}

void CausalConv::runTiles(const at::Tensor &input, const at::Tensor &context, const at::Tensor &addend,
                          at::Tensor &out) const
{
    const std::int64_t frames = input.size(0);
    const std::int64_t frameFloats = input.size(1) * input.size(2) * input.size(3);
    const float *from = input.const_data_ptr<float>();
    std::vector<const float *> pointers;
    pointers.reserve(static_cast<std::size_t>(frames) + 2);
    for (std::int64_t i = 0; i < 2; ++i)
        pointers.push_back(context.defined() ? context.const_data_ptr<float>() + i * frameFloats : from);
    for (std::int64_t i = 0; i < frames; ++i)
        pointers.push_back(from + i * frameFloats);

    winograd::Job job;
    job.frames = pointers.data();
    job.outFrames = static_cast<int>(frames);
    job.height = static_cast<int>(input.size(1));
    job.width = static_cast<int>(input.size(2));
    job.inChannels = static_cast<int>(m_inChannels);
    job.inPadded = static_cast<int>(roundUp(m_inChannels, kLanes));
    job.outChannels = static_cast<int>(m_outChannels);
    job.outGroups = static_cast<int>(m_weight.size(0));
    job.weights = m_weight.const_data_ptr<float>();
    job.bias = m_bias.const_data_ptr<float>();
    job.addend = addend.defined() ? addend.const_data_ptr<float>() : nullptr;
    job.out = out.mutable_data_ptr<float>();

    const std::int64_t tiles = roundUp(job.height, kTile) / kTile * (roundUp(job.width, kTile) / kTile);
    const std::int64_t block = tilesPerBlock(tiles);
    static const winograd::BlockFunction runBlock = winograd::blockFunction();
    at::parallel_for(0, (tiles + block - 1) / block, 1, [&](std::int64_t begin, std::int64_t end) {
        at::Tensor scratch =
            at::empty({winograd::scratchFloats(job.inPadded, static_cast<int>(block))}, m_weight.options());
        for (std::int64_t i = begin; i < end; ++i)
            runBlock(job, static_cast<int>(i * block), static_cast<int>(std::min(block, tiles - i * block)),
                     scratch.mutable_data_ptr<float>());
    });
}

at::Tensor aten::causalConv(const at::Tensor &input, const at::Tensor &context, const at::Tensor &weight,
                            const at::Tensor &bias)
{
    const at::Tensor first = input.narrow(0, 0, 1);
    const at::Tensor all = context.defined() ? at::cat({context, input}) : at::cat({first, first, input});
    const at::Tensor result =
        at::conv3d(all.permute({3, 0, 1, 2}).unsqueeze(0), weight, bias, 1, at::IntArrayRef{0, 1, 1});
    return result.squeeze(0).permute({1, 2, 3, 0});
}

} // namespace faststar::gpu
